// How much of a limit each importance may use, so that there is always room left for what matters more. Pure arithmetic.

import type { Importance } from "./resilience-schema.ts"

/** Share of the limit up to which requests of an importance are let in. */
const SHARES: Readonly<Record<Importance, number>> = { critical: 1, high: 0.95, normal: 0.9, low: 0.6 }

/**
 * Requests in flight, of all kinds together, below which one more of this importance is let in. At least 1, so that no limit
 * shuts anybody out of an idle upstream; `critical` has at least one place that nobody else may take, above the limit if
 * the limit is that small.
 */
export function roomFor(importance: Importance, limit: number): number {
  if (importance === "critical") return Math.max(limit, roomFor("high", limit) + 1)
  return Math.max(1, Math.floor(limit * SHARES[importance]))
}

/** As `roomFor`, for places to wait: where there are none, there are none. */
export function waitingRoomFor(importance: Importance, places: number): number {
  return Math.floor(places * SHARES[importance])
}
