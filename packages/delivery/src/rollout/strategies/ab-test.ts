// A/B test: variants get fixed shares of the visitors until one is shown to be better than every other by the primary metric, a
// guardrail fails, the division of visitors is seen to be broken, or the time is over. The better variant's release is promoted.

import {
  REQUESTS_PER_VISITOR,
  sampleRatioEvidence,
  sampleRatioThreshold,
} from "../../analysis/sample-ratio.ts"
import type { AbTestStrategy } from "../../spec/strategy-schema.ts"
import { again, analysisId, analysisSpec, guard, isPassed, judge, pass } from "../analyses.ts"
import { goBack } from "../go-back.ts"
import { fleet, inForce, nothing } from "../phase.ts"
import type { Context, Phase, Step, Wanted } from "../phase.ts"
import type { ResolvedRollout } from "../resolved-rollout.ts"
import { change, emit, enter, pause } from "../rollout-state.ts"
import { replicasFor, variantPlan } from "../traffic-plans.ts"
import type { StrategyRules } from "./strategy-rules.ts"

export const abTestRules: StrategyRules = {
  firstPhase: "experimenting",
  candidates: ({ rollout }) => variantFleets(rollout),
  stableWhilePreparing: ({ rollout }) => rollout.spec.replicas,
  standing,
  touches: (rollout) => variantFleets(rollout).map(({ id }) => id),
  oldAfterSwitch: ({ spec }) => spec.replicas,
}

export const experimenting: Phase = {
  text: "Variants have their shares of the visitors, and each is compared with each other by the primary metric.",
  exits: {
    confirming: "one variant is better than all others, or policy or an operator promotes the candidate",
    returning:
      "the best variant is the stable release, a guardrail fails, the division is broken, a fleet stops running, or aborted",
  },
  advance(context) {
    const { rollout, measured } = context
    if (rollout.from !== null && !inForce(measured, variantPlan(rollout, rollout.from)))
      return { wait: "the gateway is told" }
    return brokenSplit(context) ?? byOperator(context) ?? guardrails(context) ?? winner(context)
  },
  guard: (context) =>
    guard(
      context,
      guardrailRequests(context).map(({ purpose }) => purpose),
    ),
  wanted: standing,
}

function brokenSplit(context: Context): Step | undefined {
  const { rollout } = context
  const total = rollout.variants.reduce((sum, { weight }) => sum + weight, 0)
  const expected = Object.fromEntries(rollout.variants.map(({ name, weight }) => [name, weight / total]))
  const { counts, unit, dispersion, oneIn } = divided(context)
  const evidence = sampleRatioEvidence({ counts, expected, before: 0 }, dispersion)
  if (evidence < sampleRatioThreshold(abTest(rollout).sampleRatioAlpha, oneIn)) return undefined
  const seen = rollout.variants.map(({ name }) => `${name} ${counts[name] ?? 0}`).join(", ")
  const sampled = oneIn === 1 ? "" : `, a sample of one in ${oneIn}`
  const reason = `visitors are not divided as asked for, so nothing can be compared: ${seen} ${unit}${sampled}`
  return { next: goBack(context, { kind: "failed", by: "sample ratio", reason }) }
}

/** Visitors where the gateway counts them; else requests, of which a visitor makes several. */
function divided({ rollout, state, measured }: Context) {
  const { visitors, requests } = measured
  const counted = (of: (arm: string) => number) =>
    Object.fromEntries(rollout.variants.map(({ name }) => [name, of(name)]))
  if (visitors && rollout.variants.every(({ name }) => visitors.sampled[name] !== undefined))
    return {
      counts: counted((arm) => visitors.sampled[arm] ?? 0),
      unit: "visitors",
      dispersion: 1,
      oneIn: visitors.oneIn,
    }
  return {
    counts: counted((arm) => Math.max(0, (requests[arm] ?? 0) - (state.stepBase[arm] ?? 0))),
    unit: "requests",
    dispersion: REQUESTS_PER_VISITOR,
    oneIn: 1,
  }
}

function byOperator({ rollout, state }: Context): Step | undefined {
  if (!state.skips.includes("experimenting")) return undefined
  return {
    next: enter(change(state, { winner: rollout.to }), "confirming", "an operator chose the candidate"),
  }
}

function guardrails(context: Context): Step | undefined {
  for (const { purpose } of guardrailRequests(context)) {
    const status = context.measured.analyses[analysisId(context, purpose)]
    // Only a failure matters: for as long as the experiment goes on, so does the looking.
    if (status?.verdict === "fail") return judge(context, purpose, (passed) => passed)
    if (status && status.verdict !== "running") return { next: again(context.state, purpose) }
  }
  return undefined
}

