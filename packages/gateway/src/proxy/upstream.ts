// A service's instances as the forwarding of one request needs them. Implemented by the service's runtime, which also
// feeds health, breaker and balancing from what is reported.

import type { Balancer } from "../balance/balancer.ts"
import type { Member } from "../balance/member.ts"
import type { TimeoutsConfig } from "../document/service-schema.ts"
import type { AttemptFailure } from "../types.ts"
import type { UpstreamConnection } from "../upstream/upstream-connection.ts"

/** An instance with a connection to it, for one try. Counted until `finish`. */
export interface Target {
  readonly member: Member
  readonly connection: UpstreamConnection
  /** Who picked it, and counts it. */
  readonly balancer: Balancer
  /** The breaker's, given back with the result. */
  readonly permit: number | undefined
  /** What it came to is known. */
  reported: boolean
}

/** What a try came to: an answer's status, or how it failed. */
export interface AttemptResult {
  readonly status?: number
  readonly failure?: AttemptFailure
  /** From sending to the answer's head or the failure, milliseconds. */
  readonly latencyMs: number
}

/**
 * Why there is no instance.
 * - `none`: no instance may have requests, or all were tried.
 * - `open`: the breaker is open.
 * - `full`: each has as many connections as it may.
 * - `stuck`: the one that a cookie names cannot take it, and the route wants no other.
 */
export type NoTarget = "none" | "open" | "full" | "stuck"

export interface Upstream {
  readonly service: string
  readonly timeouts: TimeoutsConfig
  /** An instance that was not tried. Each target has one `finish`. */
  open(tried: readonly Member[]): Target | NoTarget
  /** The same instance over a new connection. */
  again(target: Target): Target | undefined
  /** The answer's head has come, or the failure: what health and breaker judge by. At most once a target. */
  report(target: Target, result: AttemptResult): void
  finish(target: Target): void
}
