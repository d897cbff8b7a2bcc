// A rollout as it is written: `spec` of a document of the kind Rollout, and what a service's declaration may hold. Shapes,
// defaults and limits; the state machine reads the parsed form, in milliseconds and percent.

import { z } from "zod"
import { gatesSchema, hookSchema } from "./gates-schema.ts"
import { strategySchema } from "./strategy-schema.ts"
import { duration, name } from "./values.ts"

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "must be the name of a variable")

/** What replaces fields of the source's `aviary-release.yaml`; see releases/manifest.ts for their meaning. */
const revisionSchema = z.strictObject({
  /** The source: a directory, a tarball or a git revision. The one that is given with the command comes first. */
  artifact: z.string().min(1).max(4_000).optional(),
  command: z.array(z.string().min(1).max(4_000)).min(1).max(100).optional(),
  env: z.record(variable, z.string().max(10_000)).optional(),
  config: z.record(z.string().max(200), z.json()).optional(),
  flags: z.record(z.string().max(200), z.json()).optional(),
  schema: z.strictObject({ min: z.int().min(0), max: z.int().min(0) }).optional(),
})

/** Passed on to the release's manifest, which checks them. */
const manifestPart = z.record(z.string().max(100), z.json())

export const rolloutSchema = z.strictObject({
  /** Name of a declared service. */
  service: name(),
  revision: revisionSchema.optional(),
  /** Instances of the stable release (default: as many as it has now, 2 for the first); a canary and its baseline have as many as their weight asks for, at least one. */
  replicas: z.int().min(1).max(100).default(2),
  health: manifestPart.optional(),
  drain: manifestPart.optional(),
  /** How long fleets may take to become ready, and how long one that waits for requests may go without. */
  progressDeadlineSeconds: z.number().min(1).max(86_400).default(600),
  /** Installed releases of the service that are kept besides those in use. */
  revisionHistoryLimit: z.int().min(0).max(100).default(10),
  rollbackWindow: z
    .strictObject({
      /** Releases that one can undo to. */
      revisions: z.int().min(0).max(20).default(3),
      /** For how long the last one keeps running after a promotion. */
      keepWarm: duration({ max: 7 * 86_400_000 }).prefault("30m"),
    })
    .prefault({}),
  strategy: strategySchema.prefault({ canary: { postPromotionAnalysis: { duration: "10m" } } }),
  /** A verdict that failed: all requests go back at once. `pause` keeps the new release running without any, to be looked at. */
  onFailure: z.enum(["rollback", "pause"]).default("rollback"),
  /** A verdict of `inconclusive` or `undetectable`. */
  onInconclusive: z.enum(["pause", "rollback", "promote"]).default("pause"),
  /** A verdict of `no-data`, or no requests within the progress deadline. */
  onNoTraffic: z.enum(["wait", "pause"]).default("wait"),
  hooks: z.array(hookSchema).max(20).default([]),
  gates: gatesSchema,
})

/** In milliseconds and percent, with every default filled in. */
export type RolloutSpec = z.output<typeof rolloutSchema>
/** As it is written. `service` may be left to whoever knows it. */
export type RolloutSpecInput = Omit<z.input<typeof rolloutSchema>, "service"> & { readonly service?: string }
