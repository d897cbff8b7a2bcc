// Time that no change of the clock moves and no sleep of the machine, or of this process, makes leap: what a supervisor waits by.
// Goes on from where the one before stopped.

/** The most that may pass between two looks; what is beyond it was not watched and does not count. */
const LONGEST_STEP_MS = 1_000

export interface Elapsed {
  /** Milliseconds. */
  now(): number
}

/** `from`: where to go on. `monotonic`: milliseconds, default `performance.now`. */
export function createElapsed(from: number, monotonic: () => number = () => performance.now()): Elapsed {
  let elapsed = from
  let seen = monotonic()
  return {
    now() {
      const next = monotonic()
      elapsed += Math.min(Math.max(next - seen, 0), LONGEST_STEP_MS)
      seen = next
      return elapsed
    },
  }
}
