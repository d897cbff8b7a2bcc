// When something was: "2m", "3h", "Mar 4"; exact under the pointer and on focus of what it stands in. It ticks by itself.

import { useEffect, useState } from "react"
import { useIntl } from "react-intl"
import type { IntlShape } from "react-intl"
import { useT } from "../intl/translate.ts"
import type { Translate } from "../intl/translate.ts"
import { ago, nextChange } from "./relative-time-words.ts"
import { Tooltip } from "./tooltip.tsx"

interface RelativeTimeProps {
  /** ISO 8601. */
  readonly date: string
  readonly className?: string
}

/** Timers are held to 24 days by browsers; an hour is often enough. */
const LONGEST_TIMER_MS = 3_600_000

export function RelativeTime({ date, className }: RelativeTimeProps) {
  const intl = useIntl()
  const t = useT()
  const then = new Date(date)
  const now = useNow(then)
  return (
    <Tooltip text={exactTime(intl, date)}>
      <time dateTime={date} className={className} aria-label={exactTime(intl, date)}>
        {words(then, now, { intl, t })}
      </time>
    </Tooltip>
  )
}

/** "Tuesday, March 4, 2026 at 3:14 PM", by the reader's language and time zone. */
export function exactTime(intl: IntlShape, date: string): string {
  return intl.formatDate(date, { dateStyle: "full", timeStyle: "short" })
}

function words(then: Date, now: Date, { intl, t }: { intl: IntlShape; t: Translate }): string {
  const passed = ago(then, now)
  switch (passed.kind) {
    case "now":
      return t("ui.time.now")
    case "minutes":
      return t("ui.time.minutes", { count: passed.count })
    case "hours":
      return t("ui.time.hours", { count: passed.count })
    case "days":
      return t("ui.time.days", { count: passed.count })
    case "day":
      return intl.formatDate(then, { day: "numeric", month: "short" })
    case "date":
      return intl.formatDate(then, { day: "numeric", month: "short", year: "numeric" })
  }
}

function useNow(then: Date): Date {
  const [now, setNow] = useState(() => new Date())
  const wait = Math.min(nextChange(then, now), LONGEST_TIMER_MS)
  useEffect(() => {
    const timer = setTimeout(() => setNow(new Date()), wait)
    return () => clearTimeout(timer)
  }, [wait, now])
  return now
}
