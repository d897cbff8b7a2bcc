// What the shared phases have to know of a strategy. Each strategy is one object of this shape and its own phases.

import type { FleetSpec } from "../../supervisor/fleets.ts"
import type { Context, Wanted } from "../phase.ts"
import type { ResolvedRollout } from "../resolved-rollout.ts"
import type { PhaseName } from "../rollout-state.ts"

export interface StrategyRules {
  /** What comes after the smoke tests. */
  readonly firstPhase: PhaseName
  /** Fleets that must be ready before there is a visitor. */
  candidates(context: Context): readonly FleetSpec[]
  /** Instances of the stable release meanwhile. */
  stableWhilePreparing(context: Context): number
  /** What is wanted once its own phases are over and until all visitors are switched. */
  standing(context: Context): Wanted
  /** Ids of the fleets that it may start and stop besides the stable one. */
  touches(rollout: ResolvedRollout): readonly string[]
  /** Instances of the release before that run on after the switch, until the rollout has ended. */
  oldAfterSwitch(rollout: ResolvedRollout): number
}
