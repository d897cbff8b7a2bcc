// The fields that say how the gateway learns who asks, and what it tells instances. Shapes and defaults only.

import { z } from "zod"
import { count, duration } from "../values/schemas.ts"

/** Where a service's listener for gateways is: a Unix socket, or an address with the secret that it asks for. */
export const serviceEndpointSchema = z.union([
  z.strictObject({ socketPath: z.string().min(1).max(1_000) }),
  z.strictObject({
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535),
    /** Speak TLS to it, showing the gateway's certificate. `serverName`: what its certificate must carry; default the host. */
    tls: z.strictObject({ serverName: z.string().min(1).max(253).optional() }).optional(),
  }),
])

/** Without this section tokens go to the instances as they came. */
export const identitySchema = z.strictObject({
  /** Who is asked about tokens, and tells of changes; the next where one does not answer. */
  services: z.array(serviceEndpointSchema).min(1).max(100),
  /** Whom the signed identities are for. */
  audience: z.string().min(1).max(100).default("social"),
  /** How long a signed identity is good; a service accepts two minutes at most. */
  lifetime: duration({ min: 20_000, max: 110_000 }).prefault("60s"),
  /** How long a good token is believed without asking again, while changes are heard of. Else it is a second. */
  keep: duration({ min: 1_000, max: 3_600_000 }).prefault("60s"),
  /** How long a bad token is refused without asking again. */
  keepRefused: duration({ max: 60_000 }).prefault("10s"),
  /** Good tokens known at most; as many bad ones. */
  maxTokens: count(10_000_000).default(100_000),
  /** How long a signing key is used. */
  rotateKeys: duration({ min: 600_000 }).prefault("1d"),
})

export type IdentityConfig = z.output<typeof identitySchema>
export type ServiceEndpoint = z.output<typeof serviceEndpointSchema>
