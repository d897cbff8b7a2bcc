// How long ago something was, in the fewest characters. Pure.

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export type Ago =
  | { readonly kind: "now" }
  | { readonly kind: "minutes" | "hours" | "days"; readonly count: number }
  /** Of this year: day and month. */
  | { readonly kind: "day" }
  /** Older: with the year. */
  | { readonly kind: "date" }

/** "now" under a minute (and for what a wrong clock puts into the future), then minutes, hours, days up to a week, then the date. */
export function ago(then: Date, now: Date): Ago {
  const passed = now.getTime() - then.getTime()
  if (passed < MINUTE_MS) return { kind: "now" }
  if (passed < HOUR_MS) return { kind: "minutes", count: Math.floor(passed / MINUTE_MS) }
  if (passed < DAY_MS) return { kind: "hours", count: Math.floor(passed / HOUR_MS) }
  if (passed < 7 * DAY_MS) return { kind: "days", count: Math.floor(passed / DAY_MS) }
  return then.getFullYear() === now.getFullYear() ? { kind: "day" } : { kind: "date" }
}

/** Milliseconds until the words may change. */
export function nextChange(then: Date, now: Date): number {
  const passed = Math.max(0, now.getTime() - then.getTime())
  const step = passed < HOUR_MS ? MINUTE_MS : HOUR_MS
  return step - (passed % step)
}
