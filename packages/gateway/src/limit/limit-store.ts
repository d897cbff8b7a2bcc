// Where counts are kept: the seam between the limits and memory, or a store that several gateways share. A store takes one
// request from all counts of a plan or from none.

import type { Reading } from "./counter.ts"
import type { RateLimitPolicy } from "./rate-limit-schema.ts"

/** One policy's part in a request. */
export interface PlannedLimit<Counts> {
  readonly policy: RateLimitPolicy
  readonly counts: Counts
  readonly key: string
  /** Filled in by the store. `remaining` is what is left after the request. */
  readonly reading: Reading
}

/** @template Taken `void`, or a promise where the counts are elsewhere. */
export interface LimitStore<Counts, Taken> {
  /** Counts for a policy. Called once for each `id` until it is closed; ids of equal definitions are equal. */
  open(id: string, policy: RateLimitPolicy): Counts
  close(counts: Counts): void
  /**
   * Reads each limit, and if none that is enforced refuses, counts the request in each that allows it. Those of a dry run
   * count what they would let through, and stop nothing. `now`: milliseconds, monotonic.
   */
  take(plan: readonly PlannedLimit<Counts>[], now: number): Taken
}
