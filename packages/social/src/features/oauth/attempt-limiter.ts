// Counts tries by key within a window, in bounded memory. Pure but for the clock. A try counts when it begins, so that many at
// once cannot slip by; what succeeded is forgotten.

import type { Clock } from "@aviary/kit"

export interface AttemptLimiter {
  /** Counts a try. False when the key has used up its tries; it is counted no further then. */
  take(key: string): boolean
  forget(key: string): void
}

export interface AttemptLimits {
  readonly tries: number
  readonly windowMs: number
  /** Keys remembered at most (default 10,000); the one that began longest ago is dropped first. */
  readonly maxKeys?: number
}

export function createAttemptLimiter(deps: { clock: Clock } & AttemptLimits): AttemptLimiter {
  const { clock, tries, windowMs, maxKeys = 10_000 } = deps
  const windows = new Map<string, { count: number; until: number }>()
  return {
    take(key) {
      const now = clock.now()
      const window = windows.get(key)
      if (window && window.until > now) {
        if (window.count >= tries) return false
        window.count += 1
        return true
      }
      windows.delete(key)
      if (windows.size >= maxKeys) {
        const oldest = windows.keys().next()
        if (!oldest.done) windows.delete(oldest.value)
      }
      windows.set(key, { count: 1, until: now + windowMs })
      return true
    },
    forget: (key) => void windows.delete(key),
  }
}
