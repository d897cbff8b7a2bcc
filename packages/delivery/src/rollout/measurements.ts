// What the state machine is told of the world, anew at each decision. Whatever it does not hold has not happened. JSON.

import type { AnalysisStatus } from "../analysis/analysis.ts"
import type { VisitorCounts } from "../runner/request-counts.ts"
import type { FleetSpec, FleetStatus } from "../supervisor/fleets.ts"
import type { TrafficPlan } from "../traffic/traffic.ts"

/**
 * A smoke test or a call of a hook.
 * - `running`: begun, not over.
 * - `passed`, `failed`: over.
 * - `wait`: a confirmation that says "not yet".
 */
export interface TaskResult {
  readonly state: "running" | "passed" | "failed" | "wait"
  readonly reason: string
}

export interface Measurements {
  /** Of the service, by id. */
  readonly fleets: Readonly<Record<string, FleetSpec & FleetStatus>>
  /** What the gateway was last known to have; null: nothing yet. */
  readonly traffic: TrafficPlan | null
  /** Those of this rollout, by id. */
  readonly analyses: Readonly<Record<string, AnalysisStatus>>
  /** Smoke tests and hooks, by id. */
  readonly tasks: Readonly<Record<string, TaskResult>>
  /** What keeps the rollout from starting. */
  readonly gates: { readonly blockedBy: readonly string[] }
  /** Requests that ended since the rollout began, by the name of the arm. */
  readonly requests: Readonly<Record<string, number>>
  /** Visitors of the division that is in force, where they are counted. */
  readonly visitors: VisitorCounts | null
  /** Of the whole service, lately; null: not known. */
  readonly load: { readonly requestsPerSecond: number; readonly errorRate: number } | null
  /** The release that is the service's stable one; null: none. */
  readonly pointer: string | null
}
