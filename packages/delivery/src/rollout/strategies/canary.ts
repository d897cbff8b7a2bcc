// Canary: a growing part of the visitors meets the new release, as many others a fresh baseline of the stable one, and an analysis
// compares the two in the background. A step ends by its evidence. The weight grows no faster than the analysis allows.

import {
  again,
  analysisId,
  analysisSpec,
  canaryArms,
  guard,
  isPassed,
  judge,
  tellVerdict,
} from "../analyses.ts"
import { fleet, nothing } from "../phase.ts"
import type { Context, Phase, Wanted } from "../phase.ts"
import { baselineFleet } from "../resolved-rollout.ts"
import { enter } from "../rollout-state.ts"
import { canaryPlan } from "../traffic-plans.ts"
import { advanceStep } from "./canary-steps.ts"
import {
  BACKGROUND,
  backgroundRuns,
  canary,
  canaryFleets,
  firstWeight,
  stepPurpose,
} from "./canary-weights.ts"
import type { StrategyRules } from "./strategy-rules.ts"

export const canaryRules: StrategyRules = {
  firstPhase: "stepping",
  candidates: ({ rollout }) => canaryFleets(rollout, firstWeight(rollout)),
  stableWhilePreparing: ({ rollout }) => rollout.spec.replicas,
  standing,
  touches: ({ to, from }) => (from === null ? [to] : [to, baselineFleet(from)]),
  oldAfterSwitch: ({ spec }) => spec.replicas,
}

export const stepping: Phase = {
  text: "Takes the canary's steps, one after the other, while the background analysis looks.",
  exits: {
    concluding: "the last step is over",
    returning: "an analysis fails, a fleet stops running or is not ready in time, or aborted",
  },
  advance(context) {
    const { state } = context
    const strategy = canary(context.rollout)
    const step = strategy.steps[state.step]
    if (!step) return { next: enter(state, "concluding", "the last step is over") }
    return judgeBackground(context) ?? advanceStep(context, step)
  },
  guard: (context) => guard(context, [BACKGROUND, stepPurpose(context.state)]),
  wanted: standing,
}

export const concluding: Phase = {
  text: "Waits until the background analysis has passed once; without one, or if it has already, it goes on at once.",
  exits: {
    confirming: "it has passed, or somebody promotes without its verdict",
    returning: "it fails, a fleet stops running, or aborted",
  },
  advance(context) {
    const { state, rollout } = context
    const judged = judgeBackground(context)
    if (judged) return judged
    if (!canary(rollout).analysis || isPassed(state, BACKGROUND))
      return { next: enter(state, "confirming", "the analysis has passed") }
    if (state.skips.includes("concluding"))
      return { next: enter(state, "confirming", "promoted without the analysis's verdict") }
    const status = context.measured.analyses[analysisId(context, BACKGROUND)]
    return { wait: `waits for the analysis: ${status?.reason ?? "it begins"}` }
  },
  guard: (context) => guard(context, [BACKGROUND]),
  wanted: standing,
}

/**
 * The background analysis goes on for as long as the canary has visitors: after a verdict that passed, another begins with what is
 * left of the chance of a false rollback. Once one has passed, only a failure matters.
 */
function judgeBackground(context: Context) {
  const { state, measured } = context
  const status = measured.analyses[analysisId(context, BACKGROUND)]
  if (!backgroundRuns(context) || !status) return undefined
  const repeated = isPassed(state, BACKGROUND) && status.verdict !== "fail" && status.verdict !== "running"
  if (repeated)
    return { next: again(tellVerdict(state, analysisId(context, BACKGROUND), status), BACKGROUND) }
  return judge(context, BACKGROUND, (passed) => again(passed, BACKGROUND))
}

function standing(context: Context): Wanted {
  const { rollout, state } = context
  const stable = rollout.from
  if (stable === null) return nothing
  const { analysis, steps } = canary(rollout)
  const background = analysis &&
    backgroundRuns(context) && {
      ...analysisSpec(context, {
        purpose: BACKGROUND,
        templates: analysis.templates,
        args: analysis.args,
        ...canaryArms(context, stable),
      }),
    }
  const step = state.phase === "stepping" ? steps[state.step] : undefined
  const own =
    step?.kind === "analysis" &&
    analysisSpec(context, {
      purpose: stepPurpose(state),
      templates: step.templates,
      args: step.args,
      ...canaryArms(context, stable),
    })
  return {
    ...nothing,
    fleets: [
      fleet(rollout, stable, rollout.spec.replicas),
      ...canaryFleets(rollout, state.maxWeight || firstWeight(rollout)),
    ],
    traffic: canaryPlan(rollout, state, stable),
    analyses: [background, own].filter((spec) => spec !== undefined && spec !== false),
  }
}
