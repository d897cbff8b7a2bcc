// When a slow request gets a second copy, and how many may. Only for requests that may be sent twice; who asks has to know.
// Source: Dean, Barroso, "The Tail at Scale", CACM 56 (2013).

import { createLatencyWindow } from "../values/latency-histogram.ts"
import type { HedgeConfig } from "./resilience-schema.ts"

const WINDOW = 60_000
/** A percentile of fewer says nothing. */
const MIN_SAMPLES = 100
/** Copies that may be saved up in quiet times. */
const MOST_SAVED = 10

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const

export interface Hedging {
  /** A request begins: it brings its part of a copy. */
  begin(): void
  /** A first copy was answered after so many milliseconds. */
  record(latencyMs: number, now: number): void
  /** How long to wait for the first copy; undefined while too little is known. Milliseconds. */
  delay(now: number): number | undefined
  /** Takes one copy from the budget, if there is one. Never more than `maxPercent` of all requests so far. */
  tryHedge(): boolean
}

export function createHedging({ after, maxPercent }: HedgeConfig): Hedging {
  const latencies = createLatencyWindow(WINDOW)
  let saved = 0
  return {
    begin() {
      saved = Math.min(MOST_SAVED, saved + maxPercent / 100)
    },
    record(latencyMs, now) {
      latencies.record(latencyMs, now)
    },
    delay(now) {
      if (typeof after === "number") return after
      return latencies.count(now) < MIN_SAMPLES ? undefined : latencies.quantile(QUANTILES[after], now)
    },
    tryHedge() {
      if (saved < 1) return false
      saved -= 1
      return true
    },
  }
}
