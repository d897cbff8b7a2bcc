// What delivery knows of its services, in memory and in its section of the state file. Whoever changes it says when it must be on
// the disk.

import { rolloutView } from "../rollout/rollout-view.ts"
import type { Measurements } from "../rollout/measurements.ts"
import { initialState } from "../rollout/rollout-state.ts"
import type { ResolvedRollout } from "../rollout/resolved-rollout.ts"
import type { RolloutView } from "../rollout/views.ts"
import type { StateSection } from "../supervisor/supervisor.ts"
import { finishRollout } from "./finish-rollout.ts"
import { noCounts } from "./request-counts.ts"
import { newService, parseDeliveryState } from "./rollout-record.ts"
import type { RolloutRecord, ServiceRecord } from "./rollout-record.ts"

export interface ServiceStore {
  names(): readonly string[]
  get(service: string): ServiceRecord
  set(service: string, change: (record: ServiceRecord) => ServiceRecord): void
  begin(rollout: ResolvedRollout): RolloutRecord
  /** Moves the stable pointer. */
  point(service: string, release: string): void
  finish(service: string, end: { measured: Measurements; at: number }): void
  view(record: RolloutRecord, measured: Measurements): RolloutView
  elapsedMs(): number
  /** The installation's time has come so far. */
  pass(now: number): void
  save(): void
}

/** @throws where the section holds something that cannot be read. */
export function openServiceStore(deps: {
  readonly section: StateSection
  readonly services: readonly string[]
  readonly wallClock: () => number
}): ServiceStore {
  const loaded = parseDeliveryState(deps.section.load())
  const services = new Map<string, ServiceRecord>(Object.entries(loaded.services))
  for (const name of deps.services) if (!services.has(name)) services.set(name, newService)
  let elapsed = loaded.elapsedMs

  const get = (service: string) => services.get(service) ?? newService
  const isoNow = () => new Date(deps.wallClock()).toISOString()
  const view = (record: RolloutRecord, measured: Measurements): RolloutView => {
    const now = rolloutView(record.rollout, record.state, measured, record.startedAt)
    return now.analyses.length > 0 ? now : { ...now, analyses: record.evidence ?? [] }
  }

  return {
    names: () => [...services.keys()],
    get,
    set: (service, change) => void services.set(service, change(get(service))),
    begin(rollout) {
      const record: RolloutRecord = {
        rollout,
        state: initialState(rollout.strategy.kind === "undo" ? "preparing" : "gated"),
        tasks: {},
        counts: noCounts,
        analyses: [],
        startedAt: isoNow(),
        startedMs: elapsed,
      }
      services.set(rollout.service, {
        ...get(rollout.service),
        rollout: record,
        number: get(rollout.service).number + 1,
      })
      return record
    },
    point(service, release) {
      services.set(service, { ...get(service), stable: { release, since: isoNow() } })
    },
    finish(service, { measured, at }) {
      const one = get(service)
      if (!one.rollout) return
      services.set(
        service,
        finishRollout(one, one.rollout, { view: view(one.rollout, measured), now: at, at: isoNow() }),
      )
    },
    view,
    elapsedMs: () => elapsed,
    pass: (now) => void (elapsed = Math.max(elapsed, now)),
    save: () => deps.section.save({ elapsedMs: elapsed, services: Object.fromEntries(services) }),
  }
}
