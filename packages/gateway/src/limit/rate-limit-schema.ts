// The fields of a rate limit. Shapes and defaults only.

import { z } from "zod"
import { count, duration } from "../values/schemas.ts"

/**
 * What a limit counts apart:
 * - `global`: nothing, one count for all.
 * - `address`: the client's address; IPv6 by its /64, since that is what one customer has.
 * - `network`: the address' /24 or /48.
 * - `stranger`: the address of who is not a member.
 * - `token`: the access token's digest, of one that is not refused. `account`: the member.
 * - `route`: the route.
 * A list means the first that the request has, e.g. `[account, address]`. A request that has none is not counted.
 */
export const limitKeys = ["global", "address", "network", "stranger", "token", "account", "route"] as const
export type LimitKey = (typeof limitKeys)[number]

/**
 * - `tokenBucket`: `quota` per `window` in the mean, `burst` at once (GCRA).
 * - `leakyBucket`: evenly spaced; up to `burst` requests wait for their turn (shaping).
 * - `fixedWindow`: `quota` per window, windows one after another; twice the quota can fall around an edge.
 * - `slidingWindow`: never more than `quota` in any span of `window`.
 */
export const limitAlgorithms = ["tokenBucket", "leakyBucket", "fixedWindow", "slidingWindow"] as const
export type LimitAlgorithm = (typeof limitAlgorithms)[number]

const rateLimitSchema = z
  .strictObject({
    /** Name in headers, counters and logs; policies of one name and scope `gateway` share their counts. */
    name: z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, "must be lower-case letters, digits and dashes"),
    key: z.union([z.enum(limitKeys), z.array(z.enum(limitKeys)).min(1).max(4)]).default("address"),
    algorithm: z.enum(limitAlgorithms).default("tokenBucket"),
    quota: count(10_000_000),
    window: duration({ min: 1 }).prefault("1m"),
    /** `tokenBucket`: requests at once, default `quota`. `leakyBucket`: requests that may wait, default 0. */
    burst: z.int().min(0).max(10_000_000).optional(),
    /** `route` (default): each route counts for itself. `gateway`: all routes with this policy count together. */
    scope: z.enum(["route", "gateway"]).default("route"),
    /** Counts and reports what it would refuse, and refuses nothing. */
    dryRun: z.boolean().default(false),
    /**
     * Keys that have a count of their own, default 100 000. When all are in use, newcomers share a fixed number of counts by
     * hash: a limit may then come early for some, it never comes late.
     */
    maxKeys: count(10_000_000).default(100_000),
  })
  .superRefine(({ algorithm, burst }, context) => {
    if (algorithm === "tokenBucket" && burst === 0)
      context.addIssue({ code: "custom", path: ["burst"], message: "must be at least 1 for a tokenBucket" })
    if (burst !== undefined && (algorithm === "fixedWindow" || algorithm === "slidingWindow"))
      context.addIssue({ code: "custom", path: ["burst"], message: `has no meaning for a ${algorithm}` })
  })

export type RateLimitPolicy = z.output<typeof rateLimitSchema>

/** The limits of a route. A request must pass all of them; one that is refused counts in none. */
export const rateLimitsSchema = z
  .array(rateLimitSchema)
  .max(20)
  .default([])
  .refine((policies) => new Set(policies.map(({ name }) => name)).size === policies.length, {
    message: "each limit of a route needs a name of its own",
  })
