// From the gateway's counters to requests since a rollout began, and to the load of a service lately. Pure; counters that begin
// again at 0, because the gateway did, take nothing away.

import type { RequestCounts } from "./rollout-record.ts"

/** One of the gateway's series, summed over routes and instances; it only rises, or begins again at 0. */
export interface GatewayCounter {
  readonly arm: string
  readonly fleet: string
  readonly requests: number
  /** Of them: 5xx, or no answer from an instance. */
  readonly failures: number
}

/** Visitors that arms have met since the gateway divides as it does now: a sample, each visitor with the same probability. */
export interface VisitorCounts {
  /** By the name of the arm. */
  readonly sampled: Readonly<Record<string, number>>
  /** The sample has one in so many; a power of 2. */
  readonly oneIn: number
}

export interface GatewayCounts {
  /** As they were last read, at most a second ago; empty where they could not be. */
  read(service: string): readonly GatewayCounter[]
  /** Null where nothing is divided by visitors, or more than one gateway divides them. */
  visitors(service: string): VisitorCounts | null
}

export const noCounts: RequestCounts = { total: {}, seen: null }

/** What was there when the rollout began does not count. */
export function countRequests(before: RequestCounts, counters: readonly GatewayCounter[]): RequestCounts {
  if (counters.length === 0) return before
  const total: Record<string, number> = { ...before.total }
  const seen: Record<string, number> = { ...before.seen }
  for (const { arm, fleet, requests } of counters) {
    const key = `${arm} ${fleet}`
    const last = before.seen === null ? requests : (before.seen[key] ?? 0)
    const added = requests < last ? requests : requests - last
    if (added > 0) total[arm] = (total[arm] ?? 0) + added
    seen[key] = requests
  }
  return { total, seen }
}

export interface Load {
  readonly requestsPerSecond: number
  /** 0 … 1 */
  readonly errorRate: number
}

interface Look {
  readonly at: number
  readonly requests: number
  readonly failures: number
}

const WINDOW_MS = 60_000
const LEAST_MS = 3_000
const BETWEEN_MS = 1_000

/** The load of one service over the last minute. `now` is monotonic milliseconds. */
export function createLoadMeter() {
  let looks: readonly Look[] = []
  return {
    add(counters: readonly GatewayCounter[], now: number): void {
      if (counters.length === 0) return
      const last = looks.at(-1)
      if (last && now - last.at < BETWEEN_MS) return
      const requests = counters.reduce((sum, one) => sum + one.requests, 0)
      const failures = counters.reduce((sum, one) => sum + one.failures, 0)
      const restarted = last && requests < last.requests
      looks = [
        ...(restarted ? [] : looks.filter(({ at }) => at >= now - WINDOW_MS)),
        { at: now, requests, failures },
      ]
    },
    /** Null until it has been looked at for some seconds. */
    load(): Load | null {
      const first = looks[0]
      const last = looks.at(-1)
      if (!first || !last || last.at - first.at < LEAST_MS) return null
      const requests = last.requests - first.requests
      const failures = Math.max(0, last.failures - first.failures)
      return {
        requestsPerSecond: (requests * 1_000) / (last.at - first.at),
        errorRate: requests === 0 ? 0 : Math.min(1, failures / requests),
      }
    },
  }
}

export type LoadMeter = ReturnType<typeof createLoadMeter>
