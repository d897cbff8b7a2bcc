// From the decision that a release is good to its being the stable one. Until `switching` has taken effect nothing depends on it;
// afterwards the release before keeps running for as long as one may have to return to it.

import { analysisId, analysisSpec, guard, judge, pass, tellVerdict } from "../analyses.ts"
import { goBack } from "../go-back.ts"
import { fleet, inForce, late, nothing, promoted, readiness } from "../phase.ts"
import type { Context, Phase, Wanted } from "../phase.ts"
import { change, emit, end, enter } from "../rollout-state.ts"
import type { RolloutState } from "../rollout-state.ts"
import { strategyOf } from "../strategies/strategies.ts"
import { tell } from "../tells.ts"
import { plainPlan } from "../traffic-plans.ts"
import { questionsOf } from "./questions.ts"

const ASK_AGAIN_MS = 10_000

export const confirming: Phase = {
  text: "Asks the `confirm` hooks whether it may be promoted; one that says “not yet” or gives no answer is asked again each 10 s.",
  exits: {
    scaling: "all confirm, or somebody promotes over them",
    returning: "one denies, or aborted",
    cleaning: "the same, for the first release of a service",
  },
  advance(context) {
    const { state, measured } = context
    if (state.skips.includes("confirming"))
      return { next: enter(state, "scaling", "confirmed by an operator") }
    const { round, askedMs } = state.confirm
    let unsure: string | undefined
    for (const { id, label } of questionsOf(context, "confirm", round)) {
      const result = measured.tasks[id]
      if (!result || result.state === "running") return { wait: `asks ${label}` }
      if (result.state === "failed") {
        const reason = `${label} did not confirm: ${result.reason}`
        return { next: goBack(context, { kind: "failed", by: "hook", reason }) }
      }
      if (result.state === "wait") unsure = `${label} does not confirm yet: ${result.reason}`
    }
    if (unsure === undefined) return { next: enter(state, "scaling", "it is confirmed") }
    if (state.phaseMs < askedMs + ASK_AGAIN_MS) return { wait: unsure }
    return { next: change(state, { confirm: { round: round + 1, askedMs: state.phaseMs } }) }
  },
  wanted: (context) => ({
    ...strategyOf(context.rollout).standing(context),
    questions: questionsOf(context, "confirm", context.state.confirm.round),
  }),
}

export const scaling: Phase = {
  text: "Brings the release to as many instances as the stable one has.",
  exits: {
    switching: "they are ready",
    returning: "one does not run, they are not ready in time, or aborted",
    cleaning: "the same, for the first release of a service",
  },
  advance(context) {
    const { rollout, state, measured } = context
    const ready = readiness(measured, [fleet(rollout, promoted(context), rollout.spec.replicas)])
    if (ready.ready)
      return { next: change(enter(state, "switching", "all visitors go to it"), { switched: true }) }
    if (ready.failed || late(context))
      return { next: goBack(context, { kind: "failed", by: "fleet", reason: ready.reason }) }
    return { wait: ready.reason }
  },
  wanted(context) {
    const standing = strategyOf(context.rollout).standing(context)
    const full = fleet(context.rollout, promoted(context), context.rollout.spec.replicas)
    return { ...standing, fleets: [...(standing.fleets ?? []).filter(({ id }) => id !== full.id), full] }
  },
}

export const switching: Phase = {
  text: "Gives all visitors to the release, then moves the service's pointer to it.",
  exits: {
    watching: "the gateway has it in force, and there is a postPromotionAnalysis",
    settling: "the gateway has it in force",
    returning:
      "the release stops running, or aborted; not for the first release, which has nothing to go back to",
  },
  advance(context) {
    const { rollout, state, measured } = context
    const release = promoted(context)
    if (!inForce(measured, plainPlan(rollout.service, release))) return { wait: "the gateway is told" }
    if (measured.pointer !== release) return { wait: "the service's pointer is moved" }
    const stable = emit(state, "service.stable", {
      text: `${release} is stable`,
      release,
      before: rollout.from,
    })
    const watched = rollout.from !== null && postPromotion(context) !== undefined
    return { next: enter(stable, watched ? "watching" : "settling", `${release} has all visitors`) }
  },
  wanted(context) {
    const { rollout, measured } = context
    const after = afterSwitch(context)
    const reached = inForce(measured, plainPlan(rollout.service, promoted(context)))
    // Nothing is taken away from those who are still on their way elsewhere.
    if (!reached) return { ...strategyOf(rollout).standing(context), fleets: null, traffic: after.traffic }
    return after
  },
}

