// Shapes: requests go on evenly, one each `window / quota`; up to `burst` of those that come too early wait for their turn,
// the rest is refused. Who waits is told for how long; the waiting itself is the caller's.
//
// Source: Turner, "New directions in communications", IEEE Communications Magazine 24 (1986), the bucket as a queue; nginx's
// `limit_req` with a delay.

import type { Counter, CounterConfig } from "./counter.ts"
import { grown } from "./counter.ts"

export function createLeakyBucket({ quota, window, burst = 0 }: CounterConfig): Counter {
  // As in the token bucket: times `quota` times too large are whole numbers.
  const depth = burst * window
  let nextTurns = new Float64Array(0)

  return {
    memory: (depth + window) / quota,
    grow(slots) {
      nextTurns = grown(nextTurns, slots)
    },
    clear(slot) {
      nextTurns[slot] = 0
    },
    read(slot, now, reading) {
      const wait = Math.max((nextTurns[slot] ?? 0) - now * quota, 0)
      reading.allowed = wait <= depth
      reading.remaining = Math.max(0, Math.floor((depth - wait) / window) + 1)
      reading.resetMs = wait / quota
      reading.retryAfterMs = wait <= depth ? 0 : (wait - depth) / quota
      reading.delayMs = wait <= depth ? wait / quota : 0
    },
    take(slot, now, reading) {
      const nextTurn = Math.max(nextTurns[slot] ?? 0, now * quota) + window
      nextTurns[slot] = nextTurn
      reading.remaining -= 1
      reading.resetMs = (nextTurn - now * quota) / quota
    },
    copy(from, to) {
      nextTurns[to] = nextTurns[from] ?? 0
    },
    isIdle: (slot, now) => (nextTurns[slot] ?? 0) <= now * quota,
  }
}
