// A service's instances as the forwarding of one request needs them. Implemented by the service's runtime, which also
// feeds health, breaker and balancing from what is reported.

import type { Member } from "../balance/member.ts"
import type { TimeoutsConfig } from "../document/service-schema.ts"
import type { AttemptFailure } from "../types.ts"
import type { InstancePool } from "../upstream/instance-pool.ts"

export interface Target {
  readonly member: Member
  readonly pool: InstancePool
}

/** What a try came to: an answer's status, or how it failed; neither when it was given up. */
export interface AttemptResult {
  readonly status?: number
  readonly failure?: AttemptFailure
  /** From sending to the answer's head or the failure, milliseconds. */
  readonly latencyMs: number
}

export interface Upstream {
  readonly service: string
  readonly timeouts: TimeoutsConfig
  /** An instance that was not tried; undefined when there is none. `refused`: the breaker is open. */
  choose(tried: readonly Member[]): Target | undefined
  /** A try begins. Each has one `finish`. */
  begin(target: Target): void
  /** The answer's head has come, or the failure: what health and breaker judge by. Once a try, before `finish`. */
  report(target: Target, result: AttemptResult): void
  finish(target: Target): void
}
