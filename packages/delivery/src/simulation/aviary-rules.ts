// Aviary itself for the simulation: the state machine of rollouts and the analysis as they run in production, a canary and a baseline
// of equal weight, steps that end by requests. Nothing of how a rollout goes is decided here.

import type { AnalysisSpec } from "../analysis/analysis.ts"
import type { AnalysisState } from "../analysis/analysis-state.ts"
import { planOf } from "../analysis/metric-plan.ts"
import { observe, startAnalysis } from "../analysis/observe.ts"
import type { Measurement, Sample } from "../analysis/sample.ts"
import { statusOf } from "../analysis/status.ts"
import type { AnalysisTemplate } from "../analysis/template-schema.ts"
import type { Action } from "../rollout/actions.ts"
import { DEFAULT_PREFIX } from "../rollout/analyses.ts"
import { decide } from "../rollout/decide.ts"
import type { Measurements } from "../rollout/measurements.ts"
import type { ResolvedRollout } from "../rollout/resolved-rollout.ts"
import { initialState } from "../rollout/rollout-state.ts"
import type { RolloutState } from "../rollout/rollout-state.ts"
import { rolloutSchema } from "../spec/rollout-schema.ts"
import type { FleetSpec, FleetStatus } from "../supervisor/fleets.ts"
import type { TrafficPlan } from "../traffic/traffic.ts"
import type { Look, RolloutEnd, Rules, RulesRun } from "./rules.ts"
import type { ArmLook } from "./simulated-service.ts"
import { LATENCY_BOUNDS } from "./simulated-service.ts"

export interface AviaryStep {
  /** Percent of visitors, the baseline's as well. */
  readonly weight: number
  readonly untilRequestsPerArm: number
  /** Goes on without the requests after this time; the analysis still needs its evidence. */
  readonly atMostSeconds: number
}

/** The steps of a canary that names none. */
const STEPS: readonly AviaryStep[] = [
  { weight: 1, untilRequestsPerArm: 50, atMostSeconds: 300 },
  { weight: 5, untilRequestsPerArm: 50, atMostSeconds: 300 },
  { weight: 25, untilRequestsPerArm: 100, atMostSeconds: 300 },
  { weight: 33, untilRequestsPerArm: 200, atMostSeconds: 600 },
]

const STABLE = "simulated@11111111"
const CANDIDATE = "simulated@22222222"

export function aviaryRules(options: {
  readonly templates: readonly AnalysisTemplate[]
  readonly steps?: readonly AviaryStep[]
  readonly name?: string
}): Rules {
  const rollout = rolloutOf(options.templates, options.steps ?? STEPS)
  return {
    name: options.name ?? "Aviary",
    begin: (requestsPerSecond) => beginRun(rollout, requestsPerSecond),
  }
}

function rolloutOf(templates: readonly AnalysisTemplate[], steps: readonly AviaryStep[]): ResolvedRollout {
  const spec = rolloutSchema.parse({
    service: "simulated",
    onNoTraffic: "pause",
    strategy: {
      canary: {
        steps: steps.flatMap(({ weight, untilRequestsPerArm, atMostSeconds }) => [
          { setWeight: weight },
          { pause: { untilRequestsPerArm, atMost: `${atMostSeconds}s` } },
        ]),
      },
    },
  })
  return {
    id: "simulated-1",
    service: spec.service,
    from: STABLE,
    to: CANDIDATE,
    strategy: spec.strategy,
    spec,
    templates: Object.fromEntries(templates.map((one) => [`${DEFAULT_PREFIX}${one.name}`, one])),
    smokeTests: [],
    variants: [],
    requestedBy: "a simulation",
  }
}

