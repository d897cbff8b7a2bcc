// What a phase of a rollout is: what it wants to be so, and when it is left. Every phase is one object of this shape; decide.ts asks
// them. They look at what they are given and at nothing else.

import { isDeepStrictEqual } from "node:util"
import type { AnalysisSpec } from "../analysis/analysis.ts"
import type { RolloutSmokeTest } from "../spec/strategy-schema.ts"
import type { FleetSpec } from "../supervisor/fleets.ts"
import type { TrafficPlan } from "../traffic/traffic.ts"
import type { Measurements } from "./measurements.ts"
import type { ResolvedRollout } from "./resolved-rollout.ts"
import type { PhaseName, RolloutState } from "./rollout-state.ts"

export interface Context {
  readonly rollout: ResolvedRollout
  readonly state: RolloutState
  readonly measured: Measurements
}

/** What should be so; null: it is left as it is. */
export interface Wanted {
  /** Of the fleets that the rollout may touch, these should run, and the others should not. */
  readonly fleets: readonly FleetSpec[] | null
  readonly traffic: TrafficPlan | null
  readonly analyses: readonly AnalysisSpec[]
  readonly smokeTest: { readonly id: string; readonly fleet: string; readonly test: RolloutSmokeTest } | null
  /** Hooks whose answer is waited for, by their index in the spec. */
  readonly questions: readonly { readonly id: string; readonly hook: number }[]
  /** The service's stable release. */
  readonly pointer: string | null
}

/** Either it goes on, or it waits and says for what. */
export type Step = { readonly next: RolloutState } | { readonly wait: string }

export interface Phase {
  /** One sentence, for docs/rollouts.md. */
  readonly text: string
  /** Every phase that may come next, and what brings it. A test holds the machine to it. */
  readonly exits: Partial<Record<PhaseName, string>>
  advance(context: Context): Step
  /** What takes effect even while it is paused: verdicts that fail. */
  guard?(context: Context): RolloutState | undefined
  wanted(context: Context): Wanted
}

export const nothing: Wanted = {
  fleets: null,
  traffic: null,
  analyses: [],
  smokeTest: null,
  questions: [],
  pointer: null,
}

export function fleet(rollout: ResolvedRollout, release: string, replicas: number): FleetSpec {
  return { id: release, service: rollout.service, release, replicas }
}

/** As many instances are ready as are wanted; else why not. `failed` where they never will be. */
export function readiness(
  measured: Measurements,
  wanted: readonly FleetSpec[],
): { readonly ready: true } | { readonly ready: false; readonly failed: boolean; readonly reason: string } {
  for (const { id, replicas } of wanted) {
    const status = measured.fleets[id]
    if (status?.failure !== undefined)
      return { ready: false, failed: true, reason: `${id} does not run: ${status.failure}` }
    const ready = status && status.wanted >= replicas ? status.ready : 0
    if (ready < replicas)
      return {
        ready: false,
        failed: false,
        reason: `${status?.ready ?? 0} of ${replicas} instances of ${id} are ready`,
      }
  }
  return { ready: true }
}

/** The gateway has this plan. */
export function inForce(measured: Measurements, plan: TrafficPlan): boolean {
  return isDeepStrictEqual(measured.traffic, plan)
}

/** Past the time in which a rollout must get further. */
export function late({ rollout, state }: Context): boolean {
  return state.phaseMs > rollout.spec.progressDeadlineSeconds * 1_000
}

/** The release that is promoted. */
export function promoted({ rollout, state }: Pick<Context, "rollout" | "state">): string {
  return state.winner ?? rollout.to
}
