// Where a metric's figures come from: fields of `provider` in a template. Exactly one source. Shapes only; the sources themselves
// are in ../metrics.

import { z } from "zod"
import { duration } from "../spec/values.ts"

const metricName = z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:]{0,199}$/, "must be a metric's name")
const labels = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/), z.string().max(500))
const httpAddress = z.url({ protocol: /^https?$/ }).max(2_000)
const timeout = duration({ min: 50, max: 60_000 }).prefault("5s")

/** Series of a name whose labels have these values; `^(a|b)$`-like choices are written as several values with `|` between. */
const counter = z.strictObject({ counter: metricName, where: labels.default({}) })

/**
 * - `errors`: requests that the gateway ended with 5xx, or without an answer from an instance.
 * - `latency`: from acceptance to the end at the gateway.
 * - `counter`: events at instances or at the gateway, per request of the arm, or per event of another counter (`per`).
 * - `gauge`: a value of each instance, of which an arm has the greatest, the mean or the sum.
 * - `histogram`: any histogram of seconds or sizes.
 */
export const internalSourceSchema = z.union([
  z.literal("errors"),
  z.literal("latency"),
  counter.extend({ per: counter.optional() }),
  z.strictObject({
    gauge: metricName,
    where: labels.default({}),
    of: z.enum(["max", "mean", "sum"]).default("max"),
  }),
  z.strictObject({ histogram: metricName, where: labels.default({}) }),
])

export const metricProviderSchema = z.union([
  z.strictObject({ internal: internalSourceSchema }),
  z.strictObject({
    prometheus: z.strictObject({
      address: httpAddress,
      /** PromQL; `{{arm}}`, `{{fleet}}`, `{{service}}` and `{{args.name}}` are replaced. */
      query: z.string().min(1).max(10_000),
      timeout,
      headers: z.record(z.string().min(1).max(200), z.string().max(4_000)).default({}),
    }),
  }),
  z.strictObject({
    web: z.strictObject({
      url: z.string().min(1).max(2_000),
      method: z.enum(["GET", "POST"]).default("GET"),
      headers: z.record(z.string().min(1).max(200), z.string().max(4_000)).default({}),
      body: z.string().max(100_000).optional(),
      /** `$.data[0].value`: names and indexes only. */
      jsonPath: z
        .string()
        .regex(
          /^\$(\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,6}\]|\["[^"\\]{1,200}"\])*$/,
          "must be a path such as $.data[0].value",
        )
        .default("$"),
      timeout,
    }),
  }),
  z.strictObject({
    job: z.strictObject({
      /** Run in the release's directory. Exit 0 with JSON or nothing on its output is a measurement, anything else an error. */
      command: z.array(z.string().min(1).max(4_000)).min(1).max(100),
      env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/), z.string().max(10_000)).default({}),
      timeout: duration({ min: 50, max: 600_000 }).prefault("30s"),
    }),
  }),
])

export type InternalSource = z.output<typeof internalSourceSchema>
export type MetricProvider = z.output<typeof metricProviderSchema>
