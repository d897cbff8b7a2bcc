// One look of a metric's statistical test: which arms are the reference, and what the test is given. Pure.

import type { AnalysisSpec } from "./analysis.ts"
import type { ArmTotals, MetricState, TestState } from "./analysis-state.ts"
import { addTotals, noTotals } from "./analysis-state.ts"
import type { Direction } from "./count-test.ts"
import { addCounts, evidenceOf, knownCounts, newCountTest, worseAlternatives } from "./count-test.ts"
import type { Histogram } from "./histogram.ts"
import { addHistograms } from "./histogram.ts"
import { alphaAtLook, mannWhitneyP } from "./mann-whitney.ts"
import { addMeans } from "./mean-test.ts"
import type { PlannedMetric } from "./metric-plan.ts"
import { planOf, ratiosOf, referenceArms } from "./metric-plan.ts"
import { addHistogramLook, addKnownQuantileLook } from "./quantile-test.ts"
import { addLook, logEvidence } from "./share-test.ts"
import type { CompareSpec } from "./template-schema.ts"

export interface TestLook {
  readonly spec: AnalysisSpec
  readonly planned: PlannedMetric
  readonly before: MetricState
  /** What this look showed, by arm. */
  readonly latest: Readonly<Record<string, ArmTotals>>
  /** All looks, this one included. */
  readonly totals: Readonly<Record<string, ArmTotals>>
}

/** Values that a rank test keeps of each arm, the newest. */
const RANKS_KEPT = 500
/** It is looked at whenever the samples have doubled, from here on. */
const RANKS_FROM = 20
/** Evidence that the baseline differs from the other instances of the stable release, from which on it stands alone. */
const APART = Math.log(3)

export function observeTest(look: TestLook): TestState {
  const { before, planned, spec, latest } = look
  const { compare } = planned.metric
  if (!compare) return before.test
  const subject = latest[spec.arms.subject.name] ?? noTotals
  const ratios = ratiosOf(compare, referenceValueBefore(look, compare))
  const common = {
    allowedRatio: ratios.allowed,
    effectRatio: ratios.effect,
    dispersion: compare.dispersion,
    direction: compare.direction,
  }
  const { test } = before
  switch (test.kind) {
    case "counts":
      return observeCounts({ look, test, compare, common, subject })
    case "quantile": {
      const empty = { bounds: [], counts: [0] }
      const own = subject.histogram ?? empty
      const quantile = planned.metric.quantile
      if (compare.historical !== undefined && compare.against === "history") {
        const known = { ...common, subject: own, quantile, known: compare.historical }
        return { kind: "quantile", test: addKnownQuantileLook(test.test, known) }
      }
      const reference = histogramOf(look, compare) ?? { bounds: own.bounds, counts: own.counts.map(() => 0) }
      if (own.bounds.length !== reference.bounds.length) return test
      return {
        kind: "quantile",
        test: addHistogramLook(test.test, { ...common, subject: own, reference, quantile }),
      }
    }
    case "mean": {
      const reference = referenceOf(look, compare, false)
      const means = {
        subject: { sum: subject.sum, count: subject.total },
        reference: { sum: reference.sum, count: reference.total },
      }
      return { kind: "mean", test: addMeans(test.test, { ...common, ...means }) }
    }
    case "ranks":
      return observeRanks(look, test, compare)
    case "none":
      return test
  }
}

interface CountsInput {
  readonly look: TestLook
  readonly test: Extract<TestState, { kind: "counts" }>
  readonly compare: CompareSpec
  readonly common: { allowedRatio: number; effectRatio: number; dispersion: number; direction: Direction }
  readonly subject: ArmTotals
}

/**
 * Against `stable` the baseline is part of the reference until it is seen to differ from the other instances (cold caches that
 * fail): from then on it alone is the reference, and what spoke against the subject until then counts no more. Which reference a
 * look has is known before it, so the product over looks remains an e-process where the two are alike. Where they are not, the
 * baseline, which is as cold as the canary, is usually found out first; and until then the evidence against both counts only as
 * far as that against the baseline alone supports it (`evidence.ts`).
 */
function observeCounts({ look, test, compare, common, subject }: CountsInput): TestState {
  const reference = referenceOf(look, compare, test.isApart)
  const counts = { subject: asCounts(subject), reference: asCounts(reference) }
  const added = { ...test, test: addCounts(test.test, { ...counts, ...common }) }
  const { baseline, stable } = look.spec.arms
  if (compare.against !== "stable" || !baseline || test.isApart) return added
  const alternatives = worseAlternatives(compare.direction)
  const { dispersion } = compare
  const fresh = asCounts(look.latest[baseline.name] ?? noTotals)
  const old = asCounts(look.latest[stable.name] ?? noTotals)
  const apart = addLook(
    test.apart,
    { subject: fresh, reference: old, nullRatio: 1, dispersion },
    alternatives,
  )
  const alone = addCounts(test.alone, { ...common, subject: asCounts(subject), reference: fresh })
  if (logEvidence(apart, alternatives) < APART) return { ...added, apart, alone }
  const { worse } = evidenceOf(added.test, compare.direction)
  const before = Math.min(0, added.before + worse)
  return { ...added, test: newCountTest(compare.direction), before, apart, alone, isApart: true }
}

