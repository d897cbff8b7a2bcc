// Times as people write them, `30s`, and as people read them, `30 s`. Knows nothing of what they are for.

import { z } from "zod"

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const DURATION = /^(?<amount>\d{1,9}(?:\.\d{1,3})?)(?<unit>ms|s|m|h|d)$/

/** Milliseconds of `250ms`, `30s`, `5m`, `1.5h`, `7d`; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  const { amount, unit } = DURATION.exec(text)?.groups ?? {}
  if (amount === undefined || unit === undefined) return undefined
  return Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS])
}

/** A time as people read it: `250 ms`, `30 s`, `5 min`, `1.5 h`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${round(ms / 1_000)} s`
  if (ms < 7_200_000) return `${round(ms / 60_000)} min`
  return `${round(ms / 3_600_000)} h`
}

const round = (value: number) => Math.round(value * 10) / 10

/** A time within bounds (default 0 to 366 days), as milliseconds. A bare number but 0 is refused: its unit would be a guess. */
export function duration({ min = 0, max = 366 * UNITS.d }: { min?: number; max?: number } = {}) {
  return z
    .union([z.string(), z.literal(0)], { error: "must be a time with a unit, such as 30s or 5m" })
    .transform((text, context) => {
      const ms = text === 0 ? 0 : parseDuration(text)
      if (ms !== undefined && ms >= min && ms <= max) return ms
      context.addIssue({
        code: "custom",
        message: `must be a time from ${durationText(min)} to ${durationText(max)}, such as 30s or 5m`,
        input: text,
      })
      return z.NEVER
    })
}
