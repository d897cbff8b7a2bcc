// The record of an analysis: what was asked, what was measured at each look, and what followed, as lines of JSON. Whoever doubts a
// verdict replays it: the same lines give the same verdict. Pure; where lines are kept is `record-store.ts`'s.

import { z } from "zod"
import type { AnalysisSpec, AnalysisStatus, AnalysisVerdict } from "./analysis.ts"
import type { AnalysisState } from "./analysis-state.ts"
import { observe, startAnalysis } from "./observe.ts"
import type { Sample } from "./sample.ts"
import { statusOf } from "./status.ts"

/**
 * - `begin`: the first line; another one where it had to begin anew. `at` is wall-clock (ISO 8601), `now` monotonic milliseconds.
 * - `look`: what was measured.
 * - `state`: in place of looks, where a process began anew or the looks grew too many; replay goes on from it.
 * - `verdict`: the last line, with measured values, thresholds, e-values and trace ids.
 */
export type RecordLine =
  | { readonly type: "begin"; readonly at: string; readonly now: number; readonly spec: AnalysisSpec }
  | { readonly type: "look"; readonly now: number; readonly sample: Sample }
  | { readonly type: "state"; readonly now: number; readonly state: AnalysisState }
  | {
      readonly type: "verdict"
      readonly at: string
      readonly now: number
      readonly status: AnalysisStatus
      readonly traceIds: readonly string[]
    }

export interface Replay {
  /** As recorded; undefined where the record has no end. */
  readonly recorded: AnalysisVerdict | undefined
  readonly replayed: AnalysisVerdict
  readonly same: boolean
  /** Everything that the replay found. */
  readonly status: AnalysisStatus
}

/** A record that cannot be read; the message has the line. */
export class RecordError extends Error {}

const lineSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("begin"),
    at: z.string(),
    now: z.number(),
    spec: z.looseObject({ id: z.string() }),
  }),
  z.object({ type: z.literal("look"), now: z.number(), sample: z.looseObject({}) }),
  z.object({ type: z.literal("state"), now: z.number(), state: z.looseObject({}) }),
  z.object({
    type: z.literal("verdict"),
    at: z.string(),
    now: z.number(),
    status: z.looseObject({ verdict: z.string() }),
    traceIds: z.array(z.string()),
  }),
])

/** Fails with a RecordError. An unfinished last line, as a crash leaves it, is left out. */
export function parseRecord(text: string): RecordLine[] {
  const complete = text.endsWith("\n") ? text : text.slice(0, text.lastIndexOf("\n") + 1)
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line, i) => {
      const parsed = lineSchema.safeParse(jsonOf(line))
      if (!parsed.success) throw new RecordError(`line ${i + 1} is no line of a decision record`)
      // What is within was written by this program; the shape of the lines is what a stranger's file would fail.
      return parsed.data as unknown as RecordLine
    })
}

/** Computes the verdict again from what was measured. Fails with a RecordError where there is no beginning. */
export function replayRecord(lines: readonly RecordLine[]): Replay {
  const [first] = lines
  if (first?.type !== "begin") throw new RecordError("the record has no beginning")
  let { spec, now } = first
  let state = startAnalysis(spec, now)
  let recorded: AnalysisVerdict | undefined
  for (const line of lines) {
    now = line.now
    if (line.type === "begin") {
      spec = line.spec
      state = startAnalysis(spec, now)
    } else if (line.type === "look") state = observe(spec, state, line.sample, line.now)
    else if (line.type === "state") state = line.state
    else if (line.type === "verdict") recorded = line.status.verdict
  }
  const status = statusOf(spec, state, now)
  return { recorded, replayed: status.verdict, same: recorded === status.verdict, status }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
