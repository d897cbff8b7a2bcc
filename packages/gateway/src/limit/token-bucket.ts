// `quota` per `window` in the mean and `burst` at once, as one number a key: the generic cell rate algorithm, in which that
// number is the theoretical arrival time of the next request. Equal to a token bucket that fills evenly.
//
// Sources: ITU-T I.371 (GCRA as virtual scheduling); Brandur Leach, "Rate Limiting, Cells, and GCRA" (2015).

import type { Counter, CounterConfig } from "./counter.ts"
import { grown } from "./counter.ts"

export function createTokenBucket({ quota, window, burst = quota }: CounterConfig): Counter {
  // Times are kept `quota` times too large: the distance between requests is then `window`, a whole number, and nothing is
  // rounded however long it runs.
  const depth = burst * window
  let arrivals = new Float64Array(0)

  return {
    memory: depth / quota,
    grow(slots) {
      arrivals = grown(arrivals, slots)
    },
    clear(slot) {
      arrivals[slot] = 0
    },
    read(slot, now, reading) {
      const present = now * quota
      const filled = Math.max((arrivals[slot] ?? 0) - present, 0)
      const wait = filled + window - depth
      reading.allowed = wait <= 0
      reading.remaining = Math.max(0, Math.floor((depth - filled) / window))
      reading.resetMs = filled / quota
      reading.retryAfterMs = wait <= 0 ? 0 : wait / quota
      reading.delayMs = 0
    },
    take(slot, now, reading) {
      const arrival = Math.max(arrivals[slot] ?? 0, now * quota) + window
      arrivals[slot] = arrival
      reading.remaining -= 1
      reading.resetMs = (arrival - now * quota) / quota
    },
    copy(from, to) {
      arrivals[to] = arrivals[from] ?? 0
    },
    isIdle: (slot, now) => (arrivals[slot] ?? 0) <= now * quota,
  }
}
