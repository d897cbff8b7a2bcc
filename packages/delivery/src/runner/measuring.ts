// What the state machine is told of the world: reads fleets, routes, analyses, tasks and the gateway's counters, and puts them into
// one shape. Changes nothing but what it remembers of the counters.

import { messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { Analyses } from "../analysis/analysis.ts"
import type { EventLog } from "../events/event-log.ts"
import type { Measurements } from "../rollout/measurements.ts"
import type { ResolvedRollout } from "../rollout/resolved-rollout.ts"
import type { Fleets } from "../supervisor/fleets.ts"
import type { Traffic } from "../traffic/traffic.ts"
import { countRequests, createLoadMeter } from "./request-counts.ts"
import type { GatewayCounts, Load, LoadMeter } from "./request-counts.ts"
import type { RolloutRecord } from "./rollout-record.ts"
import type { ServiceStore } from "./service-store.ts"
import type { Tasks } from "./tasks.ts"

export interface MeasuringDeps {
  readonly fleets: Fleets
  readonly traffic: Traffic
  readonly analyses: Pick<Analyses, "status">
  readonly counts: GatewayCounts & { readonly poll?: (signal: AbortSignal) => Promise<void> }
  readonly store: ServiceStore
  readonly events: EventLog
  readonly tasks: Tasks
  /** What keeps a rollout from starting. */
  readonly blockedBy: (rollout: ResolvedRollout) => readonly string[]
  /** Called with what has been counted, about each second. */
  readonly onCounts?: (service: string, sum: { requests: number; failures: number }) => void
  /** Milliseconds that only rise. */
  readonly monotonic: () => number
  readonly log: Log
}

export interface Measuring {
  /** The record with the results of tasks and the counts that have come. */
  collected(record: RolloutRecord): RolloutRecord
  measure(service: string, record: RolloutRecord | null): Measurements
  load(service: string): Load | null
  /** Reads the gateway's counters when it is time. */
  poll(): void
  stop(): void
}

const POLL_EVERY_MS = 500
const MAX_TASK_RESULTS = 500

export function createMeasuring(deps: MeasuringDeps): Measuring {
  const { fleets, traffic, analyses, counts, store, events, tasks, log, monotonic } = deps
  const meters = new Map<string, LoadMeter>()
  const polling = new AbortController()
  let polledAt = Number.NEGATIVE_INFINITY

  /** The record with the results of tasks and the counts that have come. */
  function collected(record: RolloutRecord): RolloutRecord {
    const { id, service } = record.rollout
    const counted = countRequests(record.counts, counts.read(service))
    const done = tasks.take(id)
    if (Object.keys(done).length === 0)
      return counted === record.counts ? record : { ...record, counts: counted }
    for (const [task, { state, reason }] of Object.entries(done))
      events.append({
        service,
        rollout: id,
        type: task.includes("/smoke/") ? "smoke.result" : "hook.result",
        data: { text: `${task}: ${state}, ${reason}`, task, state },
      })
    const results = Object.entries({ ...record.tasks, ...done }).slice(-MAX_TASK_RESULTS)
    return { ...record, counts: counted, tasks: Object.fromEntries(results) }
  }

  function measure(service: string, record: RolloutRecord | null): Measurements {
    const id = record?.rollout.id ?? ""
    const known = Object.fromEntries(
      record
        ? record.analyses.flatMap((analysis) => {
            const status = analyses.status(analysis)
            return status ? [[analysis, status] as const] : []
          })
        : [],
    )
    const under = tasks.running(id).map((task) => [task, { state: "running" as const, reason: "" }] as const)
    return {
      fleets: Object.fromEntries(fleets.list(service).map((fleet) => [fleet.id, fleet])),
      traffic: traffic.inForce(service) ?? null,
      analyses: known,
      tasks: { ...record?.tasks, ...Object.fromEntries(under) },
      gates: { blockedBy: record?.state.phase === "gated" ? deps.blockedBy(record.rollout) : [] },
      requests: record?.counts.total ?? {},
      visitors: counts.visitors(service),
      load: meters.get(service)?.load() ?? null,
      pointer: store.get(service).stable?.release ?? null,
    }
  }

  function poll(): void {
    const at = monotonic()
    if (at - polledAt < POLL_EVERY_MS) return
    polledAt = at
    if (!counts.poll) return counted()
    void pollCounts(counts.poll)
  }

  async function pollCounts(read: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await read(polling.signal)
      counted()
    } catch (error) {
      log.warn({ error: messageOf(error) }, "the gateway's counters were not read")
    }
  }

  function counted(): void {
    for (const service of store.names()) {
      const counters = counts.read(service)
      const meter = meters.get(service) ?? createLoadMeter()
      meters.set(service, meter)
      meter.add(counters, monotonic())
      if (counters.length === 0) continue
      deps.onCounts?.(service, {
        requests: counters.reduce((sum, { requests }) => sum + requests, 0),
        failures: counters.reduce((sum, { failures }) => sum + failures, 0),
      })
    }
  }

  return {
    collected,
    measure,
    load: (service) => meters.get(service)?.load() ?? null,
    poll,
    stop: () => polling.abort(),
  }
}
