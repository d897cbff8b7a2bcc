// A service as a simulation needs it: requests arrive at random, some fail, each takes its time, some are what the business counts.
// The stable release, its fresh instances and the canary may differ. Pure but for the chance it is given.

import { normalBelow } from "../analysis/normal.ts"
import type { Chance } from "./seeded.ts"

/** The service before the release. */
export interface SimulatedTraffic {
  /** Of the whole service. */
  readonly requestsPerSecond: number
  /** 0 … 1 */
  readonly errorRate: number
  /** A log-normal distribution of latencies. */
  readonly latency: { readonly medianSeconds: number; readonly sigma: number }
  /** Business events per request. */
  readonly eventsPerRequest: number
  /** What fresh instances are like beside those that have run for long, canary and baseline alike (default: no different). */
  readonly cold?: { readonly errorFactor: number; readonly latencyFactor: number }
}

/** What the release changes. The default of each is nothing. */
export interface SimulatedEffect {
  /** Errors of the canary, 0 … 1, in place of the service's. */
  readonly errorRate?: number
  /** 1.2: a fifth slower. */
  readonly latencyFactor?: number
  /** 0.8: a fifth fewer business events. */
  readonly eventsFactor?: number
}

export interface ArmLook {
  readonly requests: number
  readonly errors: number
  readonly events: number
  readonly latency: readonly number[]
}

export interface SimulatedArm {
  /** What happens in `seconds` when the arm has this share of the service's requests. */
  look(share: number, seconds: number): ArmLook
}

/** Upper bounds in seconds, four to a doubling from 1 ms to a minute, as the gateway's. */
export const LATENCY_BOUNDS: readonly number[] = Array.from({ length: 65 }, (_, i) => 0.001 * 2 ** (i / 4))

export function simulatedArm(
  traffic: SimulatedTraffic,
  arm: { readonly effect?: SimulatedEffect; readonly cold: boolean },
  chance: Chance,
): SimulatedArm {
  const cold = arm.cold ? traffic.cold : undefined
  const errorRate = arm.effect?.errorRate ?? Math.min(1, traffic.errorRate * (cold?.errorFactor ?? 1))
  const factor = (arm.effect?.latencyFactor ?? 1) * (cold?.latencyFactor ?? 1)
  const shares = latencyShares(traffic.latency.medianSeconds * factor, traffic.latency.sigma)
  const cumulative = cumulated(shares)
  const eventRate = traffic.eventsPerRequest * (arm.effect?.eventsFactor ?? 1)
  return {
    look(share, seconds) {
      const requests = chance.poisson(traffic.requestsPerSecond * share * seconds)
      return {
        requests,
        errors: chance.binomial(requests, errorRate),
        events: chance.poisson(requests * eventRate),
        latency: drawLatencies(requests, { shares, cumulative, chance }),
      }
    },
  }
}

/** The probability of each bucket. */
function latencyShares(median: number, sigma: number): number[] {
  const below = [...LATENCY_BOUNDS.map((bound) => normalBelow(Math.log(bound / median) / sigma)), 1]
  return below.map((value, i) => Math.max(0, value - (below[i - 1] ?? 0)))
}

function cumulated(shares: readonly number[]): number[] {
  let sum = 0
  return shares.map((share) => (sum += share))
}

interface Latencies {
  readonly shares: readonly number[]
  readonly cumulative: readonly number[]
  readonly chance: Chance
}

function drawLatencies(requests: number, { shares, cumulative, chance }: Latencies): number[] {
  const counts = shares.map(() => 0)
  if (requests > 2 * shares.length) {
    // Bucket by bucket of what is left: a multinomial.
    let left = requests
    let mass = 1
    for (const [i, share] of shares.entries()) {
      if (left === 0) break
      const drawn = chance.binomial(left, Math.min(1, share / mass))
      counts[i] = drawn
      left -= drawn
      mass = Math.max(1e-12, mass - share)
    }
    return counts
  }
  for (let i = 0; i < requests; i += 1) {
    const bucket = bucketOf(cumulative, chance.next())
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return counts
}

function bucketOf(cumulative: readonly number[], at: number): number {
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cumulative[middle] ?? 1) > at) high = middle
    else low = middle + 1
  }
  return low
}
