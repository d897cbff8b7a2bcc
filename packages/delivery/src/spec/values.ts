// The kinds of values that delivery's documents are made of: percentages, names and the like. Nothing here knows
// what a value is for.

import { z } from "zod"

const PERCENT = /^(?<amount>\d{1,3}(?:\.\d{1,4})?) ?%$/

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
