// What is done with decision records that takes seconds: replaying one, and back-testing a template on those of healthy releases.
// Runs in a thread of its own (record-worker.ts), since whoever decides about rollouts must not be held up by it.

import { readFile, stat } from "node:fs/promises"
import { messageOf } from "@aviary/kit"
import type { AnalysisVerdict } from "./analysis.ts"
import { backtest } from "./backtest.ts"
import type { Backtest } from "./backtest.ts"
import { parseRecord, RecordError, replayRecord } from "./decision-record.ts"
import type { RecordLine } from "./decision-record.ts"
import { pastLooks } from "./past-looks.ts"
import type { PastOfTemplate } from "./past-looks.ts"
import type { AnalysisTemplate } from "./template-schema.ts"

export type RecordOrder =
  | { readonly kind: "replay"; readonly path: string }
  | {
      readonly kind: "backtest"
      readonly template: AnalysisTemplate
      readonly past: readonly { readonly rollout: string; readonly path: string }[]
      /** Healthy rollouts without which nothing is said. */
      readonly neededReleases: number
      readonly maxFalseRollback: number
    }

export interface Replayed {
  /** As recorded; undefined where the record has no end. */
  readonly recorded: AnalysisVerdict | undefined
  readonly replayed: AnalysisVerdict
  /** A record without an end has nothing to differ from. */
  readonly same: boolean
  readonly reason: string
}

export interface TemplateBacktest {
  /** Healthy rollouts that measured something of what the template measures. */
  readonly releases: number
  readonly neededReleases: number
  /** Metrics that no record has measurements for: nothing is known of them. */
  readonly unseen: readonly string[]
  /** Undefined where there are too few releases. */
  readonly result: Backtest | undefined
}

export type RecordAnswer =
  | { readonly kind: "replay"; readonly replay: Replayed }
  | { readonly kind: "backtest"; readonly backtest: TemplateBacktest }
  /** A record that cannot be read. */
  | { readonly kind: "unreadable"; readonly problem: string }

const MAX_FILE_BYTES = 32_000_000

export async function doRecordWork(order: RecordOrder): Promise<RecordAnswer> {
  switch (order.kind) {
    case "replay":
      return replay(order.path)
    case "backtest":
      return { kind: "backtest", backtest: await backtestOn(order) }
  }
}

async function replay(path: string): Promise<RecordAnswer> {
  try {
    const { recorded, replayed, same, status } = replayRecord(await readRecord(path))
    const isSame = recorded === undefined || same
    return { kind: "replay", replay: { recorded, replayed, same: isSame, reason: status.reason } }
  } catch (error) {
    return { kind: "unreadable", problem: messageOf(error) }
  }
}

async function backtestOn(order: Extract<RecordOrder, { kind: "backtest" }>): Promise<TemplateBacktest> {
  const { template, neededReleases, maxFalseRollback } = order
  const found: { rollout: string; past: PastOfTemplate }[] = []
  for (const { rollout, path } of order.past) {
    const lines = await readRecord(path).catch(() => [])
    const past = pastLooks(template, lines)
    if (past) found.push({ rollout, past })
  }
  const releases = new Set(found.map(({ rollout }) => rollout)).size
  const unseen = template.metrics
    .map(({ name }) => name)
    .filter((name) => found.every(({ past }) => past.unseen.includes(name)))
  if (releases < neededReleases) return { releases, neededReleases, unseen, result: undefined }
  const result = backtest({ history: found.map(({ past }) => past), maxFalseRollback })
  return { releases, neededReleases, unseen, result }
}

async function readRecord(path: string): Promise<RecordLine[]> {
  const { size } = await stat(path)
  if (size > MAX_FILE_BYTES) throw new RecordError(`it is larger than ${MAX_FILE_BYTES / 1e6} MB`)
  return parseRecord(await readFile(path, "utf8"))
}
