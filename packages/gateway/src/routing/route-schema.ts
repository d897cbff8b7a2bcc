// The fields that say which requests a route takes and what it changes about them. Shapes and defaults only; what is
// refused here can never reach the matcher.

import { z } from "zod"
import { stickinessSchema } from "../split/split-schema.ts"
import { cookieName, count, duration, headerName } from "../values/schemas.ts"

/** Header values may hold anything but what would begin another header. */
const headerValue = () =>
  z
    .string()
    .max(4096)
    .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must not hold control characters")

const pathText = () =>
  z
    .string()
    .max(1000)
    .regex(/^\/[^\s?#\\]*$/, "must be a path that starts with /")

/**
 * A path: `/exact`, `/prefix/*` (whole segments: `/prefix` too, `/prefixed` not), `/a/:name/b` (`:name` is one segment),
 * `/*` (everything). More forms as an object.
 */
const pathMatchSchema = z.union([
  pathText(),
  z.strictObject({ exact: pathText() }),
  z.strictObject({ prefix: pathText() }),
  z.strictObject({ pattern: pathText() }),
])

/** A value of a header, cookie or query parameter: equal to a text, or one of the forms. */
const valueMatchSchema = z.union([
  z.string().max(1000),
  z.strictObject({ oneOf: z.array(z.string().max(1000)).min(1).max(200) }),
  z.strictObject({ prefix: z.string().min(1).max(1000) }),
  z.strictObject({ present: z.boolean() }),
])

const METHOD = /^[A-Z][A-Z-]{0,30}$/
const method = z.string().regex(METHOD, "must be a method in capitals")

export const matchSchema = z.strictObject({
  path: pathMatchSchema.default("/*"),
  /** One method or several; absent: all. GET includes HEAD. */
  method: z.union([method, z.array(method).min(1).max(20)]).optional(),
  headers: z.record(headerName(), valueMatchSchema).default({}),
  cookies: z.record(cookieName(), valueMatchSchema).default({}),
  query: z.record(z.string().min(1).max(200), valueMatchSchema).default({}),
})

export type MatchConfig = z.output<typeof matchSchema>
export type PathMatch = z.output<typeof pathMatchSchema>
export type ValueMatch = z.output<typeof valueMatchSchema>

/** What the instance sees instead of the path and host that the client sent. The query stays. */
export const rewriteSchema = z
  .strictObject({
    /** The whole path; `:name` stands for what a pattern's `:name` matched. */
    path: pathText().optional(),
    /** In place of the prefix that matched. */
    prefix: pathText().optional(),
    host: z.string().min(1).max(300).optional(),
  })
  .refine(({ path, prefix }) => path === undefined || prefix === undefined, "path or prefix, not both")

export type RewriteConfig = z.output<typeof rewriteSchema>

/** Never changed by a rule: they frame the message or are the gateway's own. */
const FRAMING = new Set([
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])

const ruledHeader = () =>
  headerName().refine((name) => !FRAMING.has(name), "frames the message and cannot be set by a rule")

const headerRulesSchema = z
  .strictObject({
    remove: z.array(ruledHeader()).max(100).default([]),
    set: z.record(ruledHeader(), headerValue()).default({}),
    /** Beside what is there already. */
    add: z.record(ruledHeader(), headerValue()).default({}),
  })
  .prefault({})

export type HeaderRules = z.output<typeof headerRulesSchema>

export const headersSchema = z.strictObject({ request: headerRulesSchema, response: headerRulesSchema })

export const corsSchema = z
  .strictObject({
    /** `*`, `https://app.example`, or `https://*.example` for any name below. */
    origins: z.array(z.string().min(1).max(300)).min(1).default(["*"]),
    methods: z.array(method).min(1).default(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    allowHeaders: z.array(headerName()).default(["authorization", "content-type", "idempotency-key"]),
    exposeHeaders: z.array(headerName()).default([]),
    /** Cookies may be sent. Not with `*`. */
    credentials: z.boolean().default(false),
    maxAge: duration().prefault("10m"),
  })
  .refine(({ origins, credentials }) => !credentials || !origins.includes("*"), {
    message: "credentials need named origins",
    path: ["credentials"],
  })

export type CorsConfig = z.output<typeof corsSchema>

/** Moves a route bit by bit to a new service: the same member always meets the same side, and never goes back. */
export const stranglerSchema = z.strictObject({
  to: z.string().min(1).max(200),
  /** Share of the visitors that the new service has, 0 … 1. */
  weight: z.number().min(0).max(1),
  stickiness: stickinessSchema,
})

export type StranglerConfig = z.output<typeof stranglerSchema>

const host = z
  .string()
  .max(253)
  .regex(
    /^(\*|(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/,
    "must be a host in lower case, *.name, or *",
  )

/** The fields of a route that this folder reads; the document's schema spreads them into its own. */
export const routingFields = {
  /** Lower case, without a port; `*.example.org` is every name below it; empty: every host. */
  hosts: z.array(host).max(200).default([]),
  /** The route takes a request that fits one of them. */
  match: z.array(matchSchema).min(1).max(200).prefault([{}]),
  /** Higher goes first; among equals the more specific, then the earlier. */
  priority: z.int().min(-1_000_000).max(1_000_000).default(0),
  rewrite: rewriteSchema.optional(),
  headers: headersSchema.optional(),
  cors: corsSchema.optional(),
  /** The largest request body; absent: the gateway's own limit. */
  maxBodyBytes: count(2 ** 40)
    .or(z.literal(0))
    .optional(),
  strangler: stranglerSchema.optional(),
}
