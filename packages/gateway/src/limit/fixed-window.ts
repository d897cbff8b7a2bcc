// `quota` in each window, one window after another, all keys at the same edges. Cheap and easy to explain; around an edge up
// to twice the quota may come within one window's length.

import type { Counter, CounterConfig } from "./counter.ts"
import { grown } from "./counter.ts"

export function createFixedWindow({ quota, window }: CounterConfig): Counter {
  /** The number of the window that `counts` is about, counted from 1, so that a clear slot is of no window. */
  let windows = new Float64Array(0)
  let counts = new Float64Array(0)
  const numberOf = (now: number) => Math.floor(now / window) + 1

  return {
    memory: window,
    grow(slots) {
      windows = grown(windows, slots)
      counts = grown(counts, slots)
    },
    clear(slot) {
      windows[slot] = 0
    },
    read(slot, now, reading) {
      const number = numberOf(now)
      const used = windows[slot] === number ? (counts[slot] ?? 0) : 0
      reading.allowed = used < quota
      reading.remaining = quota - used
      reading.resetMs = used === 0 ? 0 : number * window - now
      reading.retryAfterMs = used < quota ? 0 : number * window - now
      reading.delayMs = 0
    },
    take(slot, now, reading) {
      const number = numberOf(now)
      counts[slot] = windows[slot] === number ? (counts[slot] ?? 0) + 1 : 1
      windows[slot] = number
      reading.remaining -= 1
      reading.resetMs = number * window - now
    },
    copy(from, to) {
      windows[to] = windows[from] ?? 0
      counts[to] = counts[from] ?? 0
    },
    isIdle: (slot, now) => windows[slot] !== numberOf(now),
  }
}
