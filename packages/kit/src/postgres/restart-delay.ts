// Decides how long to wait before a crashed server is started again. Pure.

const DELAYS_MS = [100, 250, 500, 1_000, 2_000, 5_000] as const
const LONGEST_DELAY_MS = 10_000

/** Milliseconds before the next start; `failures` counts the crashes and failed starts in a row, from 1. */
export function restartDelay(failures: number): number {
  return DELAYS_MS[failures - 1] ?? LONGEST_DELAY_MS
}
