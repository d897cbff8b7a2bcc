// The kinds of values that the routing document is made of. A duration is read as people write it and becomes
// milliseconds; nothing here knows what a value is for.

import { z } from "zod"

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m|h|d)$/

/** A time span, `250ms`, `30s`, `5m`, `1h`, `7d`, or a number of milliseconds; becomes milliseconds. */
export function duration({ min = 0, max = 366 * UNITS.d }: { min?: number; max?: number } = {}) {
  return z.union([z.string(), z.number()]).transform((value, context) => {
    const ms = typeof value === "number" ? value : parseDuration(value)
    if (ms !== undefined && Number.isFinite(ms) && ms >= min && ms <= max) return ms
    context.addIssue({
      code: "custom",
      message: `must be a duration from ${min} ms to ${max} ms, such as 250ms, 30s or 5m`,
      input: value,
    })
    return z.NEVER
  })
}

function parseDuration(text: string): number | undefined {
  const { amount, unit } = DURATION.exec(text)?.groups ?? {}
  if (amount === undefined || unit === undefined) return undefined
  return Number(amount) * UNITS[unit as keyof typeof UNITS]
}

/** A share in percent, 0 … 100. */
export const percent = () => z.number().min(0).max(100)

/** A count, 1 … `max`. */
export const count = (max = 1_000_000) => z.int().min(1).max(max)

/** A header's name in lower case. */
export const headerName = () =>
  z
    .string()
    .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/, "must be a header name")
    .transform((name) => name.toLowerCase())

/** A cookie's name; `__Host-` and `__Secure-` prefixes included. */
export const cookieName = () =>
  z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/, "must be a cookie name")
