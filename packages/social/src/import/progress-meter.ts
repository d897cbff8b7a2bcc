// How far an import is and how long it will still take. The rate is that of the last seconds, since phases differ in speed.

import type { Clock } from "@aviary/kit"

export type ImportPhase = "scan" | "accounts" | "follows" | "posts"

export interface ImportProgress {
  readonly phase: ImportPhase
  /** Of the phase: bytes of the input for `scan`, else accounts, follows or texts. */
  readonly done: number
  readonly total: number
  /** Of the last seconds; 0 until it is known. */
  readonly ratePerSecond: number
  /** Of the phase; undefined until it is known. */
  readonly secondsLeft: number | undefined
}

const WINDOW_MS = 5_000

/** Measures one phase. `start` is what an earlier attempt had done. */
export function createProgressMeter(
  deps: { clock: Pick<Clock, "now">; report: (progress: ImportProgress) => void },
  { phase, start, total }: { phase: ImportPhase; start: number; total: number },
): (done: number) => void {
  let samples = [{ at: deps.clock.now(), done: start }]
  return (done) => {
    const at = deps.clock.now()
    samples.push({ at, done })
    // The newest sample that is older than the window stays, as the place to measure from.
    const from = samples.findLastIndex((sample) => at - sample.at >= WINDOW_MS)
    if (from > 0) samples = samples.slice(from)
    const first = samples[0] ?? { at, done }
    const ratePerSecond = at > first.at ? ((done - first.done) * 1_000) / (at - first.at) : 0
    const secondsLeft = ratePerSecond > 0 ? Math.max(0, total - done) / ratePerSecond : undefined
    deps.report({ phase, done, total, ratePerSecond, secondsLeft })
  }
}
