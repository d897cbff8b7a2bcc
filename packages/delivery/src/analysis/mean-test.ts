// Has a mean changed by more than is allowed? By an asymptotic confidence sequence, from sums and counts of looks alone. Pure, JSON.
//
// Each look gives x = m₁ − c·m₀, the subject's mean less c times the reference's, weighted by w = n₁n₀/(n₁ + n₀), which is in
// proportion to 1/variance where the arms vary alike. Under the null hypothesis E x ≤ 0 (≥ 0 for a decrease). With
// S = Σ wx, V = Σ (wx)² and V₀ the V of the first ten looks, after which the test begins,
//
//   e = 2Φ(S/√(V + V₀)) · √(V₀/(V + V₀)) · exp(S² / 2(V + V₀))
//
// is the half-normal mixture of exp(λS − λ²V/2) over λ > 0, a supermartingale for normal increments, and for others in the limit of
// many looks: no verdict before twenty.
//
// Sources: H. Robbins, Statistical methods related to the law of the iterated logarithm, Annals of Mathematical Statistics 41
// (1970), for the mixture; I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas, Time-uniform central limit theory and
// asymptotic confidence sequences, Annals of Statistics 52 (2024), arXiv 2103.06476, for when it holds.

import type { Direction } from "./count-test.ts"
import { normalBelow } from "./normal.ts"

export interface MeanTest {
  readonly worse: Walk
  readonly notWorse: Walk
}

interface Walk {
  readonly looks: number
  readonly sum: number
  readonly squares: number
  /** V₀, once there are enough looks to say. */
  readonly prior?: number
}

export interface MeanCounts {
  readonly sum: number
  readonly count: number
}

export interface MeanLook {
  readonly subject: MeanCounts
  readonly reference: MeanCounts
  readonly direction: Direction
  readonly allowedRatio: number
  readonly effectRatio: number
  readonly dispersion: number
}

const PRIOR_BY = 10
const VERDICT_FROM = 20

const start: Walk = { looks: 0, sum: 0, squares: 0 }
export const newMeanTest: MeanTest = { worse: start, notWorse: start }

/** Looks in which an arm had no value are left out. */
export function addMeans(test: MeanTest, look: MeanLook): MeanTest {
  const { subject, reference, direction, allowedRatio, effectRatio } = look
  if (subject.count <= 0 || reference.count <= 0) return test
  const weight = (subject.count * reference.count) / (subject.count + reference.count)
  const sign = direction === "increase" ? 1 : -1
  const difference = (ratio: number) =>
    sign * weight * (subject.sum / subject.count - ratio * (reference.sum / reference.count))
  return {
    worse: step(test.worse, difference(allowedRatio)),
    notWorse: step(test.notWorse, -difference(effectRatio)),
  }
}

function step(walk: Walk, x: number): Walk {
  const next = { looks: walk.looks + 1, sum: walk.sum + x, squares: walk.squares + x * x }
  if (walk.prior !== undefined) return { ...next, prior: walk.prior }
  if (next.looks < PRIOR_BY) return next
  return { ...start, prior: Math.max(next.squares, Number.MIN_VALUE) }
}

/** Logarithms of both e-values; 0 until there are twenty looks. */
export function meanEvidence(test: MeanTest, dispersion: number): { worse: number; notWorse: number } {
  return { worse: logOf(test.worse) / dispersion, notWorse: logOf(test.notWorse) / dispersion }
}

function logOf({ looks, sum, squares, prior }: Walk): number {
  if (prior === undefined || looks < VERDICT_FROM - PRIOR_BY) return 0
  const variance = squares + prior
  const below = normalBelow(sum / Math.sqrt(variance))
  return Math.log(2 * Math.max(below, 1e-9)) + 0.5 * Math.log(prior / variance) + (sum * sum) / (2 * variance)
}

/** For plans: how often the mean would be found to differ, from the walk so far, if each look drifted by as much as the effect. */
export function meanPower(test: MeanTest, drift: number, threshold: number): number {
  const { looks, squares, prior } = test.worse
  if (prior === undefined || looks < 1 || squares <= 0) return 0
  const variance = squares + prior
  const needed = Math.sqrt(
    2 * variance * Math.max(0, threshold + 0.5 * Math.log(variance / prior) - Math.LN2),
  )
  return normalBelow((drift * looks - needed) / Math.sqrt(squares))
}
