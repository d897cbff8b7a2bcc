// The decision records of an installation as operators ask of them: what there is, whether a verdict can be computed again, and what
// a template would have made of the releases that were healthy. Reads records and never changes them.

import { Worker } from "node:worker_threads"
import { AppError } from "@aviary/kit"
import type { RecordStore } from "./record-store.ts"
import type { RecordSummary } from "./record-summary.ts"
import type { RecordAnswer, RecordOrder, Replayed, TemplateBacktest } from "./record-work.ts"
import type { AnalysisTemplate } from "./template-schema.ts"

export interface RecordArchive {
  /** The newest first. */
  list(service?: string): Promise<readonly RecordSummary[]>
  /** Fails with `analysis.record_unreadable`. */
  replay(id: string): Promise<Replayed>
  /** @param healthy the rollouts of the service that were promoted and never taken back. */
  backtest(template: AnalysisTemplate, healthy: readonly string[]): Promise<TemplateBacktest>
  /** Ends what is under way; it fails with `server.stopping`. */
  stop(): Promise<void>
}

export interface RecordArchiveDeps {
  readonly records: Pick<RecordStore, "summaries" | "fileOf" | "settled">
  /** Wall-clock milliseconds, for how long ago a release was. */
  readonly wallClock: () => number
}

/** With fewer there is nothing to draw from: two releases may have met the same quiet night. */
const NEEDED_RELEASES = 3
/** The newest; more would take longer and say little more. */
const MAX_ANALYSES = 30
const DEFAULT_OVER_MS = 30 * 86_400_000
const DEFAULT_MAX_FALSE_ROLLBACK = 0.01

export function createRecordArchive({ records, wallClock }: RecordArchiveDeps): RecordArchive {
  let last: Promise<unknown> = Promise.resolve()
  let underWay: { readonly worker: Worker; readonly fail: (error: Error) => void } | undefined
  let stopped = false

  /** One after the other: two would take both processors from what serves. */
  function work(order: RecordOrder): Promise<RecordAnswer> {
    const done = last.then(() => run(order))
    last = done.catch(() => undefined)
    return done
  }

  function run(order: RecordOrder): Promise<RecordAnswer> {
    if (stopped) return Promise.reject(new AppError("server.stopping"))
    return new Promise<RecordAnswer>((resolve, reject) => {
      const worker = new Worker(new URL("./record-worker.ts", import.meta.url), { workerData: order })
      underWay = { worker, fail: reject }
      worker.once("message", resolve)
      worker.once("error", reject)
      worker.once("exit", (code) => reject(new Error(`The thread for decision records ended with ${code}`)))
    }).finally(() => (underWay = undefined))
  }

  return {
    async list(service) {
      const all = await records.summaries()
      return service === undefined ? all : all.filter((one) => one.service === service)
    },
    async replay(id) {
      await records.settled()
      const answer = await work({ kind: "replay", path: records.fileOf(id) })
      if (answer.kind === "replay") return answer.replay
      const problem = answer.kind === "unreadable" ? answer.problem : ""
      throw new AppError("analysis.record_unreadable", { id, problem })
    },
    async backtest(template, healthy) {
      const { over = DEFAULT_OVER_MS, maxFalseRollback = DEFAULT_MAX_FALSE_ROLLBACK } =
        template.backtest ?? {}
      const since = wallClock() - over
      const past = (await records.summaries())
        .filter(({ rollout, beganAt }) => healthy.includes(rollout) && Date.parse(beganAt) >= since)
        .slice(0, MAX_ANALYSES)
        .map(({ id, rollout }) => ({ rollout, path: records.fileOf(id) }))
      const answer = await work({
        kind: "backtest",
        template,
        past,
        neededReleases: NEEDED_RELEASES,
        maxFalseRollback,
      })
      if (answer.kind === "backtest") return answer.backtest
      throw new AppError("internal")
    },
    async stop() {
      stopped = true
      underWay?.fail(new AppError("server.stopping"))
      await underWay?.worker.terminate()
    },
  }
}
