// What an algorithm of limiting is: counts in numbered slots, one slot a key. Plain arrays of numbers inside, since there are
// very many of them and each request looks at some.

import type { RateLimitPolicy } from "./rate-limit-schema.ts"

/** What one more request would meet. Times in milliseconds from now. */
export interface Reading {
  allowed: boolean
  /** Requests that could come now; 0 when refused. */
  remaining: number
  /** Until all of the quota is back, if nothing more comes. */
  resetMs: number
  /** Until one would be allowed; 0 when it is. */
  retryAfterMs: number
  /** How long an allowed request is to wait before it goes on; above 0 for `leakyBucket` only. */
  delayMs: number
}

export interface Counter {
  /** Makes slots 0 … `slots` − 1, those that were there keep their counts. */
  grow(slots: number): void
  /** Makes the slot as if nobody had ever come, and frees what it holds. */
  clear(slot: number): void
  /** Looks, counts nothing. `now`: milliseconds, monotonic. */
  read(slot: number, now: number, reading: Reading): void
  /** Counts one request that was allowed at the same `now`; `remaining` and `resetMs` become what is left after it. */
  take(slot: number, now: number, reading: Reading): void
  /** Makes `to` count what `from` counts. */
  copy(from: number, to: number): void
  /** Whether the slot is as good as a clear one. */
  isIdle(slot: number, now: number): boolean
  /** After this time without a request each slot is idle, milliseconds. */
  readonly memory: number
}

/** The fields of a policy that an algorithm reads. */
export type CounterConfig = Pick<RateLimitPolicy, "quota" | "window" | "burst">

/** `array` with room for `size` numbers; new ones are 0. */
export function grown(array: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size)
  larger.set(array)
  return larger
}
