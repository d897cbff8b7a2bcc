// One step of a canary: when it is over, and what it changes. Which comes next is canary.ts' matter.

import { durationText } from "../../spec/values.ts"
import type { CanaryStep } from "../../spec/strategy-schema.ts"
import { again, analysisId, isPassed, judge } from "../analyses.ts"
import { goBack } from "../go-back.ts"
import { inForce, late, readiness } from "../phase.ts"
import type { Context, Step } from "../phase.ts"
import { change, emit, pause } from "../rollout-state.ts"
import type { RolloutState } from "../rollout-state.ts"
import { tell } from "../tells.ts"
import { canaryPlan } from "../traffic-plans.ts"
import { canary, canaryFleets, nextWeight, stepPurpose } from "./canary-weights.ts"

type StepOf<K extends CanaryStep["kind"]> = Extract<CanaryStep, { kind: K }>

export function advanceStep(context: Context, step: CanaryStep): Step {
  const { state } = context
  if (state.skips.includes(`step ${state.step}`)) return { next: nextStep(context, "ended by an operator") }
  switch (step.kind) {
    case "setWeight":
      return setWeight(context, step)
    case "pause":
      return waitFor(context, step)
    case "setHeaderRoute":
      return setRoute(context, { headerRoute: step.route })
    case "setMirrorRoute":
      return setRoute(context, { mirror: step.percentage })
    case "analysis": {
      const purpose = stepPurpose(state)
      if (isPassed(state, purpose)) return { next: nextStep(context, "taken for passed") }
      const judged = judge(context, purpose, (passed) => nextStep({ ...context, state: passed }, "passed"))
      const status = context.measured.analyses[analysisId(context, purpose)]
      return judged ?? { wait: `analysis: ${status?.reason ?? "it begins"}` }
    }
    case "approval":
      if (state.approvals.includes(state.step)) return { next: nextStep(context, "approved") }
      return { wait: `waits for an approval of step ${state.step}${step.message ? `: ${step.message}` : ""}` }
  }
}

/** `5 % of visitors`, for people. */
export function stepText(step: CanaryStep): string {
  switch (step.kind) {
    case "setWeight":
      return `${step.weight} % of visitors`
    case "pause":
      return pauseText(step)
    case "setHeaderRoute":
      return step.route ? `requests with ${step.route.header}: ${step.route.value}` : "no header route"
    case "setMirrorRoute":
      return `${step.percentage} % of requests copied`
    case "analysis":
      return step.templates ? `analysis ${step.templates.join(", ")}` : "analysis"
    case "approval":
      return step.message ? `approval: ${step.message}` : "approval"
  }
}

function pauseText({ duration, untilRequestsPerArm, atMost }: StepOf<"pause">): string {
  const parts = [
    ...(untilRequestsPerArm === undefined ? [] : [`until ${untilRequestsPerArm} requests per arm`]),
    ...(duration === undefined ? [] : [`for ${durationText(duration)}`]),
  ]
  if (parts.length === 0) return "until somebody promotes"
  return parts.join(" and ") + (atMost === undefined ? "" : `, ${durationText(atMost)} at most`)
}

function setWeight(context: Context, { weight }: StepOf<"setWeight">): Step {
  const { rollout, state, measured } = context
  if (state.maxWeight < weight) return { next: change(state, { maxWeight: weight }) }
  const ready = readiness(measured, canaryFleets(rollout, Math.max(weight, state.maxWeight)))
  const rises = weight > state.weight
  if (!ready.ready && rises) {
    if (!ready.failed && !late(context)) return { wait: ready.reason }
    return { next: goBack(context, { kind: "failed", by: "fleet", reason: ready.reason }) }
  }
  const next = nextWeight(context, weight)
  if (next !== undefined) return { next: change(state, { weight: next, phaseMs: 0 }) }
  if (state.weight !== weight)
    return { wait: `${text(state.weight)} % of visitors; more when the analysis has seen enough for it` }
  if (rollout.from === null || !inForce(measured, canaryPlan(rollout, state, rollout.from)))
    return { wait: "the gateway is told" }
  const told = emit(state, "rollout.weight", { text: `${weight} % of visitors meet ${rollout.to}`, weight })
  return { next: nextStep({ ...context, state: told }, "in force") }
}

const text = (weight: number) => Math.round(weight * 100) / 100

function setRoute(context: Context, part: Partial<Pick<RolloutState, "headerRoute" | "mirror">>): Step {
  const { rollout, state, measured } = context
  const changed = { ...state, ...part }
  if (rollout.from !== null && inForce(measured, canaryPlan(rollout, changed, rollout.from)))
    return { next: nextStep({ ...context, state: changed }, "in force") }
  const same = state.headerRoute === changed.headerRoute && state.mirror === changed.mirror
  const there =
    JSON.stringify([state.headerRoute, state.mirror]) ===
    JSON.stringify([changed.headerRoute, changed.mirror])
  return same || there ? { wait: "the gateway is told" } : { next: change(state, part) }
}

function waitFor(context: Context, step: StepOf<"pause">): Step {
  const { rollout, state } = context
  const { duration, untilRequestsPerArm, atMost } = step
  if (duration === undefined && untilRequestsPerArm === undefined)
    return { wait: "waits until somebody promotes" }
  if (atMost !== undefined && state.phaseMs >= atMost) return { next: nextStep(context, "its time is over") }
  const missing =
    untilRequestsPerArm === undefined ? undefined : missingRequests(context, untilRequestsPerArm)
  if (missing === undefined) {
    if (duration === undefined || state.phaseMs >= duration) return { next: nextStep(context, "over") }
    return { wait: `waits for ${durationText(duration - state.phaseMs)} more` }
  }
  // Whether there are requests at all is asked once for each deadline.
  if (atMost === undefined && rollout.spec.onNoTraffic === "pause" && late(context))
    return {
      next: pause(change(state, { phaseMs: 0 }), {
        kind: "no-traffic",
        by: "aviary",
        purpose: "",
        reason: `too few requests: ${missing}`,
      }),
    }
  return { wait: missing }
}

/** `canary has 37 of 50 requests`; undefined when every arm has them. */
function missingRequests({ rollout, state, measured }: Context, wanted: number): string | undefined {
  const strategy = canary(rollout)
  const arms = strategy.baseline.enabled ? ["canary", "baseline"] : ["canary"]
  for (const arm of arms) {
    const seen = (measured.requests[arm] ?? 0) - (state.stepBase[arm] ?? 0)
    if (seen < wanted) return `${arm} has ${Math.max(0, seen)} of ${wanted} requests`
  }
  return undefined
}

function nextStep({ rollout, state, measured }: Context, how: string): RolloutState {
  const strategy = canary(rollout)
  const step = strategy.steps[state.step]
  const line = step ? `${stepText(step)}: ${how}` : how
  const told = emit(tell(rollout, state, "step", line), "rollout.step", { text: line, step: state.step })
  const purpose = stepPurpose(state)
  const left = isPassed(told, purpose) ? told : again(told, purpose)
  return change(left, { step: state.step + 1, stepBase: measured.requests, phaseMs: 0 })
}
