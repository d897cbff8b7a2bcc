// Keeps retries from becoming the storm that they answer: so many percent of the requests, in flight and over ten seconds,
// and a few whatever the traffic. Sources: Finagle's RetryBudget (ratio over time), Envoy's retry budget (ratio in flight).

import { createWindowCounts } from "../values/window-counts.ts"
import type { RetriesConfig } from "./resilience-schema.ts"

const WINDOW = 10_000
const REQUESTS = 0
const RETRIES = 1

export interface RetryBudget {
  /** A request begins; each has one `end`. */
  begin(now: number): void
  end(): void
  /** Takes a retry from the budget if there is one; each that was taken has one `endRetry`. */
  tryRetry(now: number): boolean
  endRetry(): void
}

export function createRetryBudget({ percent, minConcurrent }: RetriesConfig["budget"]): RetryBudget {
  const counts = createWindowCounts(WINDOW, 2)
  const share = percent / 100
  let active = 0
  let retrying = 0
  return {
    begin(now) {
      active += 1
      counts.add(REQUESTS, 1, now)
    },
    end() {
      active -= 1
    },
    tryRetry(now) {
      if (retrying >= Math.max(minConcurrent, active * share)) return false
      if (counts.sum(RETRIES, now) + 1 > counts.sum(REQUESTS, now) * share + minConcurrent) return false
      retrying += 1
      counts.add(RETRIES, 1, now)
      return true
    },
    endRetry() {
      retrying -= 1
    },
  }
}
