// Aviary's own rules for the simulation: the analysis as it runs in production, a canary and a baseline of equal weight, steps that
// end by requests, and weights that grow no faster than the ramp allows.

import type { AnalysisSpec } from "../analysis/analysis.ts"
import { decideNow } from "../analysis/decide.ts"
import { planOf } from "../analysis/metric-plan.ts"
import { observe, startAnalysis } from "../analysis/observe.ts"
import { maxRequestsPerSecond, rampedWeight } from "../analysis/ramp.ts"
import type { Measurement, Sample } from "../analysis/sample.ts"
import type { AnalysisTemplate } from "../analysis/template-schema.ts"
import type { Look, Rules, Shares } from "./rules.ts"
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

const ARMS = {
  subject: { name: "canary", fleet: "simulated@new" },
  baseline: { name: "baseline", fleet: "simulated@old.baseline" },
  stable: { name: "stable", fleet: "simulated@old" },
}

export function aviaryRules(options: {
  readonly templates: readonly AnalysisTemplate[]
  readonly steps?: readonly AviaryStep[]
  /** Default 30 minutes. */
  readonly maxDurationMs?: number
  readonly name?: string
}): Rules {
  const steps = options.steps ?? STEPS
  const spec: AnalysisSpec = {
    id: "simulated",
    service: "simulated",
    templates: options.templates,
    arms: ARMS,
    maxDurationMs: options.maxDurationMs ?? 1_800_000,
  }
  return {
    name: options.name ?? "Aviary",
    begin: (requestsPerSecond) => beginRun(spec, steps, requestsPerSecond),
  }
}

function beginRun(spec: AnalysisSpec, steps: readonly AviaryStep[], requestsPerSecond: number) {
  let state = startAnalysis(spec, 0)
  let step = 0
  /** Requests of canary and baseline since the step began. */
  const inStep = { canary: 0, baseline: 0, seconds: 0 }

  function sharesNow(): Shares {
    const weight = steps[Math.min(step, steps.length - 1)]?.weight ?? 0
    const allowed = maxRequestsPerSecond(state.requests[ARMS.subject.name] ?? 0)
    const share = rampedWeight({ weight, maxRequestsPerSecond: allowed, requestsPerSecond }) / 100
    return { canary: share, baseline: share }
  }

  return {
    get shares() {
      return sharesNow()
    },
    look(look: Look, second: number) {
      state = observe(spec, state, sampleOf(spec, look), second * 1_000)
      if (state.ended) {
        if (state.ended.verdict === "fail") return "rolledBack" as const
        return state.ended.verdict === "pass" && step >= steps.length ? "promoted" : "undecided"
      }
      inStep.canary += look.canary.requests
      inStep.baseline += look.baseline.requests
      inStep.seconds += 1
      const current = steps[step]
      if (current && isOver(current, inStep)) {
        step += 1
        Object.assign(inStep, { canary: 0, baseline: 0, seconds: 0 })
      }
      if (step < steps.length) return undefined
      // Power needs arithmetic that a look does not; every tenth is soon enough for a promotion.
      if (second % 10 !== 0) return undefined
      return decideNow(spec, state).verdict === "pass" ? ("promoted" as const) : undefined
    },
  }
}

function isOver(
  step: AviaryStep,
  seen: { readonly canary: number; readonly baseline: number; readonly seconds: number },
): boolean {
  return (
    Math.min(seen.canary, seen.baseline) >= step.untilRequestsPerArm || seen.seconds >= step.atMostSeconds
  )
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
