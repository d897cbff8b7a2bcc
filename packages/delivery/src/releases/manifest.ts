// What a release says of itself: `aviary-release.yaml` at the root of its source. Shapes, defaults and limits only. What is
// refused here is refused with its field before anything is installed.

import { messageOf } from "@aviary/kit"
import { flagsOf } from "@aviary/kit/flags"
import { z } from "zod"
import { storedDuration } from "../spec/values.ts"

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "must be the name of a variable")
const path = z
  .string()
  .max(1_000)
  .regex(/^\/[^\s#\\]*$/, "must be a path that begins with /")
const command = z.array(z.string().min(1).max(4_000)).min(1).max(100)

const healthSchema = z
  .strictObject({
    /** Answers 200 when the instance is ready. */
    path: path.default("/health"),
    interval: storedDuration({ min: 50, max: 60_000 }).prefault("1s"),
    timeout: storedDuration({ min: 50, max: 60_000 }).prefault("2s"),
    /** Good answers in a row until it counts as ready. */
    healthyThreshold: z.int().min(1).max(100).default(1),
    /** Bad answers in a row until one that was ready does not count as ready any more. */
    unhealthyThreshold: z.int().min(1).max(100).default(3),
    /** Seconds that it must have been healthy before it is given requests. */
    minReadySeconds: z.number().min(0).max(3_600).default(0),
    /** From its start to its first good answer; beyond it, it counts as failed. */
    startupTimeout: storedDuration({ min: 100, max: 3_600_000 }).prefault("60s"),
    /** One that answers nothing at all for so long, good or bad, is killed and started again. */
    unresponsiveTimeout: storedDuration({ min: 1_000, max: 3_600_000 }).prefault("30s"),
  })
  .prefault({})

const smokeTestSchema = z.strictObject({
  name: z.string().min(1).max(100),
  path,
  method: z.enum(["GET", "HEAD", "POST", "PUT", "DELETE"]).default("GET"),
  headers: z.record(z.string().min(1).max(200), z.string().max(4_000)).default({}),
  body: z.string().max(100_000).optional(),
  timeout: storedDuration({ min: 50, max: 300_000 }).prefault("5s"),
  expect: z
    .strictObject({
      status: z.int().min(100).max(599).default(200),
      /** The body has this in it. */
      contains: z.string().max(10_000).optional(),
    })
    .prefault({}),
})

const schemaSchema = z
  .strictObject({
    /** The oldest version of the schema that it can run on. */
    min: z.int().min(0).optional(),
    /** The newest version that it knows. On a later one it runs for as long as the database says that it may. */
    max: z.int().min(0).optional(),
    /** Run in the release's directory; prints what it needs and what is there as JSON (see ../schema/schema-command.ts). */
    inspect: command.optional(),
    /** Run before its first instance starts, where something is missing. It must only add. */
    migrate: command.optional(),
    timeout: storedDuration({ min: 1_000, max: 3_600_000 }).prefault("10m"),
  })
  .refine(({ min, max, inspect }) => inspect !== undefined || (min !== undefined && max !== undefined), {
    message: "needs min and max, or a command that tells them: inspect",
  })
  .refine(({ min = 0, max = Infinity }) => min <= max, "min is above max")

const drainSchema = z
  .strictObject({
    /** From SIGTERM to SIGKILL. */
    timeout: storedDuration({ min: 0, max: 3_600_000 }).prefault("30s"),
    /** What becomes of WebSockets of an instance that goes: told to come back (close 1012), cut, or left alone. */
    websocket: z.enum(["notify", "close", "hold"]).default("notify"),
  })
  .prefault({})

/** The fields of `aviary-release.yaml`; all but `command` have defaults. */
export const releaseManifestSchema = z.strictObject({
  /** Program and arguments, run in the release's directory. `node` is the Node that Aviary runs on. */
  command,
  /** Run once after the files are there: `[npm, ci]`. Absent: nothing. */
  install: command.optional(),
  /** Run after it: what of the release is made from its sources. Unlike dependencies it is made for each release anew. */
  build: command.optional(),
  /** Of each of the two. */
  installTimeout: storedDuration({ min: 1_000, max: 3_600_000 }).prefault("10m"),
  env: z.record(variable, z.string().max(10_000)).default({}),
  /** Given to the instance as a file of JSON, named by AVIARY_RELEASE_CONFIG; its meaning is the service's. */
  config: z.record(z.string().max(200), z.json()).default({}),
  /** Feature flags and their values, as the flag provider reads them. */
  flags: z.record(z.string().max(200), z.json()).superRefine(checkFlags).default({}),
  /** Routes at the gateway, as in a routing document; `service` is this one where it is not named. */
  routes: z.array(z.record(z.string(), z.json())).max(200).default([]),
  /** Versions of the database's schema that it runs on; absent: any. */
  schema: schemaSchema.optional(),
  health: healthSchema,
  /** Where its figures for Prometheus are. With `port: own` it gets METRICS_PORT, else they are on its PORT. */
  metrics: z
    .strictObject({ path: path.default("/metrics"), port: z.enum(["own", "same"]).default("same") })
    .optional(),
  smokeTests: z.array(smokeTestSchema).max(100).default([]),
  drain: drainSchema,
})

function checkFlags(declared: unknown, context: z.RefinementCtx): void {
  try {
    flagsOf(declared, "flags")
  } catch (error) {
    context.addIssue({ code: "custom", message: messageOf(error) })
  }
}

export type ReleaseManifest = z.output<typeof releaseManifestSchema>
/** Health and drain where a release says nothing of them. */
export const defaultRules = { health: healthSchema.parse(undefined), drain: drainSchema.parse(undefined) }
