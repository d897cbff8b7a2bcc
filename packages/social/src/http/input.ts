// Input from clients: query, body and path as one record, read by zod. Clients send numbers as text, booleans in six ways and
// arrays in three; what is wrong comes back as one error that names each field.

import { AppError, parseId } from "@aviary/kit"
import qs from "qs"
import { z } from "zod"

const PARAMETER_LIMIT = 1_000
const ARRAY_LIMIT = 200

/** Form and query text as a record: `a[]=1`, `a[0]=1`, `a[b]=1`, and Rails' `a[][x]=1&a[][y]=2` as one element. */
export function parseForm(text: string): Record<string, unknown> {
  return qs.parse(text.includes("[") || text.includes("%5") ? numberElements(text) : text, {
    parameterLimit: PARAMETER_LIMIT,
    arrayLimit: ARRAY_LIMIT,
    depth: 4,
    allowPrototypes: false,
    plainObjects: false,
  })
}

/** Writes `a[][x]` as `a[0][x]`: Rails starts a new element where a key repeats, qs would make each key an array. */
function numberElements(text: string): string {
  const elements = new Map<string, { index: number; seen: Set<string> }>()
  const pairs = text.split("&").map((pair) => {
    const [, name = "", value = ""] = /^([^=]*)(.*)$/s.exec(pair) ?? []
    const plain = name.replace(/%5B/gi, "[").replace(/%5D/gi, "]")
    const [, list, key = ""] = /^(.+?)\[\](\[.+)$/s.exec(plain) ?? []
    if (list === undefined) return pair
    const element = elements.get(list) ?? { index: 0, seen: new Set<string>() }
    elements.set(list, element)
    if (element.seen.has(key) && !key.endsWith("[]")) {
      element.index += 1
      element.seen.clear()
    }
    element.seen.add(key)
    return `${list}[${element.index}]${key}${value}`
  })
  return pairs.join("&")
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** Reads input. A bad path parameter is `record.not_found`; any other problem `input.invalid`, naming the fields. */
export function readInput<T>(schema: z.ZodType<T>, input: unknown, pathParameters: readonly string[]): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues
  if (issues.some((issue) => pathParameters.includes(String(issue.path[0])))) {
    throw new AppError("record.not_found")
  }
  const problems = issues.map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`)
  throw new AppError("input.invalid", { problems: problems.join("; ") })
}

const idSchema = z.union([z.string(), z.number()]).transform((value, context) => {
  const id = parseId(String(value))
  if (id !== undefined) return id
  context.addIssue("is not an id")
  return z.NEVER
})

const TRUE = new Set(["1", "true", "on", "yes", "t"])
const FALSE = new Set(["0", "false", "off", "no", "f", ""])

const flagSchema = z.unknown().transform((value, context) => {
  const word = String(value).toLowerCase()
  if (TRUE.has(word)) return true
  if (FALSE.has(word)) return false
  context.addIssue("is not true or false")
  return z.NEVER
})

/** What clients mean by "not given": absent, null, or (in forms) an empty text or Python's `None`. */
function absent(value: unknown): unknown {
  return value === null || value === "" || value === "None" ? undefined : value
}

/** PostgreSQL refuses NUL in texts. */
function textSchema(max: number) {
  return z
    .union([z.string(), z.number(), z.boolean()], "is not a text")
    .transform(String)
    .pipe(
      z
        .string()
        .max(max)
        .refine((text) => !text.includes("\0"), "must not contain NUL"),
    )
}

const numberSchema = z.union([z.number(), z.string().trim().min(1).transform(Number)], "is not a number")

export const field = {
  id: idSchema,
  optionalId: z.preprocess(absent, idSchema.optional()),
  flag: flagSchema,
  optionalFlag: z.preprocess(absent, flagSchema.optional()),
  /** A text of at most `max` UTF-16 units; numbers and booleans as they are written. */
  text: (max: number) => textSchema(max),
  optionalText: (max: number) =>
    z.preprocess((value) => (value === null ? undefined : value), textSchema(max).optional()),
  integer: (min: number, max: number) => numberSchema.pipe(z.number().int().min(min).max(max)),
  /** `limit`: a default, and a maximum that larger values are cut to, as Mastodon does. */
  limit: (standard: number, max: number) =>
    z.preprocess(
      absent,
      numberSchema
        .pipe(z.number().int().min(1))
        .default(standard)
        .transform((limit) => Math.min(limit, max)),
    ),
  /** One value or several, empties dropped; absent is an empty array. */
  list: <T>(item: z.ZodType<T>, max = 100) =>
    z.preprocess((value) => {
      if (value === undefined || value === null) return []
      const items: unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [value]
      return items.filter((one) => one !== "" && one !== null)
    }, z.array(item).max(max)),
}

/** The four cursors of a page, as fields of an input schema. */
export function pageFields(standard: number, max: number) {
  return {
    max_id: field.optionalId,
    since_id: field.optionalId,
    min_id: field.optionalId,
    limit: field.limit(standard, max),
  }
}
