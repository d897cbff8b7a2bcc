// What a rollout would do and what it could see, before it begins. Pure.

import type { AnalysisTemplate } from "../analysis/template-schema.ts"
import { planDetectable } from "../analysis/plan-detectable.ts"
import type { Detectable } from "../analysis/analysis.ts"
import { DEFAULT_PREFIX } from "../rollout/analyses.ts"
import { plannedSteps } from "../rollout/planned-steps.ts"
import { baselineWeight } from "../rollout/traffic-plans.ts"
import type { RolloutPlan } from "../rollout/views.ts"
import type { RolloutSpec } from "../spec/rollout-schema.ts"
import type { Load } from "./request-counts.ts"
import { templatesOf } from "./resolve-rollout.ts"
import type { Lookups } from "./resolve-rollout.ts"

export interface PlanInput {
  readonly spec: RolloutSpec
  readonly from: string | undefined
  readonly load: Load | undefined
  readonly blockedBy: readonly string[]
}

export function planRollout(input: PlanInput, lookups: Omit<Lookups, "release">): RolloutPlan {
  const { spec, from, load, blockedBy } = input
  const detectable = from === undefined || !load ? [] : detectableBy(spec, load, templatesOf(spec, lookups))
  return {
    service: spec.service,
    strategy: spec.strategy.kind,
    from,
    steps: plannedSteps(spec, load?.requestsPerSecond, from === undefined),
    requestsPerSecond: load?.requestsPerSecond,
    detectable,
    blockedBy,
    warnings: warningsOf(input),
  }
}

function detectableBy(
  spec: RolloutSpec,
  load: Load,
  templates: Readonly<Record<string, AnalysisTemplate>>,
): readonly Detectable[] {
  const { strategy, service } = spec
  if (strategy.kind !== "canary" || !strategy.analysis) return []
  const names = strategy.analysis.templates
  const used = Object.entries(templates)
    .filter(([name]) => (names ? names.includes(name) : name.startsWith(DEFAULT_PREFIX)))
    .map(([, template]) => template)
  const weight = Math.max(0, ...strategy.steps.map((step) => (step.kind === "setWeight" ? step.weight : 0)))
  const baseline = strategy.baseline.enabled ? baselineWeight(weight) : 0
  const stable = Math.max(0, 100 - weight - baseline)
  return planDetectable(
    {
      service,
      templates: used,
      args: strategy.analysis.args,
      maxDurationMs: Math.max(...used.map(({ maxDuration }) => maxDuration)),
    },
    { ...load, shares: { subject: weight / 100, baseline: baseline / 100, stable: stable / 100 } },
  )
}

function warningsOf({ spec, from, load }: PlanInput): string[] {
  const { strategy } = spec
  const warnings: string[] = []
  if (from === undefined)
    warnings.push("it is the first release of the service: there is nothing to compare with")
  else if (!load || load.requestsPerSecond === 0)
    warnings.push(
      "no requests have been counted lately, so nothing can be seen; onNoTraffic and onInconclusive decide",
    )
  if (strategy.kind === "rolling")
    warnings.push("rolling has no analysis: only instances that do not run stop it")
  if (strategy.kind === "canary" && !strategy.analysis)
    warnings.push("there is no background analysis: nothing but its steps judges the canary")
  if (strategy.kind === "canary" && !strategy.baseline.enabled)
    warnings.push("without a baseline, cold caches of the canary may be taken for a regression")
  return warnings
}
