// What the answers to the gateway's own questions make of an instance. A pure step; asking, and when, is the caller's.
//
// - `unknown`: not asked yet; gets no requests. The first answer makes it healthy or unhealthy.
// - `healthy`: to `unhealthy` after `unhealthyThreshold` bad answers in a row.
// - `unhealthy`: to `healthy` after `healthyThreshold` good ones in a row.

import type { ActiveHealthConfig } from "./health-schema.ts"

export type HealthStatus = "unknown" | "healthy" | "unhealthy"

export interface ActiveHealth {
  readonly status: HealthStatus
  /** Answers in a row that speak against the status. */
  readonly against: number
}

export const UNKNOWN_HEALTH: ActiveHealth = { status: "unknown", against: 0 }

/** @param passed the answer came in time and its status was 2xx. */
export function nextHealth(
  {
    healthyThreshold,
    unhealthyThreshold,
  }: Pick<ActiveHealthConfig, "healthyThreshold" | "unhealthyThreshold">,
  { status, against }: ActiveHealth,
  passed: boolean,
): ActiveHealth {
  const says: HealthStatus = passed ? "healthy" : "unhealthy"
  if (status === "unknown" || status === says) return { status: says, against: 0 }
  const needed = passed ? healthyThreshold : unhealthyThreshold
  return against + 1 >= needed ? { status: says, against: 0 } : { status, against: against + 1 }
}
