// How large the next batch is and how long to rest before it. Pure: members come first, so a batch that took long, which is what
// a busy database looks like from here, makes the next ones small and the rests long.

export interface BatchPace {
  readonly size: number
  /** Before the next batch, in milliseconds. */
  readonly restMs: number
}

export const FIRST_PACE: BatchPace = { size: 50, restMs: 0 }

/** What a batch is meant to take. Its rows are locked for so long at most. */
const TARGET_MS = 50
const LARGEST = 5_000
const SMALLEST = 1
/** Of its time it works so much at most, while the database is as quick as it should be. */
const SHARE = 0.5
const LONGEST_REST_MS = 5_000

/** Additive steps up, halving down, as congestion is avoided elsewhere (AIMD; Chiu and Jain, 1989). */
export function nextPace(pace: BatchPace, tookMs: number): BatchPace {
  const isSlow = tookMs > TARGET_MS
  const grown = pace.size + Math.max(10, Math.round(pace.size / 10))
  const size = isSlow ? Math.floor(pace.size / 2) : grown
  const restMs = isSlow ? 2 * tookMs : tookMs * (1 / SHARE - 1)
  return {
    size: Math.min(LARGEST, Math.max(SMALLEST, size)),
    restMs: Math.min(LONGEST_REST_MS, Math.max(1, restMs)),
  }
}
