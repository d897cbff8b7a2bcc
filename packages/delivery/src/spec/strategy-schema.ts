// The four strategies of a rollout as they are written, and the union that the state machine reads. Shapes, defaults and limits
// only; what they do is in rollout/.

import { z } from "zod"
import { duration, headerName, name, percent } from "./values.ts"

const smokeTestSchema = z.strictObject({
  name: name(),
  /** Path at the instance; exactly one of path and command. */
  path: z
    .string()
    .regex(/^\/[^\s#\\]{0,1999}$/, "must be a path that begins with /")
    .optional(),
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  headers: z.record(z.string().max(128), z.string().max(4_000)).default({}),
  body: z.string().max(100_000).optional(),
  /** Program and arguments, run in the release's directory with PORT and AVIARY_BASE_URL of the instance. Passes with exit code 0. */
  command: z.array(z.string().min(1).max(4_000)).min(1).max(100).optional(),
  timeout: duration({ min: 50, max: 3_600_000 }).prefault("10s"),
  expect: z
    .strictObject({
      status: z.int().min(100).max(599).default(200),
      contains: z.string().max(10_000).optional(),
      headers: z.record(z.string().max(128), z.string().max(4_000)).default({}),
    })
    .prefault({}),
})

const smokeTests = z.array(exactlyOneOf(smokeTestSchema, ["path", "command"])).max(50)

/** Which templates judge, and with which arguments. */
const analysisRunSchema = z.strictObject({
  /** Names of AnalysisTemplate documents. Absent: the templates that come with Aviary. */
  templates: z.array(name()).min(1).max(10).optional(),
  args: z.record(z.string().max(100), z.string().max(1_000)).default({}),
})

const postPromotionSchema = analysisRunSchema.extend({
  duration: duration({ min: 1_000, max: 7 * 86_400_000 }).prefault("30m"),
})

const stickinessSchema = z
  .strictObject({
    by: z.enum(["account", "cookie", "address", "none"]).default("account"),
    /** Default: the rollout's id, so that each rollout deals the visitors anew. */
    salt: z.string().min(1).max(200).optional(),
    cookieName: z
      .string()
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/, "must be a cookie's name")
      .default("aviary-cohort"),
    maxAge: duration({ min: 60_000 }).prefault("30d"),
  })
  .prefault({})

const headerMatchSchema = z.strictObject({ header: headerName(), value: z.string().min(1).max(500) })

const stepFields = {
  /** Percent of visitors of the canary. */
  setWeight: percent().optional(),
  /** Without fields: until somebody promotes. With several, all must hold. */
  pause: z
    .strictObject({
      duration: duration({ max: 30 * 86_400_000 }).optional(),
      untilRequestsPerArm: z.int().min(1).max(1_000_000_000).optional(),
      /** Goes on without the requests after this time; the analysis still needs its evidence. */
      atMost: duration({ max: 30 * 86_400_000 }).optional(),
    })
    .optional(),
  /** Requests with this header reach the canary at any weight. `{}` takes the route away. */
  setHeaderRoute: headerMatchSchema
    .partial()
    .refine(({ header, value }) => (header === undefined) === (value === undefined), {
      error: "needs header and value, or {} to take the route away",
    })
    .optional(),
  /** Percent of requests that are copied to the canary; 0 ends it. */
  setMirrorRoute: z.strictObject({ percentage: percent() }).optional(),
  analysis: analysisRunSchema.optional(),
  /** Waits until somebody approves. */
  approval: z.strictObject({ message: z.string().max(500).optional() }).optional(),
  chaos: z
    .never({ error: "steps of chaos come with the chaos work; this version of Aviary cannot run them" })
    .optional(),
}

const stepSchema = exactlyOneOf(z.strictObject(stepFields), Object.keys(stepFields)).transform((step) => {
  if (step.setWeight !== undefined) return { kind: "setWeight" as const, weight: step.setWeight }
  if (step.pause) return { kind: "pause" as const, ...step.pause }
  if (step.setHeaderRoute) {
    const { header, value } = step.setHeaderRoute
    const route = header !== undefined && value !== undefined ? { header, value } : null
    return { kind: "setHeaderRoute" as const, route }
  }
  if (step.setMirrorRoute) return { kind: "setMirrorRoute" as const, ...step.setMirrorRoute }
  if (step.analysis) return { kind: "analysis" as const, ...step.analysis }
  return { kind: "approval" as const, ...step.approval }
})

export type CanaryStep = z.output<typeof stepSchema>

const canarySchema = z
  .strictObject({
    /** A fresh fleet of the stable release with as many visitors as the canary. */
    baseline: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
    stickiness: stickinessSchema,
    /** Runs in the background from the step `startingStep` (from 0, default 0) to the promotion. `false`: none. */
    analysis: z
      .union([
        analysisRunSchema.extend({ startingStep: z.int().min(0).max(49).default(0) }),
        z.literal(false).transform(() => undefined),
      ])
      .prefault({}),
    /** Default: 1, 5, 25 and 33 % with 50 to 200 requests per arm each; see DEFAULT_STEPS. */
    steps: z
      .array(stepSchema)
      .min(1)
      .max(50)
      .prefault(() => DEFAULT_STEPS),
    postPromotionAnalysis: postPromotionSchema.optional(),
  })
  .superRefine(({ analysis, steps, baseline }, context) => {
    if (analysis && analysis.startingStep >= steps.length)
      context.addIssue({
        code: "custom",
        path: ["analysis", "startingStep"],
        message: `there are only the steps 0 to ${steps.length - 1}`,
      })
    let weight = 0
    for (const [index, step] of steps.entries()) {
      if (step.kind === "setWeight") weight = step.weight
      if (step.kind === "pause" && step.untilRequestsPerArm !== undefined && weight === 0)
        context.addIssue({
          code: "custom",
          path: ["steps", index, "pause", "untilRequestsPerArm"],
          message: "the canary has no visitors before a setWeight above 0",
        })
      if (
        step.kind === "pause" &&
        step.untilRequestsPerArm !== undefined &&
        weight === 100 &&
        baseline.enabled
      )
        context.addIssue({
          code: "custom",
          path: ["steps", index, "pause", "untilRequestsPerArm"],
          message: "at 100 % the baseline has no visitors; wait before, or take baseline.enabled: false",
        })
    }
  })

/** Evidence ends a step; where there is little traffic its time does, and the analysis then has the last word. */
const DEFAULT_STEPS: z.input<typeof stepSchema>[] = [
  { setWeight: 1 },
  { pause: { untilRequestsPerArm: 50, atMost: "5m" } },
  { setWeight: 5 },
  { pause: { untilRequestsPerArm: 50, atMost: "5m" } },
  { setWeight: 25 },
  { pause: { untilRequestsPerArm: 100, atMost: "5m" } },
  // Not more: as many stay with the stable release as canary and baseline have each, so that errors have twice the reference.
  { setWeight: 33 },
  { pause: { untilRequestsPerArm: 200, atMost: "10m" } },
]

const blueGreenSchema = z.strictObject({
  /** Requests with this header reach the new release before the switch. */
  previewMatch: headerMatchSchema.optional(),
  /** Besides those of the release itself. */
  smokeTests: smokeTests.default([]),
  /** `false`: waits for `promote` before the switch. */
  autoPromotion: z.boolean().default(true),
  prePromotionAnalysis: analysisRunSchema.optional(),
  postPromotionAnalysis: postPromotionSchema.optional(),
  /** The old release keeps running for this long after the switch. */
  scaleDownDelay: duration({ max: 7 * 86_400_000 }).prefault("30s"),
})

const rollingSchema = z.strictObject({
  /** Instances above `replicas` at once: a number, or a percentage rounded up. */
  maxSurge: instances().prefault(1),
  /** Instances below `replicas` at once: a number, or a percentage rounded down. */
  maxUnavailable: instances().prefault(0),
})

/** A count, or a percentage of the replicas. */
function instances() {
  return z.union(
    [
      z
        .int()
        .min(0)
        .max(100)
        .transform((count) => ({ count })),
      z
        .string()
        .regex(/^\d{1,3}%$/)
        .transform((text) => ({ percent: Number(text.slice(0, -1)) })),
    ],
    { error: "must be a number of instances, 0 to 100, or a percentage such as 25%" },
  )
}

const variantSchema = z.strictObject({
  name: name().refine(
    (text) => !["stable", "default", "baseline", "canary"].includes(text),
    "is a name that Aviary uses itself",
  ),
  /** Percent of visitors. What all variants leave over stays with the stable release, outside of the experiment. */
  weight: percent({ min: 0.1 }),
  /** `candidate` (what is deployed), `stable`, or the id of an installed release. */
  revision: z.string().min(1).max(200),
})

const abTestSchema = z
  .strictObject({
    /** The first is what the others are compared with. */
    variants: z.array(variantSchema).min(2).max(5),
    stickiness: stickinessSchema,
    /** The template of the metric that decides. */
    primaryMetric: name(),
    /** Templates that no variant may fail. Default: those that come with Aviary. */
    guardrails: z.array(name()).max(10).optional(),
    args: z.record(z.string().max(100), z.string().max(1_000)).default({}),
    maxDuration: duration({ min: 1_000, max: 90 * 86_400_000 }).prefault("14d"),
    /** How unlikely a division of visitors must be, were it as asked for, to be taken as broken. */
    sampleRatioAlpha: z.number().min(1e-9).max(0.1).default(0.001),
  })
  .superRefine(({ variants }, context) => {
    const total = variants.reduce((sum, { weight }) => sum + weight, 0)
    if (total > 100 + 1e-9)
      context.addIssue({
        code: "custom",
        path: ["variants"],
        message: `weights add up to ${total}, above 100`,
      })
    if (new Set(variants.map((variant) => variant.name)).size < variants.length)
      context.addIssue({
        code: "custom",
        path: ["variants"],
        message: "each variant needs a name of its own",
      })
    if (!variants.some(({ revision }) => revision === "candidate"))
      context.addIssue({
        code: "custom",
        path: ["variants"],
        message: "one variant must have the revision `candidate`, which is what is deployed",
      })
  })

const strategyFields = {
  rolling: rollingSchema.optional(),
  blueGreen: blueGreenSchema.optional(),
  canary: canarySchema.optional(),
  abTest: abTestSchema.optional(),
}

export const strategySchema = exactlyOneOf(
  z.strictObject(strategyFields),
  Object.keys(strategyFields),
).transform((strategy, context) => {
  if (strategy.rolling) return { kind: "rolling" as const, ...strategy.rolling }
  if (strategy.blueGreen) return { kind: "blueGreen" as const, ...strategy.blueGreen }
  if (strategy.canary) return { kind: "canary" as const, ...strategy.canary }
  if (strategy.abTest) return { kind: "abTest" as const, ...strategy.abTest }
  context.addIssue({ code: "custom", message: "needs rolling, blueGreen, canary or abTest" })
  return z.NEVER
})

/** Refuses none and several, naming the field that is too much. A field that is there without a value counts. */
function exactlyOneOf<T extends z.ZodObject>(schema: T, fields: readonly string[]) {
  return schema.superRefine((value: Record<string, unknown>, context) => {
    const given = fields.filter((field) => value[field] !== undefined)
    if (given.length === 1) return
    const message =
      given.length === 0
        ? `needs one of ${fields.filter((field) => field !== "chaos").join(", ")}`
        : `has ${given.join(" and ")}, but takes exactly one`
    context.addIssue({ code: "custom", path: given.slice(1, 2), message })
  })
}

export type Strategy = z.output<typeof strategySchema>
export type CanaryStrategy = Extract<Strategy, { kind: "canary" }>
export type BlueGreenStrategy = Extract<Strategy, { kind: "blueGreen" }>
export type RollingStrategy = Extract<Strategy, { kind: "rolling" }>
export type AbTestStrategy = Extract<Strategy, { kind: "abTest" }>
export type RolloutSmokeTest = z.output<typeof smokeTestSchema>