function winner(context: Context): Step {
  const { rollout, state, measured } = context
  const verdicts = pairRequests(context).map(({ purpose, worse, better }) => ({
    worse,
    better,
    verdict: measured.analyses[analysisId(context, purpose)]?.verdict ?? "running",
  }))
  const best = rollout.variants.find(({ name }) =>
    verdicts.every(({ better, verdict }) => better !== name || verdict === "fail"),
  )
  if (best) return { next: choose(context, best) }
  if (isPassed(state, EXPERIMENT))
    return {
      next: enter(change(state, { winner: rollout.to }), "confirming", "promoted without a better variant"),
    }
  const decided = verdicts.every(({ verdict }) => verdict !== "running")
  if (!decided) return { wait: "no variant is better than all others yet" }
  return noWinner(
    context,
    verdicts.every(({ verdict }) => verdict === "no-data"),
  )
}

const EXPERIMENT = "experiment"

function choose(context: Context, { name, release }: ResolvedRollout["variants"][number]) {
  const { rollout, state } = context
  const text = `${name} is better than every other variant`
  if (release === rollout.from)
    return goBack(context, {
      kind: "failed",
      by: "analysis",
      reason: `${text}, and it is the stable release`,
    })
  const told = emit(state, "analysis.verdict", { text, winner: name, release })
  return enter(change(told, { winner: release }), "confirming", text)
}

function noWinner(context: Context, noData: boolean): Step {
  const { rollout, state } = context
  const fresh = pairRequests(context).reduce((next, { purpose }) => again(next, purpose), state)
  if (noData && rollout.spec.onNoTraffic === "wait") return { next: fresh }
  const reason = noData ? "nothing could be measured" : "no variant is better than all others"
  const policy = noData ? "pause" : rollout.spec.onInconclusive
  switch (policy) {
    case "promote":
      return { next: pass(state, EXPERIMENT) }
    case "rollback":
      return { next: goBack(context, { kind: "failed", by: "analysis", reason }) }
    case "pause": {
      const kind = noData ? ("no-traffic" as const) : ("inconclusive" as const)
      return { next: pause(fresh, { kind, by: "aviary", purpose: EXPERIMENT, reason }) }
    }
  }
}

/** For each two variants and each direction: "is this one worse than that one?" A failure says yes. */
function pairRequests({ rollout }: Context) {
  return rollout.variants.flatMap((worse) =>
    rollout.variants
      .filter((better) => better !== worse)
      .map((better) => ({
        purpose: `${worse.name}-below-${better.name}`,
        worse: worse.name,
        better: better.name,
      })),
  )
}

function guardrailRequests({ rollout }: Context) {
  const control = rollout.variants[0]?.name ?? ""
  return rollout.variants.slice(1).map(({ name }) => ({ purpose: `guard-${name}`, name, control }))
}

function standing(context: Context): Wanted {
  const { rollout, state } = context
  const stable = rollout.from
  if (stable === null) return nothing
  return {
    ...nothing,
    fleets: [fleet(rollout, stable, rollout.spec.replicas), ...variantFleets(rollout)],
    traffic: variantPlan(rollout, stable),
    analyses: state.phase === "experimenting" ? analyses(context, stable) : [],
  }
}

function analyses(context: Context, stable: string) {
  const { rollout } = context
  const { primaryMetric, guardrails: guards, args, maxDuration } = abTest(rollout)
  const arm = (name: string) => ({
    name,
    fleet: rollout.variants.find((variant) => variant.name === name)?.release ?? stable,
  })
  const pairs = pairRequests(context)
  const others = guardrailRequests(context)
  const shared = { args, stable: { name: "stable", fleet: stable }, maxDurationMs: maxDuration }
  return [
    ...pairs.map(({ purpose, worse, better }) =>
      analysisSpec(context, {
        ...shared,
        purpose,
        templates: [primaryMetric],
        subject: arm(worse),
        baseline: arm(better),
        family: pairs.length,
      }),
    ),
    ...others.map(({ purpose, name, control }) =>
      analysisSpec(context, {
        ...shared,
        purpose,
        templates: guards,
        subject: arm(name),
        baseline: arm(control),
        family: others.length,
      }),
    ),
  ]
}

function variantFleets(rollout: ResolvedRollout) {
  const weights = new Map<string, number>()
  for (const { release, weight } of rollout.variants)
    if (release !== rollout.from) weights.set(release, (weights.get(release) ?? 0) + weight)
  return [...weights].map(([release, weight]) =>
    fleet(rollout, release, replicasFor(weight, rollout.spec.replicas)),
  )
}

function abTest({ strategy }: ResolvedRollout): AbTestStrategy {
  if (strategy.kind !== "abTest") throw new TypeError(`a rollout by ${strategy.kind} is in a state of abTest`)
  return strategy
}