export const watching: Phase = {
  text: "Everybody meets the new release, and the one before is kept running while the postPromotionAnalysis looks.",
  exits: {
    settling: "the analysis ends without having failed, or somebody promotes",
    returning: "the analysis fails or the release stops running, or somebody undoes it",
  },
  advance(context) {
    const { state, measured } = context
    const settled = (next: RolloutState) => enter(next, "settling", "it was watched long enough")
    if (state.skips.includes("watching")) return { next: settled(state) }
    const id = analysisId(context, "watch")
    const status = measured.analyses[id]
    if (status && status.verdict !== "running" && status.verdict !== "fail")
      return { next: settled(pass(tellVerdict(state, id, status), "watch")) }
    return judge(context, "watch", settled) ?? { wait: "is watched after its promotion" }
  },
  guard: (context) => guard(context, ["watch"]),
  wanted(context) {
    const { rollout } = context
    const analysis = postPromotion(context)
    if (!analysis || rollout.from === null) return afterSwitch(context)
    const spec = analysisSpec(context, {
      purpose: "watch",
      templates: analysis.templates,
      args: analysis.args,
      subject: { name: "stable", fleet: promoted(context) },
      stable: { name: "before", fleet: rollout.from, past: true },
      maxDurationMs: analysis.duration,
    })
    return { ...afterSwitch(context), analyses: [spec] }
  },
}

export const settling: Phase = {
  text: "Keeps the release before running for `scaleDownDelay` (blueGreen; otherwise not at all), so that an undo is a change of routes.",
  exits: {
    telling: "that time is over, or somebody promotes",
    returning: "the release stops running, or somebody undoes it; not for the first release",
  },
  advance({ rollout, state }) {
    const delay =
      rollout.strategy.kind === "blueGreen" && rollout.from !== null ? rollout.strategy.scaleDownDelay : 0
    if (state.phaseMs < delay && !state.skips.includes("settling"))
      return { wait: "the release before is kept for a while" }
    const told = tell(rollout, state, rollout.strategy.kind === "undo" ? "rollback" : "post", "promoted")
    return { next: enter(told, "telling", "it is promoted") }
  },
  wanted: afterSwitch,
}

export const telling: Phase = {
  text: "Tells the `post` hooks (those of an undo: `rollback`).",
  exits: { ended: "each was told, or could not be" },
  advance({ rollout, state }) {
    if (state.tells.length > 0) return { wait: "hooks are told" }
    const text =
      rollout.strategy.kind === "undo"
        ? `${rollout.to} is stable again`
        : `${promoted({ rollout, state })} is the stable release`
    return { next: end(state, "promoted", text) }
  },
  wanted: afterSwitch,
}

function afterSwitch(context: Context): Wanted {
  const { rollout } = context
  const { replicas } = rollout.spec
  const release = promoted(context)
  const kept = strategyOf(rollout).oldAfterSwitch(rollout)
  const old = rollout.from === null || kept === 0 ? [] : [fleet(rollout, rollout.from, kept)]
  return {
    ...nothing,
    fleets: [fleet(rollout, release, replicas), ...old],
    traffic: plainPlan(rollout.service, release),
    pointer: release,
  }
}

function postPromotion({ rollout: { strategy } }: Context) {
  return strategy.kind === "canary" || strategy.kind === "blueGreen"
    ? strategy.postPromotionAnalysis
    : undefined
}
