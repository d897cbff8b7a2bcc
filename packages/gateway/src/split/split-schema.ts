// The fields that divide a service's requests between its releases, and that copy some of them. Shapes and defaults only.

import { z } from "zod"
import { cookieName, count, duration, headerName, percent } from "../values/schemas.ts"

/** What keeps a visitor with one release. Words and meaning as in a rollout's `stickiness`. */
export const stickinessSchema = z
  .strictObject({
    /**
     * - `account`: the member; without one the cookie, without that the address.
     * - `cookie`: a cookie that the gateway hands out.
     * - `address`: the client's address (IPv6: its /64).
     * - `none`: each request by chance.
     */
    by: z.enum(["account", "cookie", "address", "none"]).default("account"),
    /** Another salt deals the visitors anew; a rollout keeps its salt from start to end. */
    salt: z.string().min(1).max(200).default("aviary"),
    cookieName: cookieName().default("aviary-cohort"),
    /** Life of the cookie; default 30 days. */
    maxAge: duration().prefault("30d"),
  })
  .prefault({})

/** A part of the visitors that goes to a release other than the default one. */
const armSchema = z.strictObject({
  /** What counters call it: `canary`, `baseline`, a variant's name. */
  name: z.string().min(1).max(100),
  release: z.string().min(1).max(200),
  /** Share of all visitors, 0 … 1. */
  weight: z.number().min(0).max(1),
})

/** Requests that carry a header go to a release whatever their cohort; for previews and tests. */
const headerRouteSchema = z.strictObject({
  header: headerName(),
  value: z.string().min(1).max(500),
  /** An arm's name, or `default`. An arm of weight 0 is reached only so. */
  arm: z.string().min(1).max(100),
})

export const splitSchema = z
  .strictObject({
    /** The arm and release of everybody that no other arm takes. */
    default: z.strictObject({
      name: z.string().min(1).max(100).default("stable"),
      release: z.string().min(1).max(200),
    }),
    arms: z.array(armSchema).max(20).default([]),
    stickiness: stickinessSchema,
    headerRoutes: z.array(headerRouteSchema).max(50).default([]),
  })
  .superRefine(({ default: fallback, arms, headerRoutes }, context) => {
    const total = arms.reduce((sum, { weight }) => sum + weight, 0)
    if (total > 1 + 1e-9)
      context.addIssue({ code: "custom", path: ["arms"], message: `weights add up to ${total}, above 1` })
    const names = new Set([fallback.name, ...arms.map(({ name }) => name)])
    if (names.size < arms.length + 1)
      context.addIssue({ code: "custom", path: ["arms"], message: "each arm needs a name of its own" })
    for (const [index, { arm }] of headerRoutes.entries())
      if (!names.has(arm) && arm !== "default")
        context.addIssue({ code: "custom", path: ["headerRoutes", index, "arm"], message: `no arm ${arm}` })
  })

export type SplitConfig = z.output<typeof splitSchema>
export type Stickiness = z.output<typeof stickinessSchema>

/** Copies safe requests to another service or release; their answers are thrown away. */
export const mirrorSchema = z.strictObject({
  /** Name of the service or release that gets the copies. */
  to: z.string().min(1).max(200),
  percentage: percent().default(100),
  /** Copies in flight at once; beyond it none is made, so that a slow target costs nothing. Default 32. */
  maxConcurrent: count(10_000).default(32),
})

export type MirrorConfig = z.output<typeof mirrorSchema>
