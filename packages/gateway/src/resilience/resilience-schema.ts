// The fields that keep a fault in one place: retries, hedging, breaker, concurrency, shedding. Shapes and defaults only.

import { z } from "zod"
import { count, duration, percent } from "../values/schemas.ts"

/**
 * What a try may have come to:
 * - `connect`: no connection; nothing was sent.
 * - `reset`: the connection ended before the answer began.
 * - `timeout`: no answer's head in time.
 * - `garbage`: the answer's head could not be read.
 * - a status: 502, 503, 504 by default.
 */
const retryConditions = ["connect", "reset", "timeout", "garbage", "502", "503", "504", "429"] as const

export const retriesSchema = z
  .strictObject({
    on: z
      .array(z.enum(retryConditions))
      .default(["connect", "reset", "timeout", "garbage", "502", "503", "504"]),
    /** Tries in all, the first one included; 1 never retries. */
    attempts: count(10).default(2),
    /** Time for one try until the answer's head; 0 leaves it to the route's timeouts. */
    perTryTimeout: duration().default(0),
    /**
     * How long a request waits for an instance when none is left, as long as nothing of it was sent or it may be sent again; its
     * place is held meanwhile (`limits.maxRequests`). 0: not at all.
     */
    waitForInstance: duration().default(0),
    /** A retry goes to another instance while there is one. */
    differentTarget: z.boolean().default(true),
    /**
     * Only GET, HEAD, OPTIONS, TRACE, PUT and DELETE are sent twice, and anything of which nothing was sent. False also
     * resends POST and PATCH, which may then happen twice.
     */
    idempotentOnly: z.boolean().default(true),
    budget: z
      .strictObject({
        /** Retries at most, percent of the requests, in flight and over the last 10 s. */
        percent: percent().default(20),
        /** This many retries at once, and in 10 s, are allowed whatever the percentage. */
        minConcurrent: z.int().min(0).max(1000).default(3),
      })
      .prefault({}),
  })
  .prefault({})

export type RetriesConfig = z.output<typeof retriesSchema>

/** A second copy of a slow idempotent request to another instance; the first answer wins. */
export const hedgeSchema = z.strictObject({
  /** When the copy is sent: a percentile of the route's latency, or a fixed time. */
  after: z.union([z.enum(["p50", "p90", "p95", "p99"]), duration({ min: 1 })]).default("p95"),
  /** Copies at most, percent of the requests. */
  maxPercent: percent().default(2),
})

export type HedgeConfig = z.output<typeof hedgeSchema>

export const circuitBreakerSchema = z.strictObject({
  window: duration({ min: 100 }).prefault("10s"),
  /** Opens at this share of failures, 0 … 1. */
  failureRatio: z.number().gt(0).max(1).default(0.5),
  /** Fewer requests than this in `window` never open it. */
  minRequests: count(1_000_000).default(20),
  openFor: duration({ min: 10 }).prefault("5s"),
  /** Calls let through after `openFor`; all must succeed to close it, one failure opens it again. */
  halfOpenCalls: count(1000).default(3),
})

export type CircuitBreakerConfig = z.output<typeof circuitBreakerSchema>

/** The limit of requests in flight follows the latency (gradient, Netflix concurrency-limits and Envoy). */
export const adaptiveConcurrencySchema = z.strictObject({
  /** Never fewer; below what the upstream can surely do at once, since its unloaded latency is measured with so many. */
  minLimit: count(100_000).default(8),
  maxLimit: count(100_000).default(1000),
  initialLimit: count(100_000).default(64),
  /** Latency may rise to this times the unloaded one before the limit falls. */
  tolerance: z.number().min(1).max(10).default(1.5),
  /** One step of the limit per this time, when there were enough answers. */
  sampleWindow: duration({ min: 10 }).prefault("200ms"),
  /** How often the unloaded latency is measured anew, by holding the limit at `minLimit` for a moment. */
  probeInterval: duration({ min: 1000 }).prefault("60s"),
})

export type AdaptiveConcurrencyConfig = z.output<typeof adaptiveConcurrencySchema>

export const limitsSchema = z
  .strictObject({
    /** Connections to each instance. Requests beyond them wait for `maxPendingTime`, each holding its place. */
    maxConnections: count(100_000).default(1024),
    /** Requests in flight to the upstream. */
    maxRequests: count(1_000_000).default(4096),
    /** Requests that wait for a place when `maxRequests` or the adaptive limit is reached; more are refused. */
    maxPending: z.int().min(0).max(1_000_000).default(1024),
    /** The longest that one waits. */
    maxPendingTime: duration({ min: 1 }).prefault("2s"),
    adaptiveConcurrency: adaptiveConcurrencySchema.optional(),
  })
  .prefault({})

export type LimitsConfig = z.output<typeof limitsSchema>

/**
 * Who is refused last when there is not room for all: `critical` (health, sign-in) keeps room that nobody else may take,
 * then `high` (what a member waits for), `normal`, `low` (crawlers, mirrors, prefetching).
 */
export const importances = ["critical", "high", "normal", "low"] as const
export const importanceSchema = z.enum(importances).default("normal")
export type Importance = (typeof importances)[number]
