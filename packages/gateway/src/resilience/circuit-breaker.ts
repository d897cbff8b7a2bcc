// Stops asking an upstream that fails, and finds out with a few calls whether it is well again. Counts only what it let
// through. Sources: Nygard, "Release It!" (2007); the states as in resilience4j.
//
// - `closed`: all calls pass. To `open` when `minRequests` were made in `window` and `failureRatio` of them failed.
// - `open`: none passes. To `halfOpen` after `openFor`.
// - `halfOpen`: `halfOpenCalls` pass, no more. To `closed` when all of them succeeded, to `open` when one failed.

import { createWindowCounts } from "../values/window-counts.ts"
import type { CircuitBreakerConfig } from "./resilience-schema.ts"

export type BreakerState = "closed" | "open" | "halfOpen"

/** `unknown`: it ended without saying anything about the upstream (the client left). */
export type CallResult = "ok" | "failed" | "unknown"

/** Given out with a call and given back with its result. */
export type Permit = number

export interface CircuitBreaker {
  /** A permit to call, or undefined: refuse. Each permit is given back by one `leave`. */
  enter(now: number): Permit | undefined
  /** Results of calls from before the last change of state are not counted. */
  leave(permit: Permit, result: CallResult, now: number): void
  state(now: number): BreakerState
  /** While open: until calls may pass again, milliseconds; else 0. */
  retryAfter(now: number): number
}

const CALLS = 0
const FAILURES = 1

export function createCircuitBreaker(config: CircuitBreakerConfig): CircuitBreaker {
  const counts = createWindowCounts(config.window, 2)
  let state: BreakerState = "closed"
  /** Counts changes of state; a permit is the number that was current. */
  let era: Permit = 0
  let openUntil = 0
  let trials = 0
  let passed = 0

  function become(next: BreakerState) {
    state = next
    era += 1
    trials = 0
    passed = 0
    counts.clear()
  }

  function open(now: number) {
    become("open")
    openUntil = now + config.openFor
  }

  function settle(now: number): BreakerState {
    if (state === "open" && now >= openUntil) become("halfOpen")
    return state
  }

  function leaveTrial(result: CallResult, now: number) {
    if (result === "failed") open(now)
    else if (result === "unknown") trials -= 1
    else {
      passed += 1
      if (passed >= config.halfOpenCalls) become("closed")
    }
  }

  return {
    enter(now) {
      switch (settle(now)) {
        case "closed":
          return era
        case "open":
          return undefined
        case "halfOpen":
          if (trials >= config.halfOpenCalls) return undefined
          trials += 1
          return era
      }
    },
    leave(permit, result, now) {
      if (permit !== era) return
      if (state === "halfOpen") leaveTrial(result, now)
      else if (result !== "unknown") {
        counts.add(CALLS, 1, now)
        if (result === "ok") return
        counts.add(FAILURES, 1, now)
        const calls = counts.sum(CALLS, now)
        if (calls >= config.minRequests && counts.sum(FAILURES, now) >= calls * config.failureRatio) open(now)
      }
    },
    state: settle,
    retryAfter: (now) => (settle(now) === "open" ? openUntil - now : 0),
  }
}
