// The state machine of a rollout, pure: what it was, what is measured and how much time has passed give what it is now and what is
// to be done. It reads no clock and performs nothing. phases.ts lists the states and what leaves them.

import { actionsFor } from "./actions.ts"
import type { Action } from "./actions.ts"
import { goBack } from "./go-back.ts"
import type { Measurements } from "./measurements.ts"
import type { Context } from "./phase.ts"
import { phases } from "./phases.ts"
import type { ResolvedRollout } from "./resolved-rollout.ts"
import { change } from "./rollout-state.ts"
import type { PhaseName, RolloutState } from "./rollout-state.ts"
import { weightsOf } from "./traffic-plans.ts"

export interface Decision {
  readonly state: RolloutState
  readonly actions: readonly Action[]
}

/** A fleet that has visitors may be without a ready instance for this long: one that was restarted comes back within it. */
const FLEET_GRACE_MS = 3_000
/** More changes than any rollout can go through without the world changing in between; beyond it there is a bug. */
const MAX_CHANGES = 1_000

/**
 * @param now milliseconds that the rollout has gone on, never less than at the decision before; time of the clock must not get here.
 */
export function decide(
  rollout: ResolvedRollout,
  before: RolloutState,
  measured: Measurements,
  now: number,
): Decision {
  let state = settleTells(passTime(rollout, before, measured, now), measured)
  for (let changes = 0; changes < MAX_CHANGES; changes++) {
    const context: Context = { rollout, state, measured }
    const next = nextState(context)
    if (next === undefined)
      return { state, actions: actionsFor(context, phases[state.phase].wanted(context)) }
    if ("wait" in next) {
      state = { ...state, reason: next.wait }
      const waiting = { ...context, state }
      return { state, actions: actionsFor(waiting, phases[state.phase].wanted(waiting)) }
    }
    state = next.next
  }
  throw new Error(`the rollout ${rollout.id} does not come to rest in ${state.phase}`)
}

function nextState(context: Context) {
  const { state } = context
  const phase = phases[state.phase]
  const failure = fleetFailure(context)
  if (failure !== undefined)
    return { next: goBack(context, { kind: "failed", by: "fleet", reason: failure }) }
  if (!state.paused) return phase.advance(context)
  const guarded = phase.guard?.(context)
  return guarded && { next: guarded }
}

function passTime(
  rollout: ResolvedRollout,
  state: RolloutState,
  measured: Measurements,
  now: number,
): RolloutState {
  const passed = Math.max(0, now - state.elapsedMs)
  const unreadyMs: Record<string, number> = {}
  for (const fleet of visitedFleets({ rollout, state, measured }))
    if ((measured.fleets[fleet]?.ready ?? 0) === 0) {
      const ms = (state.unreadyMs[fleet] ?? 0) + passed
      if (ms > 0) unreadyMs[fleet] = ms
    }
  return {
    ...state,
    elapsedMs: Math.max(now, state.elapsedMs),
    phaseMs: state.phaseMs + (state.paused ? 0 : passed),
    unreadyMs,
  }
}

/** Phases in which the rollout's fleets must run. */
const LIVE: ReadonlySet<PhaseName> = new Set([
  "stepping",
  "concluding",
  "rolling",
  "previewing",
  "experimenting",
  "confirming",
  "scaling",
  "switching",
  "watching",
  "settling",
])

/** Fleets besides the stable one that have visitors by what is wanted. */
function visitedFleets(context: Context): string[] {
  const { rollout, state } = context
  if (!LIVE.has(state.phase)) return []
  const plan = phases[state.phase].wanted(context).traffic
  if (!plan) return []
  return [...weightsOf(plan)].flatMap(([fleet, weight]) =>
    fleet !== rollout.from && weight > 0 ? [fleet] : [],
  )
}

function fleetFailure(context: Context): string | undefined {
  const { rollout, state, measured } = context
  if (!LIVE.has(state.phase)) return undefined
  // The first release of a service has nothing to go back to once it has its visitors.
  if (rollout.from === null && state.switched) return undefined
  const wanted = phases[state.phase].wanted(context).fleets ?? []
  for (const id of new Set([...visitedFleets(context), ...wanted.map((fleet) => fleet.id)])) {
    if (id === rollout.from) continue
    const failure = measured.fleets[id]?.failure
    if (failure !== undefined) return `${id} does not run: ${failure}`
    if ((state.unreadyMs[id] ?? 0) > FLEET_GRACE_MS) return `no instance of ${id} is ready`
  }
  return undefined
}

/** Hooks that were told, whatever came of it, are not told again. */
function settleTells(state: RolloutState, measured: Measurements): RolloutState {
  const left = state.tells.filter(({ id }) => {
    const result = measured.tasks[id]
    return !result || result.state === "running"
  })
  return left.length === state.tells.length ? state : change(state, { tells: left })
}
