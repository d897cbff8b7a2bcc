// How much of a canary may be seen, and how many instances that needs. What is done with it is canary.ts' and canary-steps.ts'
// matter.

import { rampedWeight } from "../../analysis/ramp.ts"
import type { CanaryStrategy } from "../../spec/strategy-schema.ts"
import { analysisId, isPassed } from "../analyses.ts"
import { fleet } from "../phase.ts"
import type { Context } from "../phase.ts"
import { baselineFleet } from "../resolved-rollout.ts"
import type { ResolvedRollout } from "../resolved-rollout.ts"
import type { RolloutState } from "../rollout-state.ts"
import { baselineWeight, replicasFor } from "../traffic-plans.ts"

export const BACKGROUND = "background"

/** Below this many percent a change of the weight is not worth telling the gateway. */
const LEAST_WEIGHT = 0.01
/** A weight that is held back grows when it may grow by this factor. */
const GROWTH = 1.25

/** The background analysis looks from its starting step on. */
export function backgroundRuns({ rollout, state }: Context): boolean {
  const { analysis } = canary(rollout)
  return analysis !== undefined && state.step >= analysis.startingStep
}

export const stepPurpose = (state: RolloutState) => `step-${state.step}`

/** The canary and its baseline, as large as a weight needs. */
export function canaryFleets(rollout: ResolvedRollout, weight: number) {
  const { replicas } = rollout.spec
  const fleets = [fleet(rollout, rollout.to, replicasFor(weight, replicas))]
  if (rollout.from !== null && canary(rollout).baseline.enabled)
    fleets.push({
      ...fleet(rollout, rollout.from, replicasFor(Math.max(...lesser(weight)), replicas)),
      id: baselineFleet(rollout.from),
    })
  return fleets
}

/** The baseline's weights on the way to a weight: it is greatest at 50 %, and its fleet does not shrink afterwards. */
const lesser = (weight: number) => [baselineWeight(weight), weight > 50 ? 50 : 0]

/** What the gateway may be told now on the way to a step's weight; undefined: nothing new. */
export function nextWeight(context: Context, target: number): number | undefined {
  const { state, measured } = context
  if (target <= state.weight) return target === state.weight ? undefined : target
  const status = measured.analyses[analysisId(context, BACKGROUND)]
  if (backgroundRuns(context) && !status) return undefined
  const held = status?.verdict === "running" && measured.load !== null && !isPassed(state, BACKGROUND)
  const allowed = held
    ? rampedWeight({
        weight: target,
        maxRequestsPerSecond: status.maxRequestsPerSecond,
        requestsPerSecond: measured.load.requestsPerSecond,
      })
    : target
  if (allowed >= target) return target
  const rounded = Math.floor(allowed * 100) / 100
  return rounded >= Math.max(LEAST_WEIGHT, state.weight * GROWTH) ? rounded : undefined
}

export function firstWeight(rollout: ResolvedRollout): number {
  const step = canary(rollout).steps.find(({ kind }) => kind === "setWeight")
  return step?.kind === "setWeight" ? step.weight : 0
}

export function canary({ strategy }: ResolvedRollout): CanaryStrategy {
  if (strategy.kind !== "canary") throw new TypeError(`a rollout by ${strategy.kind} is in a state of canary`)
  return strategy
}