function observeRanks(
  look: TestLook,
  test: Extract<TestState, { kind: "ranks" }>,
  compare: CompareSpec,
): TestState {
  const { latest, spec, planned } = look
  const own = latest[spec.arms.subject.name]
  const others = referenceArms(spec.arms, compare, false).map(({ name }) => latest[name])
  const values = (totals: readonly (ArmTotals | undefined)[]) =>
    totals.flatMap((one) => (one && one.total > 0 ? [one.last ?? one.sum / one.total] : []))
  const subject = [...test.subject, ...values([own])].slice(-RANKS_KEPT)
  const reference = [...test.reference, ...values(others)].slice(-RANKS_KEPT)
  const looksDue = Math.floor(Math.log2(Math.min(subject.length, reference.length) / RANKS_FROM)) + 1
  if (test.rejected || looksDue <= test.looks) return { ...test, subject, reference }
  const sign = compare.direction === "increase" ? 1 : -1
  const allowed = 1 + sign * compare.allowedChange
  const p = mannWhitneyP(
    subject.map((value) => sign * value),
    reference.map((value) => sign * value * allowed),
  )
  const looks = test.looks + 1
  const alpha = alphaAtLook(planOf(spec).alpha * planned.weight, looks)
  return { kind: "ranks", subject, reference, looks, p, rejected: p <= alpha }
}

/** Occasions of the past from which on it is taken as known. */
const KNOWN_FROM = 2_000
/** A distribution that is known stands for so many occasions in each look. */
const KNOWN_TIMES = 1e9

/**
 * What a look of a reference that serves no more is taken to have shown: the rate of its past, raised (for a decrease: lowered) by two
 * standard deviations of its own error, as if it had been counted exactly.
 */
function pastOf(past: ArmTotals | undefined, subject: ArmTotals, compare: CompareSpec): ArmTotals {
  if (!past || past.total < KNOWN_FROM || subject.total <= 0) return noTotals
  const sign = compare.direction === "increase" ? 1 : -1
  const rate = Math.max(0, past.sum + sign * 2 * Math.sqrt(past.sum + 1)) / past.total
  const { events, total } = knownCounts(rate, subject.total)
  return { sum: events, total }
}

function referenceOf(look: TestLook, compare: CompareSpec, apart: boolean): ArmTotals {
  const { spec, latest } = look
  if (compare.against === "history") {
    const { total } = latest[spec.arms.subject.name] ?? noTotals
    const { events, total: many } = knownCounts(compare.historical ?? 0, Math.max(total, 1))
    return { sum: events, total: many }
  }
  const { stable } = spec.arms
  if (stable.past)
    return pastOf(look.totals[stable.name], latest[spec.arms.subject.name] ?? noTotals, compare)
  return referenceArms(spec.arms, compare, apart)
    .map(({ name }) => latest[name] ?? noTotals)
    .reduce(addTotals, noTotals)
}

function histogramOf(look: TestLook, compare: CompareSpec): Histogram | undefined {
  const { stable } = look.spec.arms
  if (stable.past) {
    const { histogram, total } = look.totals[stable.name] ?? noTotals
    if (!histogram || total < KNOWN_FROM) return undefined
    return {
      bounds: histogram.bounds,
      counts: histogram.counts.map((count) => (count * KNOWN_TIMES) / total),
    }
  }
  let sum: Histogram | undefined
  for (const { name } of referenceArms(look.spec.arms, compare, false)) {
    const histogram = look.latest[name]?.histogram
    if (histogram) sum = addHistograms(sum, histogram)
  }
  return sum
}

/** Events per occasion of the reference in the looks before this one, which is all that a hypothesis may depend on. */
function referenceValueBefore(look: TestLook, compare: CompareSpec): number | undefined {
  if (compare.against === "history") return compare.historical
  const sums = referenceArms(look.spec.arms, compare, false)
    .map(({ name }) => look.before.totals[name] ?? noTotals)
    .reduce(addTotals, noTotals)
  return shrunkRate(sums)
}

/** Never 0: half an event and one occasion more than were seen. */
export const shrunkRate = ({ sum, total }: ArmTotals): number => (sum + 0.5) / (total + 1)

const asCounts = ({ sum, total }: ArmTotals) => ({ events: sum, total })
