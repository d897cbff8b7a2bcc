// The AnalysisTemplate: what is measured while a release is tried, what it is compared with, and how sure one must be. Shapes,
// defaults and limits only. Durations become milliseconds, percentages become shares (10 % is 0.1).

import { z } from "zod"
import { conditionProblem } from "./condition.ts"
import { duration, percent } from "../spec/values.ts"
import type { InternalSource } from "./provider-schema.ts"
import { metricProviderSchema } from "./provider-schema.ts"

/** `10%` or 10 becomes 0.1. */
const share = (max = 999) => percent({ max }).transform((value) => value / 100)

const condition = z
  .string()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    const problem = conditionProblem(text)
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem, input: text })
  })

const limit = z.int().min(0).max(10_000)

const compareSchema = z.strictObject({
  /**
   * - `baseline`: the fresh instances of the stable release, which are as cold as the canary. Where there are none: `stable`.
   * - `stable`: all instances of the stable release, and the baseline with them for as long as the two do not differ.
   * - `history`: what the stable release's own figures were before, given as `historical`.
   */
  against: z.enum(["baseline", "stable", "history"]).default("baseline"),
  /** What is worse: a figure that went up, or one that went down. */
  direction: z.enum(["increase", "decrease"]).default("increase"),
  /** How much worse the subject may be. The null hypothesis is that it is not worse than this. */
  allowedChange: share().prefault("5%"),
  /**
   * Beyond this, `minimumRequests`, `initialDelay` and `failureLimit` are not waited for; a sequential test still needs its
   * evidence.
   */
  criticalChange: share().optional(),
  /** The smallest change that must be seen with a probability of 95 % before the metric may pass. */
  minimumEffect: share().prefault("20%"),
  /** The same as a difference in the metric's own unit, for shares that are nearly 0: 0.01 is one request in a hundred. */
  minimumDifference: z.number().min(0).default(0),
  method: z.enum(["sequential", "mannWhitney", "static"]).default("sequential"),
  /** What `history` is compared with: a share, a count per request, a mean, or a quantile's value. */
  historical: z.number().optional(),
  /**
   * How much more the figure varies than independent events would: 1 for requests that fail by themselves, more where one visitor
   * causes many events. Evidence is divided by it.
   */
  dispersion: z.number().min(1).max(1_000).default(1),
})

const metricTypes = ["threshold", "rate", "count", "quantile", "mean", "job", "web"] as const

const metricSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and dashes"),
    layer: z.enum(["system", "application", "business"]).default("application"),
    /**
     * - `rate`: the share of requests to which something happened. `count`: events per request. `quantile`: of a latency.
     *   `mean`: of a figure. These four can be compared sequentially.
     * - `threshold`, `job`, `web`: a number at a time, judged by conditions, or compared by `static` or `mannWhitney`.
     */
    type: z.enum(metricTypes),
    provider: metricProviderSchema,
    /** Which quantile, for `quantile`. */
    quantile: z.number().gt(0).lt(1).default(0.95),
    interval: duration({ min: 100, max: 3_600_000 }).prefault("1s"),
    initialDelay: duration({ max: 3_600_000 }).prefault("0s"),
    /** Measurements after which one judged by conditions ends; absent: it goes on. */
    count: z.int().min(1).max(100_000).optional(),
    successCondition: condition.optional(),
    failureCondition: condition.optional(),
    /** Failed measurements that are put up with. */
    failureLimit: limit.default(0),
    inconclusiveLimit: limit.default(0),
    /** Errors of the source in a row that are put up with; more, and there is no verdict. */
    consecutiveErrorLimit: limit.default(10),
    /** Good measurements in a row that pass it; absent: `count`. */
    consecutiveSuccessLimit: z.int().min(1).max(10_000).optional(),
    compare: compareSchema.optional(),
    /** Of the subject, before any verdict. */
    minimumRequests: z.int().min(0).max(1_000_000_000).default(0),
    /** Without a single measurement the verdict is `no-data`; false: the metric is then left out. */
    mustHaveData: z.boolean().default(true),
    /** A value that is not a number: the measurement failed, was good, is left out, or counts as 0. */
    nanStrategy: z.enum(["fail", "pass", "ignore", "zero"]).default("ignore"),
    /** Gets five times the share of the error rate, so that it is seen sooner. */
    critical: z.boolean().default(false),
    /** Measured and shown, without a say. `muted` is set by operators, `dryRun` by who tries a new metric. */
    muted: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  })
  .superRefine((metric, context) => {
    for (const message of metricProblems(metric))
      context.addIssue({ code: "custom", message, input: metric.name })
  })

