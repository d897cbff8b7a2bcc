// A small world for tests of rollouts: fleets that take their time to start, a gateway, analyses with verdicts that the test chose,
// visitors. It outlives whoever decides, as the real one does. Time passes only by `pass`.

import type { Analyses, AnalysisSpec, AnalysisStatus, AnalysisVerdict } from "../../analysis/analysis.ts"
import type { Fleets, FleetSpec, FleetStatus } from "../../supervisor/fleets.ts"
import type { Traffic, TrafficPlan } from "../../traffic/traffic.ts"
import type { Action } from "../actions.ts"
import type { Measurements, TaskResult } from "../measurements.ts"
import { plainPlan, weightsOf } from "../traffic-plans.ts"

export interface WorldOptions {
  /** Release that is stable at the start, with its instances; undefined: none. */
  readonly stable?: string
  readonly replicas?: number
  /** Fleets that never become ready, with why. */
  readonly broken?: Readonly<Record<string, string>>
  /** What an analysis says, by a part of its id (`background`, `step-3`, `watch`); default `pass`. */
  readonly verdicts?: Readonly<Record<string, AnalysisVerdict>>
  /** Time until it says so; default 5 s. */
  readonly verdictAfterMs?: number
  /** What hooks and smoke tests say, by a part of their id; default `passed`. */
  readonly tasks?: Readonly<Record<string, TaskResult["state"]>>
  readonly requestsPerSecond?: number
  readonly blockedBy?: readonly string[]
}

interface WorldFleet {
  spec: FleetSpec
  wanted: number
  ready: number
}

export type RolloutWorld = ReturnType<typeof createRolloutWorld>

