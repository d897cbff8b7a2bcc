// What people may do to a rollout under way: each a pure function of its state, refused with a sentence where the state does not
// allow it. A verdict that failed cannot be promoted away.

import { pass } from "./analyses.ts"
import { goBack, outcomeOf, refuse } from "./go-back.ts"
import type { Measurements } from "./measurements.ts"
import type { Context } from "./phase.ts"
import type { ResolvedRollout } from "./resolved-rollout.ts"
import { change, emit, enter, initialState, pause } from "./rollout-state.ts"
import type { PhaseName, RolloutState } from "./rollout-state.ts"
import { PRE_PROMOTION } from "./strategies/blue-green.ts"
import { tell } from "./tells.ts"

export type Command =
  | {
      readonly kind: "pause" | "resume" | "promote" | "abort" | "undo"
      readonly by: string
      readonly reason?: string
    }
  | { readonly kind: "approve"; readonly stepIndex: number; readonly by: string; readonly reason?: string }

export type CommandResult = { readonly state: RolloutState } | { readonly refused: string }

const BACK: ReadonlySet<PhaseName> = new Set(["returning", "cleaning", "telling", "ended"])
const AFTER_SWITCH: ReadonlySet<PhaseName> = new Set(["watching", "settling"])

export function applyCommand(
  rollout: ResolvedRollout,
  state: RolloutState,
  measured: Measurements,
  command: Command,
): CommandResult {
  const done = perform({ rollout, state, measured }, command)
  if ("refused" in done) return done
  const { kind, by, reason } = command
  const text = `${by}: ${kind}${reason ? ` (${reason})` : ""}`
  return { state: emit(done.state, "rollout.command", { text, command: kind, by }) }
}

function perform(context: Context, command: Command): CommandResult {
  switch (command.kind) {
    case "pause":
      return pauseBy(context.state, command)
    case "resume":
      return resume(context.state)
    case "promote":
      return promote(context)
    case "abort":
      return abort(context, command)
    case "undo":
      if (!AFTER_SWITCH.has(context.state.phase))
        return { refused: `it is ${context.state.phase} and not promoted yet: abort it instead` }
      return abort(context, command)
    case "approve":
      return approve(context, command.stepIndex)
  }
}

function pauseBy(state: RolloutState, { by, reason }: Command): CommandResult {
  if (state.paused) return { refused: `it is paused already: ${state.paused.reason}` }
  if (BACK.has(state.phase) || state.phase === "held")
    return { refused: `it is ${state.phase}, which is not paused` }
  return {
    state: pause(state, { kind: "operator", by, reason: reason ?? `paused by ${by}`, purpose: "" }),
  }
}

function resume(state: RolloutState): CommandResult {
  if (state.phase === "held") {
    const { elapsedMs, revision, tells, outbox, sequence, round } = state
    const fresh = { ...initialState(), elapsedMs, revision, tells, outbox, sequence, round: round + 1 }
    return { state: enter(fresh, "preparing", "all begins again from the first step") }
  }
  if (!state.paused) return { refused: "it is not paused" }
  return { state: resumed(state) }
}

function resumed(state: RolloutState): RolloutState {
  // Whoever waited for requests has a whole deadline again.
  const phaseMs = state.paused?.kind === "no-traffic" ? 0 : state.phaseMs
  return emit(change(state, { paused: null, phaseMs }), "rollout.resumed", { text: "It goes on" })
}

function promote(context: Context): CommandResult {
  const { state } = context
  if (state.paused && state.paused.purpose !== "") {
    const { purpose } = state.paused
    return { state: pass(resumed(state), purpose) }
  }
  const running = state.paused ? resumed(state) : state
  const skip = skipOf(context)
  if ("refused" in skip) return state.paused ? { state: running } : skip
  const skipped = change(running, { skips: [...running.skips, skip.skip] })
  return { state: state.phase === "previewing" ? pass(skipped, PRE_PROMOTION) : skipped }
}

function skipOf({ rollout, state }: Context): { skip: string } | { refused: string } {
  switch (state.phase) {
    case "gated":
    case "concluding":
    case "confirming":
    case "previewing":
    case "experimenting":
    case "watching":
    case "settling":
      return { skip: state.phase }
    case "stepping": {
      const step = rollout.strategy.kind === "canary" ? rollout.strategy.steps[state.step] : undefined
      if (step?.kind === "pause" || step?.kind === "approval" || step?.kind === "analysis")
        return { skip: `step ${state.step}` }
      return { refused: `it is taking step ${state.step} and waits for nobody: ${state.reason}` }
    }
    case "held":
      return { refused: "what has failed is not promoted: resume to try again from the start, or abort" }
    case "asking":
    case "preparing":
    case "testing":
    case "rolling":
    case "scaling":
    case "switching":
    case "telling":
    case "returning":
    case "cleaning":
    case "ended":
      return { refused: `it is ${state.phase} and waits for nobody: ${state.reason}` }
  }
}

function abort(context: Context, { by, reason }: Command): CommandResult {
  const { rollout, state } = context
  // On its way to being held; whoever aborts does not want to look at it.
  if (state.phase === "returning" && rollout.spec.onFailure === "pause" && state.failure?.kind === "failed")
    return { state: change(state, { failure: { ...state.failure, kind: "aborted" } }) }
  if (BACK.has(state.phase)) return { refused: `it is ${state.phase} already: ${state.reason}` }
  const kind = AFTER_SWITCH.has(state.phase) ? ("undone" as const) : ("aborted" as const)
  const failure = { kind, by, reason: reason ?? `${kind} by ${by}` }
  if (state.phase === "gated" || state.phase === "asking") return { state: refuse(state, failure) }
  if (rollout.from === null && state.switched)
    return { refused: "it is the first release of the service: there is nothing to go back to" }
  if (state.phase === "held") {
    const told = tell(rollout, change(state, { failure }), "rollback", failure.reason)
    return { state: enter(told, "cleaning", `${outcomeOf(failure)} by ${by}`) }
  }
  return { state: goBack(context, failure) }
}

function approve({ rollout, state }: Context, index: number): CommandResult {
  const step = rollout.strategy.kind === "canary" ? rollout.strategy.steps[index] : undefined
  if (step?.kind !== "approval") return { refused: `step ${index} is no approval` }
  if (BACK.has(state.phase)) return { refused: `it is ${state.phase}` }
  if (state.approvals.includes(index)) return { refused: `step ${index} is approved already` }
  return { state: change(state, { approvals: [...state.approvals, index] }) }
}
