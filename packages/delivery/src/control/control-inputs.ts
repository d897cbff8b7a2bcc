// What the control socket takes, checked at the edge.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { RolloutSpecInput } from "../spec/rollout-schema.ts"

const text = (max: number) => z.string().min(1).max(max)
const by = text(200)
const reason = z.string().max(1_000).optional()
const service = text(100)
/** The document's own schema is held against it by whoever reads it. */
const spec = z.record(z.string().max(100), z.unknown()).transform((value) => value as RolloutSpecInput)
const strategy = z.enum(["rolling", "blueGreen", "canary", "abTest"])

export const deployInput = z.strictObject({
  /** Default: the spec's `revision.artifact`. */
  source: text(4_000).optional(),
  service,
  strategy: strategy.optional(),
  spec: spec.optional(),
  wait: z.boolean().default(false),
  by,
})

export const planInput = z.strictObject({
  service,
  source: text(4_000).optional(),
  strategy: strategy.optional(),
  spec: spec.optional(),
})

export const backtestInput = z.strictObject({ template: text(200) })
export const interventionInput = z.strictObject({ by, reason })
export const approvalInput = z.strictObject({ by, reason, step: z.int().min(0).max(10_000) })
export const killInput = z.strictObject({ by, reason, variant: text(100).optional() })
export const restoreInput = z.strictObject({ by })

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config; what is not needed is not looked at. */
export const alertsInput = z.object({
  alerts: z
    .array(
      z.object({
        status: z.enum(["firing", "resolved"]),
        labels: z.record(z.string().max(200), z.string().max(2_000)),
        annotations: z.record(z.string().max(200), z.string().max(10_000)).default({}),
        startsAt: z.iso.datetime({ offset: true }),
        endsAt: z.string().max(100).optional(),
        fingerprint: z.string().max(200).optional(),
      }),
    )
    .max(1_000),
})

export type AlertsInput = z.output<typeof alertsInput>

/** Fails with `input.invalid`, naming each field. */
export function parseInput<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`)
  throw new AppError("input.invalid", { problems: problems.slice(0, 20).join("; ") })
}

/** The number of the event after which to begin; undefined: from now on. Fails with `input.invalid`. */
export function parseAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const after = Number(value)
  if (Number.isSafeInteger(after) && after >= 0 && value !== "") return after
  throw new AppError("input.invalid", {
    problems: "after: must be the id of an event, 0 for all that are kept",
  })
}
