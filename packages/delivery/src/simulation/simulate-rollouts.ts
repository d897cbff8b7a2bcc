// Many rollouts on synthetic traffic, seeded: how long a bad release serves, what it costs, and how often a good one is taken for
// bad. The same seed gives the same answer, and different rules meet traffic of the same kind.

import type { RolloutEnd, Rules } from "./rules.ts"
import { seededChance } from "./seeded.ts"
import type { SimulatedEffect, SimulatedTraffic } from "./simulated-service.ts"
import { simulatedArm } from "./simulated-service.ts"

export interface SimulationInput {
  readonly runs: number
  readonly seed: number
  readonly traffic: SimulatedTraffic
  /** Absent: the release is the same (A/A). */
  readonly effect?: SimulatedEffect
  readonly rules: Rules
}

/** Seconds or requests; Infinity where that share of the runs never got there. */
export interface Spread {
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

export interface SimulationSummary {
  readonly rules: string
  readonly runs: number
  /** Shares of the runs, which sum to 1. */
  readonly rolledBack: number
  readonly promoted: number
  readonly undecided: number
  /** From the first visitor of the canary to its last, of all runs; those that were not rolled back count as Infinity. */
  readonly secondsToZero: Spread
  /** Requests that failed in the canary, in all runs. */
  readonly failedRequests: Spread
  /** From the beginning to the end, whatever it was. */
  readonly seconds: Spread
}

/** From the decision until the last request was sent to the canary: the target of the control path (250 ms). */
const ROUTING_SECONDS = 0.25
/** No rollout runs for longer. */
const LONGEST_SECONDS = 7_200

export function simulateRollouts({ runs, seed, traffic, effect, rules }: SimulationInput): SimulationSummary {
  const results = Array.from({ length: runs }, (_, run) =>
    simulateOne({ seed: seed + run * 7_919, traffic, rules, ...(effect ? { effect } : {}) }),
  )
  const share = (end: RolloutEnd): number => results.filter((one) => one.end === end).length / runs
  return {
    rules: rules.name,
    runs,
    rolledBack: share("rolledBack"),
    promoted: share("promoted"),
    undecided: share("undecided"),
    secondsToZero: spreadOf(
      results.map(({ end, seconds }) =>
        end === "rolledBack" ? seconds + ROUTING_SECONDS : Number.POSITIVE_INFINITY,
      ),
    ),
    failedRequests: spreadOf(results.map(({ failed }) => failed)),
    seconds: spreadOf(results.map(({ seconds }) => seconds)),
  }
}

function simulateOne(input: Omit<SimulationInput, "runs">): {
  end: RolloutEnd
  seconds: number
  failed: number
} {
  const { traffic, effect, rules } = input
  const chance = seededChance(input.seed)
  const arms = {
    canary: simulatedArm(traffic, { cold: true, ...(effect ? { effect } : {}) }, chance),
    baseline: simulatedArm(traffic, { cold: true }, chance),
    stable: simulatedArm(traffic, { cold: false }, chance),
  }
  const run = rules.begin(traffic.requestsPerSecond)
  let failed = 0
  for (let second = 1; second <= LONGEST_SECONDS; second += 1) {
    const { canary, baseline } = run.shares
    const look = {
      canary: arms.canary.look(canary, 1),
      baseline: arms.baseline.look(baseline, 1),
      stable: arms.stable.look(Math.max(0, 1 - canary - baseline), 1),
    }
    failed += look.canary.errors
    const end = run.look(look, second)
    if (end === undefined) continue
    if (end === "rolledBack") failed += arms.canary.look(canary, ROUTING_SECONDS).errors
    return { end, seconds: second, failed }
  }
  return { end: "undecided", seconds: LONGEST_SECONDS, failed }
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}
