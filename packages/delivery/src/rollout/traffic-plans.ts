// The divisions of a service's visitors that rollouts ask for, and how many instances they need. Pure arithmetic; whether a fleet
// may be given visitors is for the phases to say.

import type { TrafficArm, TrafficPlan } from "../traffic/traffic.ts"
import { baselineFleet } from "./resolved-rollout.ts"
import type { ResolvedRollout } from "./resolved-rollout.ts"
import type { RolloutState } from "./rollout-state.ts"

/** Instances for a share of the visitors: in proportion, at least one. */
export function replicasFor(weight: number, replicas: number): number {
  return Math.min(replicas, Math.max(1, Math.ceil((replicas * weight) / 100 - 1e-9)))
}

/** As many visitors as the canary, as far as the canary leaves them. */
export function baselineWeight(weight: number): number {
  return Math.min(weight, 100 - weight)
}

/** Everybody meets one release. */
export function plainPlan(service: string, fleet: string): TrafficPlan {
  return {
    default: { arm: "stable", fleet },
    arms: [],
    stickiness: { by: "account", salt: service },
    headerRoutes: [],
  }
}

/** Stable, canary and baseline. The first arm grows from one end of the visitors and the second from the other, so nobody changes. */
export function canaryPlan(rollout: ResolvedRollout, state: RolloutState, stable: string): TrafficPlan {
  const { strategy, to } = rollout
  const plan = plainPlan(rollout.service, stable)
  if (strategy.kind !== "canary") return plan
  const arms: TrafficArm[] = [{ name: "canary", fleet: to, weight: state.weight }]
  if (strategy.baseline.enabled)
    arms.push({ name: "baseline", fleet: baselineFleet(stable), weight: baselineWeight(state.weight) })
  return {
    ...plan,
    arms,
    stickiness: stickinessOf(rollout),
    headerRoutes: state.headerRoute ? [{ ...state.headerRoute, arm: "canary" }] : [],
    ...(state.mirror > 0 ? { mirror: { fleet: to, percentage: state.mirror } } : {}),
  }
}

/** The new release for those who ask for it by a header, and for nobody else. */
export function previewPlan(rollout: ResolvedRollout, stable: string): TrafficPlan {
  const { strategy, to } = rollout
  const plan = plainPlan(rollout.service, stable)
  if (strategy.kind !== "blueGreen" || !strategy.previewMatch) return plan
  return {
    ...plan,
    arms: [{ name: "preview", fleet: to, weight: 0 }],
    headerRoutes: [{ ...strategy.previewMatch, arm: "preview" }],
  }
}

/** As many visitors as the new release has instances among all. */
export function rollingPlan(rollout: ResolvedRollout, state: RolloutState, stable: string): TrafficPlan {
  const plan = plainPlan(rollout.service, stable)
  if (state.weight === 0) return plan
  return {
    ...plan,
    arms: [{ name: "canary", fleet: rollout.to, weight: state.weight }],
    stickiness: { by: "account", salt: rollout.id },
  }
}

export function variantPlan(rollout: ResolvedRollout, stable: string): TrafficPlan {
  const arms = rollout.variants.map(({ name, release, weight }) => ({ name, fleet: release, weight }))
  return { ...plainPlan(rollout.service, stable), arms, stickiness: stickinessOf(rollout) }
}

function stickinessOf({ id, strategy }: ResolvedRollout): TrafficPlan["stickiness"] {
  if (strategy.kind !== "canary" && strategy.kind !== "abTest") return { by: "account", salt: id }
  const { by, salt = id, cookieName, maxAge } = strategy.stickiness
  return { by, salt, cookieName, maxAgeMs: maxAge }
}

/** Fleets that a plan sends visitors to, other than by a header, with the percentage of each. */
export function weightsOf(plan: TrafficPlan): Map<string, number> {
  const weights = new Map<string, number>()
  const rest = 100 - plan.arms.reduce((sum, { weight }) => sum + weight, 0)
  for (const { fleet, weight } of [...plan.arms, { fleet: plan.default.fleet, weight: rest }])
    weights.set(fleet, (weights.get(fleet) ?? 0) + weight)
  return weights
}
