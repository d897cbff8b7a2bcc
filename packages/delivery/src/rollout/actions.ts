// What has to be done so that what is wanted is so. Made of the difference between the two at each decision: an action that was
// lost in a crash comes again by itself, with the same id, and one that has taken effect does not.

import type { AnalysisSpec } from "../analysis/analysis.ts"
import type { RolloutSmokeTest } from "../spec/strategy-schema.ts"
import type { FleetSpec } from "../supervisor/fleets.ts"
import type { TrafficPlan } from "../traffic/traffic.ts"
import { inForce } from "./phase.ts"
import type { Context, Wanted } from "./phase.ts"
import type { PendingEvent } from "./rollout-state.ts"
import { strategyOf } from "./strategies/strategies.ts"
import { weightsOf } from "./traffic-plans.ts"

/** `id` is the same for the same wish, before and after a crash. Each may be performed any number of times. */
export type Action =
  | { readonly kind: "apply-traffic"; readonly id: string; readonly plan: TrafficPlan }
  | { readonly kind: "set-pointer"; readonly id: string; readonly release: string }
  | { readonly kind: "want-fleet"; readonly id: string; readonly fleet: FleetSpec }
  | { readonly kind: "drop-fleet"; readonly id: string; readonly fleet: string }
  | { readonly kind: "begin-analysis"; readonly id: string; readonly spec: AnalysisSpec }
  | { readonly kind: "end-analysis"; readonly id: string; readonly analysis: string }
  | {
      readonly kind: "run-smoke-test"
      readonly id: string
      readonly fleet: string
      readonly test: RolloutSmokeTest
    }
  /** `id` is the idempotency key; `hook` the index in the spec. */
  | { readonly kind: "call-hook"; readonly id: string; readonly hook: number; readonly text: string }
  | { readonly kind: "emit"; readonly id: string; readonly event: PendingEvent }

export function actionsFor(context: Context, wanted: Wanted): Action[] {
  return [
    ...trafficActions(context, wanted),
    ...pointerActions(context, wanted),
    ...fleetActions(context, wanted),
    ...analysisActions(context, wanted),
    ...taskActions(context, wanted),
    ...context.state.outbox.map((event) => ({
      kind: "emit" as const,
      id: `${context.rollout.id}/event/${event.sequence}`,
      event,
    })),
  ]
}

function trafficActions({ rollout, measured }: Context, { traffic }: Wanted): Action[] {
  if (!traffic || inForce(measured, traffic)) return []
  // The stable release may always get them: it is where they are, or where they must go. Others must be there to take them.
  const before = measured.traffic ? weightsOf(measured.traffic) : new Map<string, number>()
  for (const [fleet, weight] of weightsOf(traffic)) {
    const rises = weight > (before.get(fleet) ?? 0)
    if (fleet !== rollout.from && rises && (measured.fleets[fleet]?.ready ?? 0) === 0) return []
  }
  return [{ kind: "apply-traffic", id: `${rollout.id}/traffic/${JSON.stringify(traffic)}`, plan: traffic }]
}

function pointerActions({ rollout, measured }: Context, { pointer, traffic }: Wanted): Action[] {
  if (pointer === null || measured.pointer === pointer) return []
  if (traffic && !inForce(measured, traffic)) return []
  return [{ kind: "set-pointer", id: `${rollout.id}/pointer/${pointer}`, release: pointer }]
}

function fleetActions({ rollout, measured }: Context, { fleets }: Wanted): Action[] {
  if (!fleets) return []
  const actions: Action[] = []
  for (const fleet of fleets)
    if (measured.fleets[fleet.id]?.wanted !== fleet.replicas)
      actions.push({ kind: "want-fleet", id: `${rollout.id}/want/${fleet.id}/${fleet.replicas}`, fleet })
  const wanted = new Set(fleets.map(({ id }) => id))
  const visited = measured.traffic ? weightsOf(measured.traffic) : new Map<string, number>()
  for (const id of [
    ...strategyOf(rollout).touches(rollout),
    ...(rollout.from === null ? [] : [rollout.from]),
  ]) {
    const runs = (measured.fleets[id]?.wanted ?? 0) > 0
    if (runs && !wanted.has(id) && (visited.get(id) ?? 0) <= 0)
      actions.push({ kind: "drop-fleet", id: `${rollout.id}/drop/${id}`, fleet: id })
  }
  return actions
}

function analysisActions({ measured }: Context, { analyses }: Wanted): Action[] {
  const wanted = new Set(analyses.map(({ id }) => id))
  return [
    ...analyses
      .filter(({ id }) => !measured.analyses[id])
      .map((spec) => ({ kind: "begin-analysis" as const, id: `begin/${spec.id}`, spec })),
    ...Object.keys(measured.analyses)
      .filter((id) => !wanted.has(id))
      .map((analysis) => ({ kind: "end-analysis" as const, id: `end/${analysis}`, analysis })),
  ]
}

/** A task that was running when it was last heard of is begun again after a crash: it is running only where somebody runs it. */
function taskActions({ state, measured }: Context, { smokeTest, questions }: Wanted): Action[] {
  const actions: Action[] = []
  if (smokeTest && !measured.tasks[smokeTest.id]) actions.push({ kind: "run-smoke-test", ...smokeTest })
  for (const { id, hook } of questions)
    if (!measured.tasks[id]) actions.push({ kind: "call-hook", id, hook, text: state.reason })
  for (const { id, hook, text } of state.tells)
    if (!measured.tasks[id]) actions.push({ kind: "call-hook", id, hook, text })
  return actions
}
