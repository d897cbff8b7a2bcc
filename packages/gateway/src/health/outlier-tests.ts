// The statistics of outlier detection. Pure.

import { createLatencyHistogram } from "../values/latency-histogram.ts"
import type { PassiveHealthConfig } from "./health-schema.ts"
import type { InstanceRecord } from "./instance-record.ts"

export interface Share {
  readonly hits: number
  readonly of: number
}

/** Chance alone must get there less often than this; there is a look each second, for months, and instances are chosen. */
const CHANCE = 1e-7
/** And so many times the peers' share, since with much traffic a small difference is no chance either. */
const TIMES = 2

/**
 * Whether a share lies clearly above another: at least twice as high, and by an exact test. If both had the same rate, each of
 * all hits would be the first one's with the probability of its part of all requests. (Przyborowski, Wilenski, "Homogeneity of
 * results in testing samples from Poisson series", Biometrika 31, 1940.) An approximation by the normal distribution would not
 * do: it takes 4 errors of 25 against none of 100 for impossible.
 */
export function clearlyAbove(one: Share, other: Share): boolean {
  if (one.hits === 0 || one.hits / one.of < (other.hits / other.of) * TIMES) return false
  return binomialTail(one.hits, one.hits + other.hits, one.of / (one.of + other.of)) < CHANCE
}

/** The probability of `atLeast` hits or more in `trials`, each with the probability `p`. Above the mean. */
export function binomialTail(atLeast: number, trials: number, p: number): number {
  const { log, exp } = Math
  let term = exp(
    lnFactorial(trials) -
      lnFactorial(atLeast) -
      lnFactorial(trials - atLeast) +
      atLeast * log(p) +
      (trials - atLeast) * log(1 - p),
  )
  let sum = 0
  for (let hits = atLeast; hits <= trials && term > sum * 1e-12; hits += 1) {
    sum += term
    term *= ((trials - hits) / (hits + 1)) * (p / (1 - p))
  }
  return Math.min(1, sum)
}

/** Stirling's series; right to 0.1 % for 1, better for more. */
function lnFactorial(n: number): number {
  return n === 0 ? 0 : n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3)
}

/** The share of an instance's requests that failed. */
export function errorShare(record: InstanceRecord, now: number): Share {
  const { requests, errors } = record.totals(now)
  return { hits: errors, of: requests }
}

/** The same of its last few requests. */
export function lateShare(record: InstanceRecord): Share {
  return { hits: record.lateErrors(), of: record.lateRequests }
}

export function sumOf(shares: readonly Share[]): Share {
  return shares.reduce((sum, { hits, of }) => ({ hits: sum.hits + hits, of: sum.of + of }), {
    hits: 0,
    of: 0,
  })
}

/**
 * Those with the lower shares, half of them, rounded down, at least one: what an instance is held against. Those without
 * requests come last.
 */
export function betterHalf(
  peers: readonly InstanceRecord[],
  shareOf: (peer: InstanceRecord) => Share,
): readonly InstanceRecord[] {
  if (peers.length < 2) return peers
  const rated = peers.map((peer) => {
    const { hits, of } = shareOf(peer)
    return { peer, rate: of === 0 ? 2 : hits / of }
  })
  return rated
    .toSorted((a, b) => a.rate - b.rate)
    .slice(0, Math.floor(peers.length / 2))
    .map(({ peer }) => peer)
}

/** The part of the slowest that must be slow. */
const SLOW_QUANTILE = 0.9

/**
 * The shares of slow answers: those above `latencyFactor` times the peers' 90th percentile. Undefined when the instance's own
 * 90th percentile is not that slow, or there are too few answers.
 */
export function slowShares(
  record: InstanceRecord,
  peers: readonly InstanceRecord[],
  { config, now }: { config: PassiveHealthConfig; now: number },
): { readonly own: Share; readonly peers: Share } | undefined {
  const own = record.latencies(now)
  const others = createLatencyHistogram()
  for (const peer of peers) others.addAll(peer.latencies(now), 1)
  if (own.count < config.minRequests || others.count < config.minRequests) return undefined
  const usual = others.quantile(SLOW_QUANTILE) ?? 0
  const slow = Math.max(usual * config.latencyFactor, usual + config.latencyFloor)
  if ((own.quantile(SLOW_QUANTILE) ?? 0) < slow) return undefined
  return {
    own: { hits: own.countAbove(slow), of: own.count },
    peers: { hits: others.countAbove(slow), of: others.count },
  }
}
