// The error budget of each service, from the gateway's counters: how many requests there were and how many failed, by the hour, for
// as long as any objective looks back. Counters that begin again, because the gateway did, are no failures.

import { z } from "zod"
import type { StateSection } from "../supervisor/supervisor.ts"

const HOUR_MS = 3_600_000
/** The longest window that a gate may have. */
const MAX_HOURS = 90 * 24
const SAVE_EVERY_MS = 60_000

const historySchema = z.record(
  z.string(),
  z.object({
    /** As the gateway's counters were last. */
    seen: z.object({ requests: z.number(), failures: z.number() }),
    /** [hours since 1970, requests, failures], ascending. */
    hours: z.array(z.tuple([z.number(), z.number(), z.number()])),
  }),
)

export interface BudgetLeft {
  /** Percent of the budget that is left; below 0 when it is overspent. */
  readonly percent: number
  readonly requests: number
  readonly failures: number
}

export interface ErrorBudget {
  /** The gateway's counters of a service, summed; they only rise, or begin again at 0. */
  record(service: string, counters: { readonly requests: number; readonly failures: number }): void
  /** Undefined where nothing has been counted within the window. */
  left(service: string, slo: { readonly objective: number; readonly window: number }): BudgetLeft | undefined
}

export function createErrorBudget(deps: { section: StateSection; wallClock: () => number }): ErrorBudget {
  const { section, wallClock } = deps
  const loaded = historySchema.safeParse(section.load())
  const services = new Map(Object.entries(loaded.success ? loaded.data : {}))
  let savedAt = wallClock()

  function save(): void {
    if (Math.abs(wallClock() - savedAt) < SAVE_EVERY_MS) return
    savedAt = wallClock()
    section.save(Object.fromEntries(services))
  }

  return {
    record(service, { requests, failures }) {
      const hour = Math.floor(wallClock() / HOUR_MS)
      const known = services.get(service) ?? { seen: { requests, failures }, hours: [] }
      const restarted = requests < known.seen.requests || failures < known.seen.failures
      const added = {
        requests: restarted ? requests : requests - known.seen.requests,
        failures: restarted ? failures : failures - known.seen.failures,
      }
      const hours = known.hours.filter(([at]) => at > hour - MAX_HOURS)
      if (added.requests > 0 || added.failures > 0) {
        const last = hours.at(-1)
        if (last && last[0] >= hour) {
          last[1] += added.requests
          last[2] += added.failures
        } else hours.push([hour, added.requests, added.failures])
      }
      services.set(service, { seen: { requests, failures }, hours })
      save()
    },
    left(service, { objective, window }) {
      const from = Math.floor((wallClock() - window) / HOUR_MS)
      let requests = 0
      let failures = 0
      for (const [hour, asked, failed] of services.get(service)?.hours ?? []) {
        if (hour < from) continue
        requests += asked
        failures += failed
      }
      if (requests === 0) return undefined
      const allowed = (requests * (100 - objective)) / 100
      return { percent: 100 * (1 - failures / allowed), requests, failures }
    },
  }
}
