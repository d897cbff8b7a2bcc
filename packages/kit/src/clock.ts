// Time as a dependency. Production uses `systemClock`; tests use a fake one that moves only when told, so that no test
// ever sleeps.

/** Milliseconds since 1970, and timers that belong to this clock. */
export interface Clock {
  now(): number
  /** Calls `run` once after `ms` milliseconds; the returned function cancels it. Never keeps the process alive. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export interface FakeClock extends Clock {
  /** Moves time forward and runs what became due, in order of its time. */
  advance(ms: number): void
  /** Sets the time without running anything, backwards too: the machine's clock was changed. */
  set(now: number): void
}

/** A clock that stands still at `start` (default 2026-01-01T00:00:00Z) until it is moved. */
export function createFakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const until = now + ms
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0]
        if (!due) break
        timers.delete(due)
        now = Math.max(now, due.at)
        due.run()
      }
      now = until
    },
    set(value) {
      now = value
    },
  }
}
