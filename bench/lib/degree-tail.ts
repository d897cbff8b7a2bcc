// How many followers members have: a power law fitted to the tail of a real network by maximum likelihood, its beginning chosen by
// the Kolmogorov–Smirnov distance, and a generator of follower counts that follows the fit. Source: Clauset, Shalizi & Newman,
// Power-law distributions in empirical data, SIAM Review 51 (2009), sections 3.1 to 3.3, for whole numbers. Pure.

import type { Random } from "./random.ts"

export interface DegreeTail {
  /** P(x) is in proportion to x^-alpha from xmin on. */
  readonly alpha: number
  readonly xmin: number
  /** The share of members in the tail, and how many they are. */
  readonly share: number
  readonly count: number
  /** The largest distance between the tail and its fit, as shares. */
  readonly distance: number
  /** The most followers that anybody has. */
  readonly most: number
  /** Follower counts below xmin: 101 quantiles, from the least to the most. */
  readonly body: readonly number[]
}

/** A tail shorter than this says little. */
const TAIL_AT_LEAST = 100

/** Fits the tail of follower counts. RangeError where too few are above zero. */
export function fitDegreeTail(followers: Uint32Array): DegreeTail {
  const sorted = Float64Array.from(followers).sort()
  const candidates = startsOf(sorted)
  let best: { alpha: number; distance: number; start: number } | undefined
  for (const start of candidates) {
    const alpha = likeliestAlpha(sorted, start)
    const distance = distanceOf(sorted, start, alpha)
    if (!best || distance < best.distance) best = { alpha, distance, start }
  }
  if (!best) throw new RangeError("Too few members have followers for a tail to be fitted.")
  const { start } = best
  const count = sorted.length - start
  return {
    alpha: best.alpha,
    xmin: sorted[start] as number,
    share: count / sorted.length,
    count,
    distance: best.distance,
    most: sorted[sorted.length - 1] as number,
    body: Array.from({ length: 101 }, (_, i) => sorted[Math.floor(((start - 1) * i) / 100)] ?? 0),
  }
}

/** Where a tail may begin: the first place of each different value above zero, while enough is left. */
function startsOf(sorted: Float64Array): number[] {
  const starts: number[] = []
  for (let i = 0; i < sorted.length - TAIL_AT_LEAST; i += 1) {
    if ((sorted[i] as number) > 0 && sorted[i] !== sorted[i - 1]) starts.push(i)
  }
  return starts
}

/** The exponent under which the tail is likeliest: golden-section search, the likelihood having one peak. */
function likeliestAlpha(sorted: Float64Array, start: number): number {
  const xmin = sorted[start] as number
  const count = sorted.length - start
  let logs = 0
  for (let i = start; i < sorted.length; i += 1) logs += Math.log(sorted[i] as number)
  const likelihood = (alpha: number): number => -count * Math.log(hurwitzZeta(alpha, xmin)) - alpha * logs
  const golden = (Math.sqrt(5) - 1) / 2
  let low = 1.05
  let high = 8
  while (high - low > 1e-5) {
    const a = high - golden * (high - low)
    const b = low + golden * (high - low)
    if (likelihood(a) > likelihood(b)) high = b
    else low = a
  }
  return (low + high) / 2
}

function distanceOf(sorted: Float64Array, start: number, alpha: number): number {
  const total = hurwitzZeta(alpha, sorted[start] as number)
  const count = sorted.length - start
  let distance = 0
  for (let i = start; i < sorted.length; i += 1) {
    const value = sorted[i] as number
    // The last of equal values: the share of the tail that is at most this.
    if (sorted[i + 1] === value) continue
    const fitted = 1 - hurwitzZeta(alpha, value + 1) / total
    distance = Math.max(distance, Math.abs((i + 1 - start) / count - fitted))
  }
  return distance
}

const EXACT_TERMS = 8

/** The sum of (q + n)^-s over n from 0 on: some terms as they are, the rest by Euler and Maclaurin. For s > 1 and q ≥ 1. */
function hurwitzZeta(s: number, q: number): number {
  let sum = 0
  for (let n = 0; n < EXACT_TERMS; n += 1) sum += (q + n) ** -s
  const a = q + EXACT_TERMS
  const tail = a ** (1 - s) / (s - 1) + a ** -s / 2 + (s * a ** (-s - 1)) / 12
  return sum + tail - (s * (s + 1) * (s + 2) * a ** (-s - 3)) / 720
}

/** How large a network by this fit has to be for its most-followed member to have about so many followers. */
export function membersForMost(tail: DegreeTail, followers: number): number {
  const above = hurwitzZeta(tail.alpha, followers) / hurwitzZeta(tail.alpha, tail.xmin)
  return 1 / (above * tail.share)
}

/** Follower counts by the fit, at most `most`: the tail by its law, the others as the real ones are spread. */
export function createFollowerCounts(tail: DegreeTail, random: Random, most: number): () => number {
  return () => {
    if (random.next() >= tail.share) return tail.body[random.below(tail.body.length)] ?? 0
    // Equation D.6 of the source: exact to a percent or so from an xmin of 5 on.
    const drawn = (tail.xmin - 0.5) * (1 - random.next()) ** (-1 / (tail.alpha - 1)) + 0.5
    return Math.min(Math.floor(drawn), most)
  }
}
