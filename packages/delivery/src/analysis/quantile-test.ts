// Has a quantile of the subject grown by more than is allowed? Anytime-valid, on histograms. Pure, JSON.
//
// The q-quantile of the subject is at most c times that of the reference exactly if, at t = c·Q(q) of the reference, the share of
// the subject above t is at most 1 − q, which is the share of the reference above t/c. So the comparison of a quantile is one of
// two shares, the subject's above t and the reference's above t/c, and the test of shares (share-test.ts) applies; nothing is
// assumed of the shape of the distribution, nor that it stays the same. It is made at three places, where the reference has twice,
// once and half of 1 − q above it, and the mean of the three e-values is an e-value: with one of them alone, a change just above or
// below the quantile would pass. The places are chosen from the first requests of the reference and then stay.
//
// Sources: S. Howard, A. Ramdas, Sequential estimation of quantiles with applications to A/B testing and best-arm identification,
// Bernoulli 28 (2022), arXiv 1906.09712 (quantiles through the counts above a value, section 5 for two samples); the test of
// shares as in share-test.ts; means of e-values: V. Vovk, R. Wang, E-values: calibration, combination and applications, Annals of
// Statistics 49 (2021), arXiv 1912.06116.

import type { CountTest } from "./count-test.ts"
import { addCounts, evidenceOf, knownCounts, newCountTest } from "./count-test.ts"
import type { Histogram } from "./histogram.ts"
import { addHistograms, countAbove, countOf, quantileOf } from "./histogram.ts"
import { logSumExp } from "./normal.ts"

export interface QuantileTest {
  /** Values of an arm whose neighbour had none yet, or by which the places are still to be chosen. */
  readonly waiting?: { readonly subject: Histogram; readonly reference: Histogram }
  readonly places: readonly { readonly at: number; readonly test: CountTest }[]
}

export interface QuantileLook {
  readonly subject: Histogram
  readonly reference: Histogram
  readonly quantile: number
  /** How much larger the subject's quantile may be, and from which on it must be seen: 1.05, 1.2. */
  readonly allowedRatio: number
  readonly effectRatio: number
  readonly dispersion: number
}

/** Values of the reference by which the places are chosen. */
const CHOOSE_BY = 200

/** Shares above, as parts of 1 − q, and their weights. */
export const PLACES = [
  { part: 2, weight: 0.3 },
  { part: 1, weight: 0.5 },
  { part: 0.5, weight: 0.2 },
] as const

export const newQuantileTest: QuantileTest = { places: [] }

export function addHistogramLook(test: QuantileTest, look: QuantileLook): QuantileTest {
  const subject = addHistograms(test.waiting?.subject, look.subject)
  const reference = addHistograms(test.waiting?.reference, look.reference)
  const waiting = { subject, reference }
  if (test.places.length === 0) {
    if (countOf(reference) < CHOOSE_BY) return { places: [], waiting }
    // The reference's values that the places are chosen by are no evidence; the subject's are.
    const places = placesOf(reference, look.quantile, look.allowedRatio)
    return {
      places: places.map((at) => ({ at, test: newCountTest("increase") })),
      waiting: { subject, reference: { bounds: reference.bounds, counts: reference.counts.map(() => 0) } },
    }
  }
  if (countOf(subject) === 0 || countOf(reference) === 0) return { places: test.places, waiting }
  const merged = { ...look, subject, reference }
  return { places: test.places.map((place) => ({ at: place.at, test: addAt(place, merged) })) }
}

/** Where the subject's values are counted above. */
export function placesOf(reference: Histogram, quantile: number, allowedRatio: number): number[] {
  return PLACES.map(({ part }) => allowedRatio * (quantileOf(reference, 1 - part * (1 - quantile)) ?? 0))
}

function addAt(place: { readonly at: number; readonly test: CountTest }, look: QuantileLook): CountTest {
  const { subject, reference, allowedRatio, effectRatio, dispersion } = look
  const { at, test } = place
  // Each hypothesis compares with another place of the reference, both at the same ratio of shares, 1.
  const against = (ratio: number): CountTest =>
    addCounts(test, {
      subject: { events: countAbove(subject, at), total: countOf(subject) },
      reference: { events: countAbove(reference, at / ratio), total: countOf(reference) },
      direction: "increase",
      allowedRatio: 1,
      effectRatio: 1,
      dispersion,
    })
  return { worse: against(allowedRatio).worse, notWorse: against(effectRatio).notWorse }
}

/** As `addHistogramLook` where the reference's quantile is known beforehand: one place, at that value. */
export function addKnownQuantileLook(
  test: QuantileTest,
  look: Omit<QuantileLook, "reference"> & { readonly known: number },
): QuantileTest {
  const { subject, known, quantile, dispersion } = look
  const total = countOf(subject)
  if (total === 0) return test
  const against = (ratio: number): CountTest =>
    addCounts(test.places[0]?.test ?? newCountTest("increase"), {
      subject: { events: countAbove(subject, ratio * known), total },
      reference: knownCounts(1 - quantile, total),
      direction: "increase",
      allowedRatio: 1,
      effectRatio: 1,
      dispersion,
    })
  const merged = {
    worse: against(look.allowedRatio).worse,
    notWorse: against(look.effectRatio).notWorse,
  }
  return { places: [{ at: known, test: merged }] }
}

/** Logarithms of both e-values; 0 while places are being chosen. */
export function quantileEvidence({ places }: QuantileTest): { worse: number; notWorse: number } {
  const [only, ...others] = places
  if (!only) return { worse: 0, notWorse: 0 }
  if (others.length === 0) return evidenceOf(only.test, "increase")
  const logs = places.map(({ test }) => evidenceOf(test, "increase"))
  const mixed = (which: "worse" | "notWorse") =>
    logSumExp(logs.map((log, i) => log[which] + Math.log(PLACES[i]?.weight ?? 0)))
  return { worse: mixed("worse"), notWorse: mixed("notWorse") }
}
