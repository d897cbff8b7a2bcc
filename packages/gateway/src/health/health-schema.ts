// The fields that say when an instance is fit for requests. Shapes and defaults only.

import { z } from "zod"
import { count, duration, percent } from "../values/schemas.ts"

/** The gateway asks each instance how it is. */
export const activeHealthSchema = z.strictObject({
  path: z.string().startsWith("/").max(500).default("/health/ready"),
  interval: duration({ min: 50 }).prefault("1s"),
  /** An answer later than this is none. */
  timeout: duration({ min: 10 }).prefault("1s"),
  /** Good answers in a row until an unhealthy instance gets requests again; a new one needs one. */
  healthyThreshold: count(100).default(2),
  /** Bad answers in a row until a healthy one gets none. */
  unhealthyThreshold: count(100).default(2),
})

export type ActiveHealthConfig = z.output<typeof activeHealthSchema>

/** The gateway watches the requests themselves (outlier detection); names after Envoy's. */
export const passiveHealthSchema = z.strictObject({
  /** Failures in a row that eject at once; 0 switches this off. */
  consecutiveErrors: z.int().min(0).max(1000).default(5),
  /** Share of failures in `window` from which an instance is suspect, 0 … 1; it must also be clearly above its peers'. */
  errorRate: z.number().gt(0).max(1).default(0.1),
  /** Ejects when its 90th percentile is this many times that of its peers; 0 switches this off. */
  latencyFactor: z
    .number()
    .refine((factor) => factor === 0 || factor > 1, "must be 0, or above 1")
    .default(4),
  /** Latencies closer than this are alike; keeps 1 ms against 5 ms from counting. */
  latencyFloor: duration().prefault("50ms"),
  /** Requests that an instance, and its peers together, must have had in `window` before rates and latencies count. */
  minRequests: count(100_000).default(20),
  /** Long enough for some 25 requests to each: fewer cannot be told from chance. */
  window: duration({ min: 100 }).prefault("20s"),
  /** The first ejection's length; the nth in a row is n times as long, up to `maxEjection`. */
  baseEjection: duration({ min: 10 }).prefault("30s"),
  maxEjection: duration({ min: 10 }).prefault("5m"),
  /** At most this share of the instances is ejected, but one may always be while another is left. */
  maxEjectedPercent: percent().default(50),
})

export type PassiveHealthConfig = z.output<typeof passiveHealthSchema>

export const healthCheckSchema = z
  .strictObject({
    /** Absent: no questions are asked. */
    active: activeHealthSchema.optional(),
    /** Absent: nothing is ejected. */
    passive: passiveHealthSchema.optional(),
    /**
     * Below this share of available instances health is not believed and all get requests, since the few left would break
     * down (Envoy's panic threshold). 0 never panics. Two instances of which one is out (50 %) is no panic. It is the share of
     * the whole service: a release whose instances are all out is served by the others.
     */
    panicThreshold: percent().default(50),
  })
  .prefault({})

export type HealthCheckConfig = z.output<typeof healthCheckSchema>