/** What a rollout does until its canary may be promoted, in a world in which whatever is asked for is so at once. */
function beginRun(rollout: ResolvedRollout, requestsPerSecond: number): RulesRun {
  const analyses = new Map<string, { readonly spec: AnalysisSpec; state: AnalysisState }>()
  const fleets = new Map<string, Measurements["fleets"][string]>([
    [STABLE, runningFleet({ id: STABLE, service: rollout.service, release: STABLE, replicas: 2 })],
  ])
  let traffic: TrafficPlan | null = null
  let requests: Readonly<Record<string, number>> = {}
  let state = initialState()
  let now = 0
  settle()

  function measure(): Measurements {
    return {
      fleets: Object.fromEntries(fleets),
      traffic,
      analyses: Object.fromEntries(
        [...analyses].map(([id, one]) => [id, statusOf(one.spec, one.state, now)]),
      ),
      tasks: {},
      gates: { blockedBy: [] },
      requests,
      visitors: null,
      load: { requestsPerSecond, errorRate: 0 },
      pointer: STABLE,
    }
  }

  /** Decides until nothing more is to be done now. */
  function settle(): void {
    for (let decisions = 0; decisions < MOST_DECISIONS; decisions += 1) {
      const decision = decide(rollout, state, measure(), now)
      state = { ...decision.state, outbox: [] }
      const effects = decision.actions.filter(({ kind }) => kind !== "emit")
      if (effects.length === 0 || endOf(state)) return
      for (const action of effects) perform(action)
    }
  }

  function perform(action: Action): void {
    switch (action.kind) {
      case "apply-traffic":
        traffic = action.plan
        return
      case "want-fleet":
        fleets.set(action.fleet.id, runningFleet(action.fleet))
        return
      case "drop-fleet":
        fleets.delete(action.fleet)
        return
      case "begin-analysis":
        // What could be seen in advance is no matter of the verdict, and takes most of the time.
        analyses.set(action.spec.id, {
          spec: withoutTraffic(action.spec),
          state: startAnalysis(action.spec, now),
        })
        return
      case "end-analysis":
        analyses.delete(action.analysis)
        return
      case "set-pointer":
      case "run-smoke-test":
      case "call-hook":
      case "emit":
        // None before the promotion in a rollout without tests and hooks.
        return
    }
  }

  return {
    get shares() {
      const weightOf = (arm: string): number => traffic?.arms.find(({ name }) => name === arm)?.weight ?? 0
      return { canary: weightOf("canary") / 100, baseline: weightOf("baseline") / 100 }
    },
    look(look: Look, second: number) {
      now = second * 1_000
      const { canary, baseline, stable } = look
      const seen = { canary: canary.requests, baseline: baseline.requests, stable: stable.requests }
      requests = Object.fromEntries(
        Object.entries(seen).map(([arm, count]) => [arm, count + (requests[arm] ?? 0)]),
      )
      for (const one of analyses.values())
        one.state = observe(one.spec, one.state, sampleOf(one.spec, look), now)
      settle()
      return endOf(state)
    },
  }
}

/** More than any second can bring. */
const MOST_DECISIONS = 50

function endOf({ phase, failure, paused }: RolloutState): RolloutEnd | undefined {
  if (failure) return "rolledBack"
  if (paused) return "undecided"
  return BEFORE_PROMOTION.has(phase) ? undefined : "promoted"
}

const BEFORE_PROMOTION: ReadonlySet<RolloutState["phase"]> = new Set([
  "gated",
  "asking",
  "preparing",
  "testing",
  "stepping",
  "concluding",
])

function runningFleet(fleet: FleetSpec): FleetSpec & FleetStatus {
  const { replicas } = fleet
  return {
    ...fleet,
    wanted: replicas,
    starting: 0,
    ready: replicas,
    draining: 0,
    failure: undefined,
    readySince: 0,
  }
}

function withoutTraffic({ id, service, templates, arms, maxDurationMs }: AnalysisSpec): AnalysisSpec {
  return { id, service, templates, arms, maxDurationMs }
}

function sampleOf(spec: AnalysisSpec, look: Look): Sample {
  const metrics: Record<string, Record<string, Measurement>> = {}
  for (const { key, metric } of planOf(spec).metrics) {
    const measure = (arm: ArmLook): Measurement => {
      switch (metric.type) {
        case "quantile":
          return { kind: "histogram", bounds: LATENCY_BOUNDS, counts: arm.latency }
        case "rate":
          return { kind: "events", events: arm.errors, total: arm.requests }
        case "count":
          return { kind: "events", events: arm.events, total: arm.requests }
        case "mean":
        case "threshold":
        case "job":
        case "web":
          // Nothing of the kind is simulated: memory and the like are the same everywhere.
          return { kind: "value", value: 1 }
      }
    }
    metrics[key] = {
      canary: measure(look.canary),
      baseline: measure(look.baseline),
      stable: measure(look.stable),
    }
  }
  const { canary, baseline, stable } = look
  return {
    metrics,
    requests: { canary: canary.requests, baseline: baseline.requests, stable: stable.requests },
  }
}
