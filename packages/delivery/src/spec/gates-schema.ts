// What must hold before a rollout begins, and who is asked or told on its way, as they are written. Shapes and limits only.

import { z } from "zod"
import { duration, name, percent } from "./values.ts"

export const hookSchema = z.strictObject({
  /**
   * - `pre`: asked once before anything starts; may deny.
   * - `confirm`: asked before the promotion; may deny, or let it wait.
   * - `step`, `post`, `rollback`: told when a step has ended, after the promotion, after a rollback.
   * - `event`: told of everything.
   */
  type: z.enum(["pre", "confirm", "step", "post", "rollback", "event"]),
  name: name().optional(),
  url: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).max(2_000),
  timeout: duration({ min: 100, max: 300_000 }).prefault("10s"),
  /** Further attempts after one that got no answer or a 5xx. */
  retries: z.int().min(0).max(10).default(3),
})

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 18:00")

const freezeSchema = z
  .strictObject({
    name: z.string().max(100).optional(),
    /** One stretch of time, ISO 8601 with a zone. */
    from: z.iso.datetime({ offset: true, error: "must be a time such as 2026-12-24T00:00:00Z" }).optional(),
    to: z.iso.datetime({ offset: true, error: "must be a time such as 2026-12-24T00:00:00Z" }).optional(),
    /** Or each week on these days (default: all), from start to end; an end before the start is on the next day. */
    days: z
      .array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
      .min(1)
      .max(7)
      .optional(),
    start: time.optional(),
    end: time.optional(),
    timezone: z.string().max(100).refine(isTimezone, "is no time zone such as Europe/Berlin").default("UTC"),
  })
  .superRefine(({ from, to, days, start, end }, context) => {
    const once = from !== undefined && to !== undefined
    const weekly = days !== undefined || (start !== undefined && end !== undefined)
    const half = (from === undefined) !== (to === undefined) || (start === undefined) !== (end === undefined)
    if (once === weekly || half)
      context.addIssue({ code: "custom", message: "needs either from and to, or days and/or start and end" })
    if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to))
      context.addIssue({ code: "custom", path: ["to"], message: "is not after from" })
  })

export const gatesSchema = z
  .strictObject({
    /** Share of the error budget that must be left. */
    requireErrorBudget: z
      .union([
        percent({ min: 0.1 }).transform((remaining) => ({
          remaining,
          objective: 99.9,
          window: 30 * 86_400_000,
        })),
        z.strictObject({
          remaining: percent({ min: 0.1 }),
          /** Percent of requests that must succeed. */
          objective: percent({ min: 50, max: 99.9999 }).prefault(99.9),
          window: duration({ min: 3_600_000, max: 90 * 86_400_000 }).prefault("30d"),
        }),
      ])
      .optional(),
    /** `true`: any alert that fires for the service or for no service in particular; or those with all labels of one entry. */
    blockOnAlerts: z
      .union([
        z.boolean(),
        z
          .array(z.record(z.string().max(100), z.string().max(500)))
          .min(1)
          .max(20),
      ])
      .default(false),
    freeze: z.array(freezeSchema).max(50).default([]),
  })
  .prefault({})

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone })
    return true
  } catch {
    return false
  }
}

export type Hook = z.output<typeof hookSchema>
export type Gates = z.output<typeof gatesSchema>
export type Freeze = z.output<typeof freezeSchema>
