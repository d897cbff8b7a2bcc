// The state of a rollout, and the few ways in which it changes: a state is entered, an event is put down, somebody is to be told.
// JSON throughout, with null for what is not there, so that it is the same after it was on the disk.

import type { RolloutEventType } from "../events/rollout-event.ts"
import type { RolloutOutcome } from "./views.ts"

export const phaseNames = [
  "gated",
  "asking",
  "preparing",
  "testing",
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
  "telling",
  "returning",
  "held",
  "cleaning",
  "ended",
] as const

export type PhaseName = (typeof phaseNames)[number]

/** Who or what stopped it; time in the phase stands still meanwhile. */
export interface Pause {
  readonly kind: "operator" | "inconclusive" | "no-traffic"
  readonly by: string
  readonly reason: string
  /** The analysis whose verdict it was; empty otherwise. */
  readonly purpose: string
}

export interface RolloutState {
  readonly version: 1
  readonly phase: PhaseName
  /** Milliseconds that this phase has gone on, without pauses. */
  readonly phaseMs: number
  /** `now` of the last decision. */
  readonly elapsedMs: number
  /** Rises with everything that must be on the disk before it is acted upon. */
  readonly revision: number
  /** Why it is where it is. */
  readonly reason: string
  readonly paused: Pause | null
  /** The canary's step, from 0. */
  readonly step: number
  /** Requests by arm when the step, or the experiment, began. */
  readonly stepBase: Readonly<Record<string, number>>
  /** Percent of visitors of the canary that are planned now; of a rolling update, of the new instances. */
  readonly weight: number
  /** The greatest weight that was asked for; fleets do not shrink below what it needs. */
  readonly maxWeight: number
  readonly headerRoute: { readonly header: string; readonly value: string } | null
  /** Percent of requests that are copied to the canary. */
  readonly mirror: number
  /** Instances of the old and of the new release that a rolling update wants now. */
  readonly rolling: { readonly old: number; readonly new: number }
  /** How often each analysis was begun, by purpose. */
  readonly attempts: Readonly<Record<string, number>>
  /** Purposes of analyses that have passed, or that somebody took for passed. */
  readonly passed: readonly string[]
  readonly approvals: readonly number[]
  /** What somebody ended with `promote`: a phase's name, or `step 3`. */
  readonly skips: readonly string[]
  /** How often all began again: a resumed `held`. */
  readonly round: number
  readonly confirm: { readonly round: number; readonly askedMs: number }
  /** For how long fleets that have visitors have had no ready instance. */
  readonly unreadyMs: Readonly<Record<string, number>>
  /** Why it goes back. */
  readonly failure: {
    readonly kind: "failed" | "aborted" | "undone"
    readonly reason: string
    readonly by: string
  } | null
  /** The release of an A/B test's best variant. */
  readonly winner: string | null
  /** The new release was given all visitors. */
  readonly switched: boolean
  /** Calls of hooks that nobody waits for, except at the end. */
  readonly tells: readonly Tell[]
  /** Events that are not in the log yet. */
  readonly outbox: readonly PendingEvent[]
  /** Number of the last event. */
  readonly sequence: number
  readonly outcome: RolloutOutcome | null
}

export interface Tell {
  readonly id: string
  /** Index in the spec's hooks. */
  readonly hook: number
  readonly text: string
}

export interface PendingEvent {
  /** From 1, without gaps, within the rollout. */
  readonly sequence: number
  readonly type: RolloutEventType
  readonly data: { readonly text: string } & Readonly<Record<string, unknown>>
}

/** More than a rollout of fifty steps can put down between two writings of the log. */
const MAX_OUTBOX = 500

export function initialState(phase: PhaseName = "gated"): RolloutState {
  return {
    version: 1,
    phase,
    phaseMs: 0,
    elapsedMs: 0,
    revision: 0,
    reason: "has just begun",
    paused: null,
    step: 0,
    stepBase: {},
    weight: 0,
    maxWeight: 0,
    headerRoute: null,
    mirror: 0,
    rolling: { old: 0, new: 0 },
    attempts: {},
    passed: [],
    approvals: [],
    skips: [],
    round: 1,
    confirm: { round: 1, askedMs: 0 },
    unreadyMs: {},
    failure: null,
    winner: null,
    switched: false,
    tells: [],
    outbox: [],
    sequence: 0,
    outcome: null,
  }
}

/** Something that must be kept before it is acted upon. */
export function change(state: RolloutState, part: Partial<RolloutState>): RolloutState {
  return { ...state, ...part, revision: state.revision + 1 }
}

export function emit(state: RolloutState, type: RolloutEventType, data: PendingEvent["data"]): RolloutState {
  const sequence = state.sequence + 1
  const outbox = [...state.outbox, { sequence, type, data }].slice(-MAX_OUTBOX)
  return change(state, { outbox, sequence })
}

/** Enters a phase; its time begins at 0. */
export function enter(state: RolloutState, phase: PhaseName, text: string): RolloutState {
  const entered = change(state, { phase, phaseMs: 0, unreadyMs: {}, reason: text })
  return emit(entered, "rollout.phase", { text, phase })
}

export function pause(state: RolloutState, paused: Pause): RolloutState {
  const { reason, by, kind } = paused
  return emit(change(state, { paused, reason }), "rollout.paused", { text: `Paused: ${reason}`, by, kind })
}

/** Ends in `ended`; nothing leaves that. */
export function end(state: RolloutState, outcome: RolloutOutcome, text: string): RolloutState {
  const ended = change(state, {
    phase: "ended",
    phaseMs: 0,
    unreadyMs: {},
    reason: text,
    outcome,
    paused: null,
  })
  return emit(ended, "rollout.ended", { text, outcome })
}
