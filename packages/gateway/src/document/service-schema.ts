// The fields of a service: its instances, how its requests are divided between releases, and how the gateway deals with
// them. Shapes and defaults only.

import { z } from "zod"
import { loadBalancerSchema, stickySchema } from "../balance/load-balancer-schema.ts"
import { healthCheckSchema } from "../health/health-schema.ts"
import { circuitBreakerSchema, limitsSchema } from "../resilience/resilience-schema.ts"
import { splitSchema } from "../split/split-schema.ts"
import { duration } from "../values/schemas.ts"

const name = (what: string) =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/, `must be ${what}: letters, digits, dots, dashes`)

export const instanceSchema = z
  .strictObject({
    id: name("an instance's name"),
    release: name("a release's name"),
    host: z.string().min(1).max(253).optional(),
    port: z.int().min(1).max(65_535).optional(),
    socketPath: z.string().min(1).max(104).optional(),
    /** Against its neighbours' weights. */
    weight: z.number().gt(0).max(1_000).default(1),
    tls: z.strictObject({ serverName: z.string().min(1).max(253).optional() }).optional(),
    /** Gets no new requests; those it has are finished. */
    draining: z.boolean().default(false),
  })
  .refine(
    ({ host, port, socketPath }) =>
      socketPath === undefined
        ? host !== undefined && port !== undefined
        : host === undefined && port === undefined,
    "needs host and port, or socketPath",
  )

/** Milliseconds; 0 switches one off. */
export const timeoutsSchema = z
  .strictObject({
    connect: duration().prefault("2s"),
    /** From the request being sent until the answer's head. */
    headers: duration().prefault("30s"),
    /** Between two pieces of an answer; a stream of events that says nothing for so long is ended. */
    idle: duration().prefault("75s"),
    /** The whole exchange, streams of events and WebSockets excepted. */
    total: duration().prefault("5m"),
    /** A tunnel (WebSocket) over which nothing came either way for so long is ended. */
    tunnel: duration().prefault("10m"),
    /** An unused connection to an instance is closed. Must be shorter than the instance's own keep-alive. */
    keepAlive: duration().prefault("4s"),
  })
  .prefault({})

export type TimeoutsConfig = z.output<typeof timeoutsSchema>

export const upstreamSchema = z.strictObject({
  loadBalancer: loadBalancerSchema,
  sticky: stickySchema.optional(),
  healthCheck: healthCheckSchema,
  limits: limitsSchema,
  circuitBreaker: circuitBreakerSchema.optional(),
  timeouts: timeoutsSchema,
})

export type UpstreamConfig = z.output<typeof upstreamSchema>

export const serviceSchema = z.strictObject({
  instances: z.array(instanceSchema).max(1_000).default([]),
  /** Absent: releases are not told apart. */
  split: splitSchema.optional(),
  upstream: upstreamSchema.prefault({}),
  /** What happens to tunnels of an instance that drains: told to come back (WebSocket close 1012), cut, or left alone. */
  drain: z
    .strictObject({
      timeout: duration().prefault("30s"),
      websocket: z.enum(["notify", "close", "hold"]).default("notify"),
    })
    .prefault({}),
})

export type ServiceConfig = z.output<typeof serviceSchema>
export type InstanceConfig = z.output<typeof instanceSchema>
