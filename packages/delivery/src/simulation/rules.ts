// What a progressive-delivery tool does, as a simulation asks it: each second it sees what the arms did, and says which share of the
// visitors each has next. Aviary's rules are its own analysis and ramp; those of the others are written down from their documents.

import type { ArmLook } from "./simulated-service.ts"

export interface Shares {
  /** 0 … 1; the rest is stable's. */
  readonly canary: number
  readonly baseline: number
}

export interface Look {
  readonly canary: ArmLook
  readonly baseline: ArmLook
  readonly stable: ArmLook
}

/** `undecided`: the time was over without a verdict; the rollout pauses, or goes on to wait. */
export type RolloutEnd = "promoted" | "rolledBack" | "undecided"

export interface RulesRun {
  readonly shares: Shares
  /** What happened in the second that ends at `second`. The end, once there is one. */
  look(look: Look, second: number): RolloutEnd | undefined
}

export interface Rules {
  readonly name: string
  /** Begins a rollout. @param requestsPerSecond of the whole service */
  begin(requestsPerSecond: number): RulesRun
}