export function createRolloutWorld(options: WorldOptions = {}) {
  const { stable, replicas = 4, verdictAfterMs = 5_000, requestsPerSecond = 100 } = options
  const fleets = new Map<string, WorldFleet>()
  const analyses = new Map<string, { spec: AnalysisSpec; ms: number }>()
  const tasks = new Map<string, { ms: number; calls: number }>()
  const requests: Record<string, number> = {}
  const plans: TrafficPlan[] = []
  const service = "shop"
  const started: string[] = []
  let pointer = stable ?? null
  if (stable !== undefined) {
    const spec = { id: stable, service, release: stable, replicas }
    fleets.set(stable, { spec, wanted: replicas, ready: replicas })
    plans.push(plainPlan(service, stable))
  }

  function statusOf({ spec, wanted, ready }: WorldFleet): FleetStatus {
    return {
      wanted,
      ready,
      starting: Math.max(0, wanted - ready),
      draining: Math.max(0, ready - wanted),
      failure: options.broken?.[spec.id],
      readySince: ready >= wanted ? 1 : undefined,
    }
  }

  function analysisStatus(id: string, { ms }: { ms: number }): AnalysisStatus {
    const chosen = Object.entries(options.verdicts ?? {}).find(([part]) => id.includes(part))?.[1] ?? "pass"
    const verdict = ms >= verdictAfterMs ? chosen : "running"
    return {
      verdict,
      reason: `the test says ${verdict}`,
      metrics: [],
      requestsPerArm: {},
      detectable: [],
      maxRequestsPerSecond: 20 + ms,
      elapsedMs: ms,
    }
  }

  function taskResult(id: string, { ms }: { ms: number }): TaskResult {
    const chosen = Object.entries(options.tasks ?? {}).find(([part]) => id.includes(part))?.[1] ?? "passed"
    return ms > 0 ? { state: chosen, reason: `the test says ${chosen}` } : { state: "running", reason: "" }
  }

  const ports = {
    fleets: {
      want(spec) {
        const known = fleets.get(spec.id)
        fleets.set(spec.id, { spec, wanted: spec.replicas, ready: known?.ready ?? 0 })
        started.push(spec.id)
      },
      drop(id) {
        const known = fleets.get(id)
        if (known) known.wanted = 0
      },
      status: (id) => {
        const known = fleets.get(id)
        return known && statusOf(known)
      },
      list: () => [...fleets.values()].map((fleet) => ({ ...fleet.spec, ...statusOf(fleet) })),
    } satisfies Fleets,
    traffic: {
      apply: (_, plan) => {
        plans.push(plan)
        return Promise.resolve()
      },
      inForce: () => plans.at(-1),
    } satisfies Traffic,
    analyses: {
      begin(spec) {
        if (!analyses.has(spec.id)) analyses.set(spec.id, { spec, ms: 0 })
      },
      status: (id) => {
        const known = analyses.get(id)
        return known && analysisStatus(id, known)
      },
      end: (id) => void analyses.delete(id),
      tick: () => Promise.resolve(),
    } satisfies Analyses,
  }

  return {
    ...ports,
    service,
    fleetOf: (id: string) => fleets.get(id),
    /** Each call that wanted a fleet, oldest first. */
    started: started as readonly string[],
    /** All that the gateway was given, oldest first. */
    plans: plans as readonly TrafficPlan[],
    /** How often each smoke test and hook was begun. */
    calls: () => new Map([...tasks].map(([id, { calls }]) => [id, calls])),
    pointer: () => pointer,
    setPointer: (release: string) => void (pointer = release),
    beginTask(id: string) {
      const known = tasks.get(id)
      tasks.set(id, { ms: known?.ms ?? 0, calls: (known?.calls ?? 0) + 1 })
    },
    taskResult: (id: string) => {
      const known = tasks.get(id)
      return known && taskResult(id, known)
    },
    /** An instance less, until time passes. */
    crash(id: string) {
      const known = fleets.get(id)
      if (known) known.ready = 0
    },
    pass(ms: number) {
      for (const [id, fleet] of fleets) {
        if (options.broken?.[id] === undefined && fleet.ready < fleet.wanted) fleet.ready += 1
        else if (fleet.ready > fleet.wanted) fleet.ready = fleet.wanted
        else if (fleet.wanted === 0 && fleet.ready === 0) fleets.delete(id)
      }
      for (const analysis of analyses.values()) analysis.ms += ms
      for (const task of tasks.values()) task.ms += ms
      const plan = plans.at(-1)
      if (!plan) return
      const rest = 100 - plan.arms.reduce((sum, { weight }) => sum + weight, 0)
      for (const { name, weight } of [...plan.arms, { name: plan.default.arm, weight: rest }])
        requests[name] = (requests[name] ?? 0) + (requestsPerSecond * weight * ms) / 100_000
    },
    measure(): Measurements {
      return {
        fleets: Object.fromEntries(ports.fleets.list().map((fleet) => [fleet.id, fleet])),
        traffic: plans.at(-1) ?? null,
        analyses: Object.fromEntries([...analyses].map(([id, known]) => [id, analysisStatus(id, known)])),
        tasks: Object.fromEntries([...tasks].map(([id, known]) => [id, taskResult(id, known)])),
        gates: { blockedBy: options.blockedBy ?? [] },
        requests: { ...requests },
        visitors: null,
        load: requestsPerSecond > 0 ? { requestsPerSecond, errorRate: 0.001 } : null,
        pointer,
      }
    },
    perform(action: Action) {
      switch (action.kind) {
        case "apply-traffic":
          return void plans.push(action.plan)
        case "set-pointer":
          return void (pointer = action.release)
        case "want-fleet":
          return ports.fleets.want(action.fleet)
        case "drop-fleet":
          return ports.fleets.drop(action.fleet)
        case "begin-analysis":
          return ports.analyses.begin(action.spec)
        case "end-analysis":
          return ports.analyses.end(action.analysis)
        case "run-smoke-test":
        case "call-hook":
          return this.beginTask(action.id)
        case "emit":
          return
      }
    },
    /** The gateway's counters. */
    counters: () => {
      const fleetOf = (arm: string) =>
        plans.findLast((plan) => plan.default.arm === arm || plan.arms.some(({ name }) => name === arm))
          ?.default.fleet ?? ""
      return Object.entries(requests).map(([arm, count]) => ({
        arm,
        fleet: fleetOf(arm),
        requests: Math.floor(count),
        failures: 0,
      }))
    },
    /** Percent of visitors of a fleet now. */
    weight: (fleet: string) => weightsOf(plans.at(-1) ?? plainPlan(service, "")).get(fleet) ?? 0,
  }
}