const sourcesOf: Readonly<Record<(typeof metricTypes)[number], readonly string[]>> = {
  threshold: ["internal", "prometheus", "web", "job"],
  rate: ["internal", "prometheus"],
  count: ["internal", "prometheus"],
  quantile: ["internal", "prometheus"],
  mean: ["internal", "prometheus"],
  job: ["job"],
  web: ["web"],
}

/** Counts are rates, histograms have quantiles and means, gauges are values. */
function fits(type: (typeof metricTypes)[number], source: InternalSource): boolean {
  const counts = source === "errors" || (typeof source === "object" && "counter" in source)
  const histogram = source === "latency" || (typeof source === "object" && "histogram" in source)
  if (type === "rate" || type === "count") return counts
  if (type === "quantile") return histogram
  if (type === "mean") return typeof source === "object" && !counts
  return true
}

function metricProblems(metric: {
  type: (typeof metricTypes)[number]
  provider: z.output<typeof metricProviderSchema>
  compare?: z.output<typeof compareSchema> | undefined
  successCondition?: string | undefined
  failureCondition?: string | undefined
}): string[] {
  const { type, compare, successCondition, failureCondition } = metric
  const problems: string[] = []
  const single = type === "threshold" || type === "job" || type === "web"
  if (!compare && successCondition === undefined && failureCondition === undefined && type !== "job")
    problems.push("needs compare, successCondition or failureCondition: as it is, nothing could fail it")
  if (single && compare?.method === "sequential")
    problems.push(`type ${type} gives single values: compare.method must be mannWhitney or static`)
  if (!single && compare?.method === "sequential" && !("internal" in metric.provider))
    problems.push("a sequential comparison needs counts: provider internal, or another compare.method")
  const needed = sourcesOf[type]
  if (!Object.keys(metric.provider).some((source) => needed.includes(source)))
    problems.push(`type ${type} takes provider ${needed.join(" or ")}`)
  if ("internal" in metric.provider && !fits(type, metric.provider.internal))
    problems.push(`type ${type} cannot be taken from this internal source; docs/analysis.md lists which can`)
  if (compare?.against === "history" && compare.historical === undefined)
    problems.push("compare.against history needs compare.historical")
  if (compare && compare.minimumEffect <= compare.allowedChange && compare.minimumDifference === 0)
    problems.push(
      "compare.minimumEffect must be above compare.allowedChange, or it could never be told apart",
    )
  if (compare?.direction === "decrease" && compare.minimumEffect > 1)
    problems.push("compare.minimumEffect of a decrease is at most 100%")
  if (compare?.direction === "decrease" && compare.allowedChange >= 1)
    problems.push("compare.allowedChange of a decrease is below 100%")
  return problems
}

/** The `spec` of an AnalysisTemplate document. */
export const analysisTemplateSchema = z.strictObject({
  /** Values for `{{args.name}}` in queries, addresses and commands; a rollout may give others. */
  args: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/), z.string().max(1_000)).default({}),
  /** The chance of failing a release that is no worse than allowed, over all metrics and all looks. */
  familyAlpha: z.number().gt(0).max(0.5).default(0.01),
  maxDuration: duration({ min: 1_000, max: 7 * 86_400_000 }).prefault("30m"),
  metrics: z
    .array(metricSchema)
    .min(1)
    .max(50)
    .refine(
      (metrics) => new Set(metrics.map(({ name }) => name)).size === metrics.length,
      "two metrics have the same name",
    ),
  backtest: z
    .strictObject({
      over: duration({ min: 60_000, max: 366 * 86_400_000 }).prefault("30d"),
      maxFalseRollback: share(100).prefault("1%"),
    })
    .optional(),
})

/** A template as it was read, with its name in front. */
export type AnalysisTemplate = z.output<typeof analysisTemplateSchema> & { readonly name: string }
export type AnalysisTemplateInput = z.input<typeof analysisTemplateSchema>
export type MetricSpec = z.output<typeof metricSchema>
export type CompareSpec = z.output<typeof compareSchema>
