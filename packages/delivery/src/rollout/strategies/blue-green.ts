// Blue-green: the new release stands beside the old one at full size, is looked at by those who ask for it, and then gets all
// visitors at once. The old one stays for `scaleDownDelay`, and while a postPromotionAnalysis looks.

import type { BlueGreenStrategy } from "../../spec/strategy-schema.ts"
import { analysisId, analysisSpec, guard, isPassed, judge } from "../analyses.ts"
import { fleet, inForce, nothing } from "../phase.ts"
import type { Context, Phase, Wanted } from "../phase.ts"
import type { ResolvedRollout } from "../resolved-rollout.ts"
import { enter } from "../rollout-state.ts"
import { previewPlan } from "../traffic-plans.ts"
import type { StrategyRules } from "./strategy-rules.ts"

export const PRE_PROMOTION = "pre-promotion"

export const blueGreenRules: StrategyRules = {
  firstPhase: "previewing",
  candidates: ({ rollout }) => [fleet(rollout, rollout.to, rollout.spec.replicas)],
  stableWhilePreparing: ({ rollout }) => rollout.spec.replicas,
  standing,
  touches: ({ to }) => [to],
  oldAfterSwitch: ({ spec }) => spec.replicas,
}

export const previewing: Phase = {
  text: "The new release is reached by `previewMatch`; the prePromotionAnalysis looks; with `autoPromotion: false` somebody has to promote.",
  exits: {
    confirming: "the preview is in force, the analysis has passed, and it may be promoted",
    returning: "the analysis fails, the release stops running, or aborted",
  },
  advance(context) {
    const { rollout, state, measured } = context
    const { prePromotionAnalysis, autoPromotion } = blueGreen(rollout)
    if (rollout.from !== null && !inForce(measured, previewPlan(rollout, rollout.from)))
      return { wait: "the gateway is told" }
    if (prePromotionAnalysis && !isPassed(state, PRE_PROMOTION)) {
      const status = measured.analyses[analysisId(context, PRE_PROMOTION)]
      return (
        judge(context, PRE_PROMOTION, (passed) => passed) ?? {
          wait: `waits for the analysis: ${status?.reason ?? "it begins"}`,
        }
      )
    }
    if (!autoPromotion && !state.skips.includes("previewing"))
      return { wait: "waits until somebody promotes" }
    return { next: enter(state, "confirming", "the preview is good") }
  },
  guard: (context) => guard(context, [PRE_PROMOTION]),
  wanted: standing,
}

function standing(context: Context): Wanted {
  const { rollout, state } = context
  const stable = rollout.from
  if (stable === null) return nothing
  const { prePromotionAnalysis, previewMatch } = blueGreen(rollout)
  const runs = state.phase === "previewing" && prePromotionAnalysis && !isPassed(state, PRE_PROMOTION)
  return {
    ...nothing,
    fleets: [stable, rollout.to].map((release) => fleet(rollout, release, rollout.spec.replicas)),
    traffic: previewPlan(rollout, stable),
    analyses: runs
      ? [
          analysisSpec(context, {
            purpose: PRE_PROMOTION,
            templates: prePromotionAnalysis.templates,
            args: prePromotionAnalysis.args,
            subject: { name: previewMatch ? "preview" : "canary", fleet: rollout.to },
            stable: { name: "stable", fleet: stable },
          }),
        ]
      : [],
  }
}

function blueGreen({ strategy }: ResolvedRollout): BlueGreenStrategy {
  if (strategy.kind !== "blueGreen")
    throw new TypeError(`a rollout by ${strategy.kind} is in a state of blueGreen`)
  return strategy
}
