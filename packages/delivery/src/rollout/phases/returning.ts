// The way back. First, and in one action, all visitors meet the stable release; everything else comes after that is in force.

import { outcomeOf } from "../go-back.ts"
import { fleet, inForce, nothing } from "../phase.ts"
import type { Context, Phase, Wanted } from "../phase.ts"
import { end, enter } from "../rollout-state.ts"
import type { RolloutState } from "../rollout-state.ts"
import { strategyOf } from "../strategies/strategies.ts"
import { tell } from "../tells.ts"
import { plainPlan } from "../traffic-plans.ts"

export const returning: Phase = {
  text: "All visitors go back to the stable release at once, and what is missing of its instances is started.",
  exits: {
    cleaning: "the gateway has it in force",
    held: "the gateway has it in force, something failed, and onFailure is pause",
  },
  advance({ rollout, state, measured }) {
    if (rollout.from === null) return { next: clean(rollout, state) }
    if (!inForce(measured, plainPlan(rollout.service, rollout.from)))
      return { wait: `all visitors go back to ${rollout.from}: ${state.failure?.reason ?? ""}` }
    if (measured.pointer !== rollout.from) return { wait: "the service's pointer is moved back" }
    const hold = rollout.spec.onFailure === "pause" && state.failure?.kind === "failed" && !state.switched
    if (hold && rollout.strategy.kind !== "undo")
      return {
        next: enter(state, "held", `failed, and kept without visitors: ${state.failure?.reason ?? ""}`),
      }
    return { next: clean(rollout, state) }
  },
  wanted(context) {
    const { rollout, state, measured } = context
    if (rollout.from === null) return nothing
    const plan = plainPlan(rollout.service, rollout.from)
    if (inForce(measured, plan)) return { ...nothing, traffic: plan, pointer: rollout.from }
    // What is missing of the stable release is started in the same decision: of a rolling rollout there may be one instance left,
    // which gets everybody and is kept from more than it can do by the gateway's limits until the others are there.
    const fleets = [fleet(rollout, rollout.from, rollout.spec.replicas), ...own(context)]
    // Before the switch the stable release serves already. After it, it may have to be started again first.
    const serves = (measured.fleets[rollout.from]?.ready ?? 0) > 0
    return !state.switched || serves ? { ...nothing, traffic: plan, fleets } : { ...nothing, fleets }
  },
}

export const held: Phase = {
  text: "After a failure with `onFailure: pause`: the new release runs without visitors, to be looked at.",
  exits: { cleaning: "aborted", preparing: "somebody resumes: all begins again from the first step" },
  advance: ({ state }) => ({ wait: `failed: ${state.failure?.reason ?? ""}; waits for resume or abort` }),
  wanted: (context) => stableOnly(context, strategyOf(context.rollout).candidates(context)),
}

export const cleaning: Phase = {
  text: "Stops the instances that are not needed any more and tells the `rollback` hooks.",
  exits: { ended: "they are told to stop, and each hook was told or could not be" },
  advance(context) {
    const { state, measured } = context
    const kept = new Set((stableOnly(context).fleets ?? []).map(({ id }) => id))
    const left = own(context).filter(({ id }) => !kept.has(id) && (measured.fleets[id]?.wanted ?? 0) > 0)
    if (left.length > 0) return { wait: `${left.map(({ id }) => id).join(", ")} are stopped` }
    if (state.tells.length > 0) return { wait: "hooks are told" }
    const failure = state.failure ?? { kind: "failed" as const, reason: state.reason, by: "aviary" }
    return { next: end(state, outcomeOf(failure), failure.reason) }
  },
  wanted: (context) => stableOnly(context),
}

function clean(rollout: Context["rollout"], state: RolloutState): RolloutState {
  const reason = state.failure?.reason ?? state.reason
  return enter(tell(rollout, state, "rollback", reason), "cleaning", reason)
}

function stableOnly({ rollout }: Context, besides: Wanted["fleets"] = []): Wanted {
  if (rollout.from === null) return { ...nothing, fleets: [] }
  const stable = fleet(rollout, rollout.from, rollout.spec.replicas)
  return {
    ...nothing,
    fleets: [stable, ...(besides ?? []).filter(({ id }) => id !== stable.id)],
    traffic: plainPlan(rollout.service, rollout.from),
    pointer: rollout.from,
  }
}

/** As they are: what the rollout may have started and has not stopped yet. */
function own({ rollout, measured }: Context) {
  return strategyOf(rollout)
    .touches(rollout)
    .flatMap((id) => {
      const status = measured.fleets[id]
      return status
        ? [{ id, service: rollout.service, release: status.release, replicas: status.wanted }]
        : []
    })
}
