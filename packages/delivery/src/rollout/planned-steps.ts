// What a rollout would do, step by step, and how long that takes at today's traffic. Pure.

import { durationText } from "../spec/values.ts"
import type { RolloutSpec } from "../spec/rollout-schema.ts"
import type { CanaryStep, CanaryStrategy } from "../spec/strategy-schema.ts"
import { stepText } from "./strategies/canary-steps.ts"
import { baselineWeight } from "./traffic-plans.ts"
import type { PlannedStep } from "./views.ts"

type Line = Omit<PlannedStep, "index">

/** @param requestsPerSecond of the whole service; undefined where it is not known. */
export function plannedSteps(
  spec: RolloutSpec,
  requestsPerSecond: number | undefined,
  first: boolean,
): PlannedStep[] {
  const lines = [
    ...beginning(spec),
    ...(first ? [] : ownSteps(spec, requestsPerSecond)),
    ...(spec.hooks.some(({ type }) => type === "confirm") ? [open("the confirm hooks are asked")] : []),
    { text: `all visitors, with ${spec.replicas} instances`, weight: 100, expectedMs: undefined },
    ...(first ? [] : afterwards(spec)),
  ]
  return lines.map((line, index) => ({ index, ...line }))
}

const open = (text: string): Line => ({ text, weight: undefined, expectedMs: undefined })

function beginning({ gates, hooks }: RolloutSpec): Line[] {
  const gated =
    gates.requireErrorBudget !== undefined || gates.blockOnAlerts !== false || gates.freeze.length > 0
  return [
    ...(gated ? [open("the gates must be open")] : []),
    ...(hooks.some(({ type }) => type === "pre") ? [open("the pre hooks are asked")] : []),
    open("instances start, and pass their smoke tests"),
  ]
}

function ownSteps({ strategy, replicas }: RolloutSpec, requestsPerSecond: number | undefined): Line[] {
  switch (strategy.kind) {
    case "canary":
      return canarySteps(strategy, requestsPerSecond)
    case "blueGreen":
      return [
        ...(strategy.previewMatch
          ? [open(`requests with ${strategy.previewMatch.header}: ${strategy.previewMatch.value} reach it`)]
          : []),
        ...(strategy.prePromotionAnalysis ? [open("the prePromotionAnalysis passes")] : []),
        ...(strategy.autoPromotion ? [] : [open("somebody promotes")]),
      ]
    case "rolling":
      return [open(`${replicas} instances are replaced a few at a time`)]
    case "abTest":
      return [
        {
          text: `${strategy.variants.map((one) => `${one.name} ${one.weight} %`).join(", ")}, until one is better or ${durationText(strategy.maxDuration)} have passed`,
          weight: undefined,
          expectedMs: strategy.maxDuration,
        },
      ]
  }
}

function canarySteps(strategy: CanaryStrategy, requestsPerSecond: number | undefined): Line[] {
  let weight = 0
  const lines = strategy.steps.map((step): Line => {
    if (step.kind === "setWeight") weight = step.weight
    return {
      text: stepText(step),
      weight,
      expectedMs: expectedMs(step, { strategy, weight, requestsPerSecond }),
    }
  })
  return strategy.analysis ? [...lines, open("the background analysis has passed")] : lines
}

function expectedMs(
  step: CanaryStep,
  at: { strategy: CanaryStrategy; weight: number; requestsPerSecond: number | undefined },
): number | undefined {
  if (step.kind === "setWeight" || step.kind === "setHeaderRoute" || step.kind === "setMirrorRoute") return 0
  if (step.kind !== "pause") return undefined
  const { duration, untilRequestsPerArm, atMost } = step
  if (untilRequestsPerArm === undefined) return duration
  const share = at.strategy.baseline.enabled ? Math.min(at.weight, baselineWeight(at.weight)) : at.weight
  const rate = ((at.requestsPerSecond ?? 0) * share) / 100
  const needed = rate > 0 ? (untilRequestsPerArm / rate) * 1_000 : Number.POSITIVE_INFINITY
  const bounded = Math.min(atMost ?? Number.POSITIVE_INFINITY, Math.max(duration ?? 0, needed))
  return Number.isFinite(bounded) ? Math.round(bounded) : undefined
}

function afterwards({ strategy, rollbackWindow }: RolloutSpec): Line[] {
  const watched =
    strategy.kind === "canary" || strategy.kind === "blueGreen" ? strategy.postPromotionAnalysis : undefined
  return [
    ...(watched
      ? [
          {
            text: `watched for ${durationText(watched.duration)}, with the release before still running`,
            weight: 100,
            expectedMs: watched.duration,
          },
        ]
      : []),
    ...(strategy.kind === "rolling" || rollbackWindow.keepWarm === 0
      ? []
      : [
          open(
            `the release before stays warm for ${durationText(rollbackWindow.keepWarm)}: an undo is a change of routes`,
          ),
        ]),
  ]
}
