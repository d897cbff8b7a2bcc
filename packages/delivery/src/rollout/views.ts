// What operators, the control API and the terminal are shown of a service and its rollouts. Plain JSON: made of the state, never
// read back into it.

import type { AnalysisStatus, Detectable } from "../analysis/analysis.ts"
import type { FleetStatus } from "../supervisor/fleets.ts"

export type StrategyName = "rolling" | "blueGreen" | "canary" | "abTest" | "undo"

/**
 * - `promoted`: the new release is the stable one.
 * - `rolled-back`: something failed and all requests went back to the release that was stable before.
 * - `aborted`: somebody ended it; all requests went back.
 * - `undone`: it had been promoted, and somebody took that back while it was still being watched.
 */
export type RolloutOutcome = "promoted" | "rolled-back" | "aborted" | "undone"

/**
 * - `progressing`: goes on by itself.
 * - `waiting`: for requests, a verdict, a gate or a hook; goes on by itself.
 * - `paused`: until somebody resumes, promotes or aborts it; `reason` says why.
 * - an outcome: it has ended.
 */
export type RolloutStatus = "progressing" | "waiting" | "paused" | RolloutOutcome

export interface RolloutStepView {
  /** From 0. */
  readonly index: number
  /** `5 % of visitors`, `until 100 requests per arm`. */
  readonly text: string
  readonly state: "done" | "current" | "todo"
}

export interface RolloutFleetView extends FleetStatus {
  readonly id: string
  readonly release: string
  /** What it is to the rollout: `stable`, `baseline`, `canary`, a variant's name. */
  readonly role: string
}

export interface RolloutView {
  readonly id: string
  readonly service: string
  readonly strategy: StrategyName
  /** The release that was stable when it began; undefined for the first of a service. */
  readonly from: string | undefined
  readonly to: string
  readonly status: RolloutStatus
  /** Name of the state; docs/rollouts.md lists them. */
  readonly phase: string
  /** Why it is where it is, as a sentence. */
  readonly reason: string
  /** Who can let it go on: a step's approval, or `promote`; undefined where nobody has to. */
  readonly waitsFor:
    | { readonly kind: "approval" | "promote" | "resume"; readonly stepIndex?: number }
    | undefined
  readonly steps: readonly RolloutStepView[]
  /** What the gateway was last known to do, in percent of visitors; the rest has the arm `stable`. */
  readonly weights: readonly { readonly arm: string; readonly fleet: string; readonly weight: number }[]
  readonly fleets: readonly RolloutFleetView[]
  readonly analyses: readonly (AnalysisStatus & { readonly id: string })[]
  /** Requests that each arm has had since the rollout began. */
  readonly requests: Readonly<Record<string, number>>
  readonly requestedBy: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly endedAt: string | undefined
  /** Time that it has run, without the time that nobody looked at it. */
  readonly elapsedMs: number
}

export interface RolloutSummary {
  readonly id: string
  readonly service: string
  readonly strategy: StrategyName
  readonly from: string | undefined
  readonly to: string
  readonly outcome: RolloutOutcome
  readonly reason: string
  readonly requestedBy: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly endedAt: string
  readonly elapsedMs: number
}

export interface PlannedStep {
  readonly index: number
  readonly text: string
  /** Percent of visitors of the new release from this step on. */
  readonly weight: number | undefined
  /** How long it takes at today's traffic, in milliseconds; undefined where that depends on somebody or cannot be known. */
  readonly expectedMs: number | undefined
}

/** What would happen, before it does. */
export interface RolloutPlan {
  readonly service: string
  readonly strategy: StrategyName
  readonly from: string | undefined
  readonly steps: readonly PlannedStep[]
  /** Of the whole service, over what has been counted lately; undefined when nothing was. */
  readonly requestsPerSecond: number | undefined
  /** What the rollout's analysis can see at that traffic within its time. */
  readonly detectable: readonly Detectable[]
  /** What keeps it from starting now; empty when nothing does. */
  readonly blockedBy: readonly string[]
  readonly warnings: readonly string[]
}

export interface ServiceView {
  readonly name: string
  readonly stable: { readonly release: string; readonly since: string } | undefined
  /** Newest first; `warm` ones still run, and an undo to them is a change of routes. */
  readonly previous: readonly { readonly release: string; readonly warm: boolean }[]
  /** The rollout that is under way. */
  readonly rollout:
    | { readonly id: string; readonly status: RolloutStatus; readonly reason: string }
    | undefined
  readonly queued: readonly { readonly release: string; readonly requestedBy: string }[]
  readonly fleets: readonly RolloutFleetView[]
}
