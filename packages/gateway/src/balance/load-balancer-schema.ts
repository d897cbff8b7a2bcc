// The fields of a route's upstream that say which instance gets the next request. Shapes and defaults only.

import { z } from "zod"
import { cookieName, duration, headerName, percent } from "../values/schemas.ts"

/**
 * - `roundRobin`: each in turn, weights ignored.
 * - `weightedRoundRobin`: in turn by weight, smoothly spread (nginx).
 * - `leastConnections`: the fewest requests in flight for its weight.
 * - `p2c`: the less busy of two picked at random.
 * - `ringHash`: the same key to the same instance; few keys move when instances come and go.
 * - `ipHash`: `ringHash` over the client's address.
 * - `random`: at random, by weight.
 */
export const algorithmNames = [
  "roundRobin",
  "weightedRoundRobin",
  "leastConnections",
  "p2c",
  "ringHash",
  "ipHash",
  "random",
] as const

export type AlgorithmName = (typeof algorithmNames)[number]

/** What `ringHash` hashes. A request that has no such thing goes by its address. */
const hashOnSchema = z.union([
  z.enum(["account", "address", "path"]),
  z.strictObject({ header: headerName() }),
  z.strictObject({ cookie: cookieName() }),
])

export const loadBalancerSchema = z
  .strictObject({
    algorithm: z.enum(algorithmNames).default("p2c"),
    /** How long a new or recovered instance takes to its full share; 0 (default) gives it at once. Not for hashes. */
    slowStart: duration().default(0),
    /** The share that slow start begins with, percent of the full one; default 10 (Envoy). */
    slowStartFrom: percent().min(1).default(10),
    hashOn: hashOnSchema.default("account"),
    /**
     * `ringHash`, `ipHash`: no instance gets more than this times the mean of the requests in flight; the key's next
     * instance on the ring takes over. Default 1.25; 0 switches the bound off.
     */
    loadFactor: z
      .number()
      .refine((factor) => factor === 0 || (factor > 1 && factor <= 100), "must be 0, or above 1")
      .default(1.25),
  })
  .prefault({})

export type LoadBalancerConfig = z.output<typeof loadBalancerSchema>

/** Keeps a browser on the instance it was sent to first. The cookie says nothing about the instance. */
export const stickySchema = z.strictObject({
  cookieName: cookieName().default("aviary-instance"),
  /** Life of the cookie; 0 (default) ends it with the browser's session. */
  ttl: duration().default(0),
  /** When its instance cannot take it: another one and a new cookie, or 503. */
  fallback: z.enum(["balance", "refuse"]).default("balance"),
})

export type StickyConfig = z.output<typeof stickySchema>
