// An instance as the algorithms see it, and what an algorithm is. The balancer alone changes a member's availability and
// weight; algorithms read them.

import type { Instance } from "../types.ts"

/** Requests in flight to one instance, whichever balancer picked it for them. */
export interface Load {
  inFlight: number
}

export interface Member {
  instance: Instance
  /** The instance's; counted by `Balancer.begin` and `end`. */
  readonly load: Load
  readonly inFlight: number
  /** Healthy, not ejected, not draining. */
  available: boolean
  /** Leaves no new request to it and does not count for panic, while its requests end. */
  draining: boolean
  /** May be picked: available, or all are in a panic. */
  eligible: boolean
  /** Its share while it warms up, above 0 to 1. */
  ramp: number
  /** The instance's weight times `ramp`. */
  weight: number
  /** Running value of the algorithms that go in turn; theirs alone. */
  credit: number
}

/** One way to pick a member. Built once per balancer; keeps its position when members come and go. */
export interface Algorithm {
  /** The members, and those of them that may be picked, have changed. */
  use(all: readonly Member[], eligible: readonly Member[]): void
  /**
   * A member that is eligible and not excluded; undefined when there is none.
   * @param hash 0 … 2³²−1, of what the request is to stay with; only hashing algorithms look at it.
   */
  pick(hash: number, excluded: readonly Member[]): Member | undefined
}

export interface AlgorithmDeps {
  /** 0 ≤ value < 1. */
  readonly random: () => number
  /** Bound of hashing algorithms, see `loadFactor` in the schema. */
  readonly loadFactor: number
}
