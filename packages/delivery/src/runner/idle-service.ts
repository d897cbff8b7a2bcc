// What a service without a rollout needs: its stable release serves, what may be undone stays warm for its time, and nothing else
// runs. Pure.

import { inForce } from "../rollout/phase.ts"
import type { Action } from "../rollout/actions.ts"
import type { Measurements } from "../rollout/measurements.ts"
import { plainPlan, weightsOf } from "../rollout/traffic-plans.ts"
import type { ServiceRecord } from "./rollout-record.ts"

export type IdleAction = Extract<Action, { kind: "apply-traffic" | "want-fleet" | "drop-fleet" }>

export function idleActions(
  record: ServiceRecord,
  measured: Measurements,
  { service, now }: { readonly service: string; readonly now: number },
): IdleAction[] {
  const { stable, replicas } = record
  if (!stable) return []
  const actions: IdleAction[] = []
  const { release } = stable
  const running = measured.fleets[release]
  // Its size is left as it is while it runs: others may have said it.
  if (!running || running.wanted === 0) {
    const fleet = { id: release, service, release, replicas }
    actions.push({ kind: "want-fleet", id: `${service}/idle/want/${release}`, fleet })
  }
  const plan = plainPlan(service, release)
  if (!inForce(measured, plan) && (running?.ready ?? 0) > 0)
    actions.push({ kind: "apply-traffic", id: `${service}/idle/traffic/${release}`, plan })
  return [...actions, ...coldFleets(record, measured, { service, now, needed: new Set([release]) })]
}

/** What nobody needs any more is stopped, during a rollout too: neither needed, nor warm, nor with visitors. */
export function coldFleets(
  { previous }: ServiceRecord,
  measured: Measurements,
  at: { readonly service: string; readonly now: number; readonly needed: ReadonlySet<string> },
): Extract<IdleAction, { kind: "drop-fleet" }>[] {
  const warm = new Set(previous.filter(({ warmUntilMs }) => warmUntilMs > at.now).map((one) => one.release))
  const visited = measured.traffic ? weightsOf(measured.traffic) : new Map<string, number>()
  return Object.values(measured.fleets)
    .filter(
      ({ id, wanted }) => wanted > 0 && !at.needed.has(id) && !warm.has(id) && (visited.get(id) ?? 0) <= 0,
    )
    .map(({ id }) => ({ kind: "drop-fleet" as const, id: `${at.service}/idle/drop/${id}`, fleet: id }))
}
