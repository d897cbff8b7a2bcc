// When a failed instance is followed by another, and when a fleet counts as failed. Pure.

const FIRST_MS = 100
const LONGEST_MS = 30_000

/** Failures in a row from which on it is a crash loop. Instances are started on, ever more seldom: the cause may pass. */
export const CRASH_LOOP = 3

/** An instance that was ready for so long has shown that it works; failures before it do not count any more. */
export const STABLE_MS = 60_000

/** Milliseconds before the next start; `failures` in a row, from 1. Doubles from 0.1 s to 30 s. */
export function restartDelay(failures: number): number {
  return Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
}
