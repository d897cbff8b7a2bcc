// Rolling: instances are replaced a few at a time, and visitors move with them. No analysis: a fleet that does not run is what
// stops it.

import type { RollingStrategy } from "../../spec/strategy-schema.ts"
import { goBack } from "../go-back.ts"
import { fleet, inForce, late, nothing } from "../phase.ts"
import type { Context, Phase, Wanted } from "../phase.ts"
import type { ResolvedRollout } from "../resolved-rollout.ts"
import { change, emit, enter } from "../rollout-state.ts"
import type { RolloutState } from "../rollout-state.ts"
import { rollingPlan } from "../traffic-plans.ts"
import type { StrategyRules } from "./strategy-rules.ts"

export const rollingRules: StrategyRules = {
  firstPhase: "rolling",
  candidates: ({ rollout }) => [fleet(rollout, rollout.to, 1)],
  // Where nothing may be added, the first new instance takes the place of an old one.
  stableWhilePreparing: ({ rollout }) => rollout.spec.replicas - (limits(rollout).surge === 0 ? 1 : 0),
  standing,
  touches: ({ to }) => [to],
  oldAfterSwitch: () => 0,
}

export const rolling: Phase = {
  text: "Replaces instances within `maxSurge` and `maxUnavailable`; visitors follow in proportion.",
  exits: {
    confirming:
      "the new release has all its instances, and as many visitors as it may have beside the last old one",
    returning: "an instance does not run, it gets no further within the progress deadline, or aborted",
  },
  advance(context) {
    const { rollout, state, measured } = context
    const stable = rollout.from
    if (stable === null) return { next: enter(state, "confirming", "there is nothing to replace") }
    const failure = measured.fleets[rollout.to]?.failure
    if (failure !== undefined || late(context)) {
      const reason =
        failure === undefined ? "it got no further in time" : `${rollout.to} does not run: ${failure}`
      return { next: goBack(context, { kind: "failed", by: "fleet", reason }) }
    }
    const next = nextSizes(context, stable)
    if (next) return { next }
    if (!inForce(measured, rollingPlan(rollout, state, stable))) return { wait: "the gateway is told" }
    const ready = measured.fleets[rollout.to]?.ready ?? 0
    if (ready >= rollout.spec.replicas && state.rolling.new === rollout.spec.replicas)
      return { next: enter(state, "confirming", "all instances are replaced but the last") }
    return { wait: `${ready} of ${rollout.spec.replicas} instances are replaced` }
  },
  wanted: standing,
}

/**
 * Old ones go as new ones become ready, but for the last, which stays until the gateway has given its visitors away. The weight
 * first follows what is ready; an old instance goes only after the gateway has it in force.
 */
function nextSizes(context: Context, stable: string): RolloutState | undefined {
  const { rollout, state, measured } = context
  const { replicas } = rollout.spec
  const { surge, unavailable } = limits(rollout)
  const ready = Math.min(replicas, measured.fleets[rollout.to]?.ready ?? 0)
  const before = state.rolling.new > 0 ? state.rolling : { old: replicas - (surge === 0 ? 1 : 0), new: 1 }
  const weight = Math.max(state.weight, weightFor(ready, replicas))
  if (weight > state.weight) {
    const moved = change(state, { weight, rolling: before, phaseMs: 0 })
    return emit(moved, "rollout.weight", { text: `${weight} % of visitors meet ${rollout.to}`, weight })
  }
  if (state.rolling.new > 0 && !inForce(measured, rollingPlan(rollout, state, stable))) return undefined
  const old = Math.max(1, Math.min(before.old, replicas - unavailable - ready))
  const status = measured.fleets[stable]
  const oldRunning = status ? Math.max(old, status.starting + status.ready) : old
  const grown = Math.max(before.new, Math.min(replicas, replicas + surge - oldRunning))
  // With a surge of 0 the last old one would keep the last new one from starting.
  const last = grown === replicas - 1 && old === 1 && ready === grown ? replicas : grown
  if (old === state.rolling.old && last === state.rolling.new) return undefined
  return change(state, { rolling: { old, new: last }, phaseMs: 0 })
}

/** While an old instance is left, it keeps a part of the visitors. */
function weightFor(ready: number, replicas: number): number {
  const share = ready >= replicas ? replicas / (replicas + 1) : ready / replicas
  return Math.floor(share * 10_000) / 100
}

function limits({ strategy, spec }: ResolvedRollout): { surge: number; unavailable: number } {
  const { maxSurge, maxUnavailable } = rollingOf(strategy)
  const surge = "count" in maxSurge ? maxSurge.count : Math.ceil((spec.replicas * maxSurge.percent) / 100)
  const unavailable =
    "count" in maxUnavailable
      ? maxUnavailable.count
      : Math.floor((spec.replicas * maxUnavailable.percent) / 100)
  // Both 0 would never get anywhere.
  return { surge: surge === 0 && unavailable === 0 ? 1 : surge, unavailable }
}

function standing({ rollout, state }: Context): Wanted {
  if (rollout.from === null) return nothing
  const { old, new: grown } = state.rolling
  return {
    ...nothing,
    fleets: grown === 0 ? null : [fleet(rollout, rollout.from, old), fleet(rollout, rollout.to, grown)],
    traffic: rollingPlan(rollout, state, rollout.from),
  }
}

function rollingOf(strategy: ResolvedRollout["strategy"]): RollingStrategy {
  if (strategy.kind !== "rolling")
    throw new TypeError(`a rollout by ${strategy.kind} is in a state of rolling`)
  return strategy
}
