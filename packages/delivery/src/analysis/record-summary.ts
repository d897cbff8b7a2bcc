// What a decision record is about, from its first line and its end: for lists, which must not read every measurement. Pure.

import type { AnalysisVerdict } from "./analysis.ts"
import type { RecordLine } from "./decision-record.ts"
import { parseRecord, RecordError } from "./decision-record.ts"

export interface RecordSummary {
  /** Of the analysis: `social-42/background/1.1`. */
  readonly id: string
  readonly service: string
  /** `social-42` */
  readonly rollout: string
  /** What was judged: a fleet's id, which begins with its release's. */
  readonly subject: string
  readonly templates: readonly string[]
  /** ISO 8601. */
  readonly beganAt: string
  /** Undefined where it has no end: it is under way, or was when Aviary was killed. */
  readonly endedAt: string | undefined
  readonly verdict: AnalysisVerdict | undefined
  readonly reason: string | undefined
  readonly bytes: number
}

/** After the verdict may come a state, if Aviary began anew before the rollout had taken notice. */
const LAST_LINES = 8

/** @param head at least the first line. @param tail from anywhere to the end. */
export function summaryOf(
  id: string,
  { head, tail, bytes }: { readonly head: string; readonly tail: string; readonly bytes: number },
): RecordSummary | undefined {
  const first = lineOf(head.slice(0, head.indexOf("\n") + 1))
  if (first?.type !== "begin") return undefined
  const { spec, at } = first
  const last = tail
    .split("\n")
    .slice(-LAST_LINES)
    .map((line) => lineOf(`${line}\n`))
    .findLast((line) => line?.type === "verdict")
  return {
    id,
    service: spec.service,
    rollout: id.split("/", 1)[0] ?? id,
    subject: spec.arms.subject.fleet,
    templates: spec.templates.map(({ name }) => name),
    beganAt: at,
    endedAt: last?.at,
    verdict: last?.status.verdict,
    reason: last?.status.reason,
    bytes,
  }
}

function lineOf(text: string): RecordLine | undefined {
  try {
    return parseRecord(text)[0]
  } catch (error) {
    if (error instanceof RecordError) return undefined
    throw error
  }
}
