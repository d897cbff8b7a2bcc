// The kinds of values that delivery's documents are made of: times and percentages as people write them. Nothing here knows
// what a value is for.

import { z } from "zod"

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const DURATION = /^(?<amount>\d{1,9}(?:\.\d{1,3})?)(?<unit>ms|s|m|h|d)$/
const PERCENT = /^(?<amount>\d{1,3}(?:\.\d{1,4})?) ?%$/

/** Milliseconds of `250ms`, `30s`, `5m`, `1.5h`, `7d`; undefined where it is none. */
function parseDuration(text: string): number | undefined {
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

const inWords = z.union([z.string(), z.literal(0)], {
  error: "must be a time with a unit, such as 30s or 5m",
})

/** A time within bounds (default 0 to 366 days), as milliseconds. A bare number but 0 is refused: its unit would be a guess. */
export function duration(bounds: Bounds = {}) {
  return timeWithin(inWords, bounds)
}

/** The same for what this program has written itself, as well: there a number is milliseconds. */
export function storedDuration(bounds: Bounds = {}) {
  return timeWithin(z.union([z.string(), z.number()]), bounds)
}

interface Bounds {
  readonly min?: number
  readonly max?: number
}

function timeWithin(
  written: z.ZodType<string | number, string | number>,
  { min = 0, max = 366 * UNITS.d }: Bounds,
) {
  return written.transform((text, context) => {
    const ms = typeof text === "number" ? text : parseDuration(text)
    if (ms !== undefined && ms >= min && ms <= max) return ms
    context.addIssue({
      code: "custom",
      message: `must be a time from ${durationText(min)} to ${durationText(max)}, such as 30s or 5m`,
      input: text,
    })
    return z.NEVER
  })
}

/** A percentage, 0 to 100, as `10%` or as 10. */
export function percent({ min = 0, max = 100 }: { min?: number; max?: number } = {}) {
  return z
    .union([z.string(), z.number()], { error: "must be a percentage, such as 10 or 10%" })
    .transform((value, context) => {
      const { amount } = (typeof value === "string" && PERCENT.exec(value)?.groups) || {}
      const number = typeof value === "number" ? value : Number(amount ?? Number.NaN)
      if (number >= min && number <= max) return number
      context.addIssue({
        code: "custom",
        message: `must be a percentage from ${min} to ${max}, such as 10 or 10%`,
        input: value,
      })
      return z.NEVER
    })
}

/** Letters, digits, `-`, `_` and `.`; up to 63. Names of documents, steps, variants and hooks. */
export const name = () =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      "must be a name of letters, digits, dots and dashes, 63 at most",
    )

/** A header's name, in lower case. */
export const headerName = () =>
  z
    .string()
    .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/, "must be a header's name")
    .transform((header) => header.toLowerCase())
