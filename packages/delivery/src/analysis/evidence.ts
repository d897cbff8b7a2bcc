// What a metric's test says so far: e-values both ways, and the chance that the minimum effect would have been seen. Pure.

import type { AnalysisSpec } from "./analysis.ts"
import type { ArmTotals, MetricState } from "./analysis-state.ts"
import { addTotals, noTotals } from "./analysis-state.ts"
import { evidenceOf } from "./count-test.ts"
import type { Histogram } from "./histogram.ts"
import { addHistograms, countAbove, countOf } from "./histogram.ts"
import { meanEvidence, meanPower } from "./mean-test.ts"
import type { PlannedMetric } from "./metric-plan.ts"
import { planOf, ratiosOf, referenceArms } from "./metric-plan.ts"
import { shrunkRate } from "./observe-test.ts"
import { countPower } from "./power.ts"
import { PLACES, placesOf, quantileEvidence } from "./quantile-test.ts"
import type { CompareSpec } from "./template-schema.ts"

export interface Evidence {
  /** Logarithms of e-values; undefined where the method has none. */
  readonly worse: number | undefined
  readonly notWorse: number | undefined
  /** The logarithm of what `worse` must reach for the metric to fail alone. */
  readonly logThreshold: number
}

/** A pass needs an e-value of 20 against "worse than the minimum effect", or else power. */
export const LOG_PASS = Math.log(20)

/** Evidence against the baseline alone that a fail needs beside that against all of the stable release. */
const LOG_SUPPORT = Math.log(4)

export function metricEvidence(spec: AnalysisSpec, planned: PlannedMetric, state: MetricState): Evidence {
  const logThreshold = -Math.log(planOf(spec).alpha * planned.weight)
  const { compare } = planned.metric
  const { test } = state
  if (!compare) return { worse: undefined, notWorse: undefined, logThreshold }
  switch (test.kind) {
    case "counts": {
      const { worse, notWorse } = evidenceOf(test.test, compare.direction)
      const joint = test.before + worse
      const pooled = compare.against === "stable" && spec.arms.baseline !== undefined && !test.isApart
      if (!pooled) return { worse: joint, notWorse, logThreshold }
      const alone = evidenceOf(test.alone, compare.direction).worse
      // The smaller of an e-value and anything else is an e-value.
      return { worse: Math.min(joint, alone - LOG_SUPPORT + logThreshold), notWorse, logThreshold }
    }
    case "quantile":
      return { ...quantileEvidence(test.test), logThreshold }
    case "mean":
      return { ...meanEvidence(test.test, compare.dispersion), logThreshold }
    case "ranks":
    case "none":
      return { worse: undefined, notWorse: undefined, logThreshold }
  }
}

/** The chance that the minimum effect would have been seen by now; undefined where the method has no power of its own. */
export function metricPower(
  spec: AnalysisSpec,
  planned: PlannedMetric,
  state: MetricState,
): number | undefined {
  const { metric } = planned
  const { compare } = metric
  const { test, totals } = state
  if (!compare) return undefined
  const { logThreshold } = metricEvidence(spec, planned, state)
  const subject = totals[spec.arms.subject.name] ?? noTotals
  const reference = referenceTotals(spec, compare, state)
  const common = { direction: compare.direction, logThreshold, dispersion: compare.dispersion }
  switch (test.kind) {
    case "counts": {
      const rate =
        compare.against === "history" ? (compare.historical ?? 0) : shrunkRate(addTotals(subject, reference))
      const ratios = ratiosOf(compare, rate)
      return countPower({
        ...common,
        subjectTotal: subject.total,
        referenceTotal: compare.against === "history" ? subject.total * 1e6 : reference.total,
        rate,
        nullRatio: ratios.allowed,
        trueRatio: ratios.effect,
      })
    }
    case "quantile": {
      const { histogram } = reference
      if (compare.against === "history" || !histogram) return undefined
      return quantilePower({
        ...common,
        quantile: metric.quantile,
        compare,
        reference: histogram,
        subjectTotal: subject.total,
      })
    }
    case "mean": {
      const mean = reference.total > 0 ? reference.sum / reference.total : (compare.historical ?? 0)
      const weight =
        (subject.total * Math.max(reference.total, 1)) / (subject.total + Math.max(reference.total, 1))
      const looks = Math.max(1, test.test.worse.looks)
      const change = compare.minimumEffect - compare.allowedChange
      return meanPower(
        test.test,
        (Math.abs(change * mean) * weight) / looks,
        logThreshold * compare.dispersion,
      )
    }
    case "ranks":
    case "none":
      return undefined
  }
}

/** The power at the minimum effect as a change of scale around the quantile. */
export function quantilePower(input: {
  readonly direction: "increase" | "decrease"
  readonly logThreshold: number
  readonly dispersion: number
  readonly quantile: number
  readonly compare: Pick<CompareSpec, "allowedChange" | "minimumEffect">
  readonly reference: Histogram
  readonly subjectTotal: number
}): number {
  const { reference, quantile, compare, subjectTotal } = input
  const total = countOf(reference)
  const allowed = 1 + compare.allowedChange
  let best = 0
  for (const [i, at] of placesOf(reference, quantile, allowed).entries()) {
    const rate = countAbove(reference, at / allowed) / total
    if (!(rate > 0)) continue
    const trueRatio = countAbove(reference, at / (1 + compare.minimumEffect)) / total / rate
    const logThreshold = input.logThreshold - Math.log(PLACES[i]?.weight ?? 1)
    const power = countPower({
      ...input,
      direction: "increase",
      logThreshold,
      subjectTotal,
      referenceTotal: total,
      rate,
      nullRatio: 1,
      trueRatio,
    })
    best = Math.max(best, power)
  }
  return best
}

/** The reference's sums; where the baseline has come to stand alone, its own. */
export function referenceTotals(spec: AnalysisSpec, compare: CompareSpec, state: MetricState): ArmTotals {
  const apart = state.test.kind === "counts" && state.test.isApart
  let histogram: Histogram | undefined
  let sums = noTotals
  for (const { name } of referenceArms(spec.arms, compare, apart)) {
    const totals = state.totals[name] ?? noTotals
    sums = addTotals(sums, totals)
    if (totals.histogram) histogram = addHistograms(histogram, totals.histogram)
  }
  return histogram ? { ...sums, histogram } : sums
}
