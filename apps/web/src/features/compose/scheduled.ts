// Posts that wait on the server for their time: the key they are kept under, and how moments are said and typed. Pure.

import type { IntlShape } from "react-intl"

export const scheduledKey = ["scheduled-posts"] as const

/** "Mar 4, 3:14 PM", by the reader's language and time zone. */
export function momentWords(intl: Pick<IntlShape, "formatDate">, at: string): string {
  return intl.formatDate(at, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" })
}

/** As `datetime-local` fields want it: the reader's own time, to the minute. */
export function localMoment(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0")
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** ISO 8601 of what such a field holds; undefined for what is no moment. */
export function momentOf(local: string): string | undefined {
  const at = new Date(local)
  return local === "" || Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

const HOUR_MS = 3_600_000

/** The next full hour that is at least one away: a moment to begin with. */
export function nextMoment(now: Date): Date {
  return new Date(Math.ceil((now.getTime() + HOUR_MS) / HOUR_MS) * HOUR_MS)
}
