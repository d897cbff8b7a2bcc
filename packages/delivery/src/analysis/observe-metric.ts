// One look of one metric: figures are added up, compared by the metric's test, and held against its conditions. Pure.

import type { AnalysisSpec } from "./analysis.ts"
import type { ArmTotals, MetricCounts, MetricState, TestState } from "./analysis-state.ts"
import { noCounts, noTotals } from "./analysis-state.ts"
import { compileCondition } from "./condition.ts"
import { newCountTest, worseAlternatives } from "./count-test.ts"
import { addHistograms, countOf, quantileOf } from "./histogram.ts"
import { newMeanTest } from "./mean-test.ts"
import type { PlannedMetric } from "./metric-plan.ts"
import { referenceArms } from "./metric-plan.ts"
import { observeTest } from "./observe-test.ts"
import { newQuantileTest } from "./quantile-test.ts"
import type { ArmMeasurements, Measurement } from "./sample.ts"
import { noEvidence } from "./share-test.ts"
import type { MetricSpec } from "./template-schema.ts"

export interface MetricLook {
  readonly spec: AnalysisSpec
  readonly planned: PlannedMetric
  readonly before: MetricState
  readonly measured: ArmMeasurements
  readonly now: number
}

export function newMetricState({ test, metric }: PlannedMetric): MetricState {
  return {
    measuredAt: undefined,
    counts: noCounts,
    totals: {},
    test: newTest(test, metric),
  }
}

function newTest(kind: PlannedMetric["test"], { compare }: MetricSpec): TestState {
  switch (kind) {
    case "counts": {
      const direction = compare?.direction ?? "increase"
      const none = noEvidence(worseAlternatives(direction))
      return {
        kind,
        test: newCountTest(direction),
        before: 0,
        apart: none,
        alone: newCountTest(direction),
        isApart: false,
      }
    }
    case "quantile":
      return { kind, test: newQuantileTest }
    case "mean":
      return { kind, test: newMeanTest }
    case "ranks":
      return { kind, subject: [], reference: [], looks: 0, p: 1, rejected: false }
    case "static":
    case "conditions":
      return { kind: "none" }
  }
}

export function observeMetric(look: MetricLook): MetricState {
  const { before, now, spec, planned, measured } = look
  const arms = armsOf(look)
  const subject = measured[spec.arms.subject.name]
  const missing = arms.some((arm) => (measured[arm] ?? { kind: "error" }).kind === "error")
  if (subject === undefined || missing)
    return { ...before, measuredAt: now, counts: countError(before.counts) }
  const totals: Record<string, ArmTotals> = { ...before.totals }
  const latest: Record<string, ArmTotals> = {}
  for (const [arm, measurement] of Object.entries(measured)) {
    if (measurement.kind === "error") continue
    latest[arm] = totalsOf(measurement)
    totals[arm] = sumTotals(totals[arm], latest[arm])
  }
  const test = observeTest({ spec, planned, before, latest, totals })
  const outcome = judge(planned, { spec, subject, latest })
  return { measuredAt: now, counts: countOutcome(before.counts, outcome), totals, test }
}

/** The arms without which the metric says nothing. */
function armsOf({ spec, planned, before }: MetricLook): string[] {
  const { compare } = planned.metric
  const apart = before.test.kind === "counts" && before.test.isApart
  const references = compare ? referenceArms(spec.arms, compare, apart) : []
  return [spec.arms.subject, ...references].map(({ name }) => name)
}

function totalsOf(measurement: Exclude<Measurement, { kind: "error" }>): ArmTotals {
  switch (measurement.kind) {
    case "events":
      return { sum: measurement.events, total: measurement.total }
    case "histogram": {
      const count = countOf(measurement)
      return { sum: count, total: count, histogram: measurement }
    }
    case "mean":
      return { sum: measurement.sum, total: measurement.count }
    case "value": {
      const value = asNumber(measurement.value)
      return Number.isFinite(value) ? { sum: value, total: 1, last: value } : noTotals
    }
  }
}

function sumTotals(sum: ArmTotals | undefined, latest: ArmTotals): ArmTotals {
  const histogram = latest.histogram ? addHistograms(sum?.histogram, latest.histogram) : sum?.histogram
  const last = latest.last ?? sum?.last
  return {
    sum: (sum?.sum ?? 0) + latest.sum,
    total: (sum?.total ?? 0) + latest.total,
    ...(histogram ? { histogram } : {}),
    ...(last === undefined ? {} : { last }),
  }
}

/** The figure of a metric in an arm: a share, events per request, a mean, a quantile, or the newest value. */
export function valueOf(metric: MetricSpec, totals: ArmTotals | undefined): number | undefined {
  if (!totals || totals.total === 0) return undefined
  if (totals.histogram) return quantileOf(totals.histogram, metric.quantile)
  return totals.last ?? totals.sum / totals.total
}

type Outcome = "success" | "failure" | "critical" | "inconclusive" | "ignored"

interface Judged {
  readonly spec: AnalysisSpec
  readonly subject: Measurement
  readonly latest: Readonly<Record<string, ArmTotals>>
}

/** What this measurement by itself is, for the limits. Those of sequential tests are neither good nor bad by themselves. */
function judge({ metric, test }: PlannedMetric, { spec, subject, latest }: Judged): Outcome {
  if (subject.kind === "value" && subject.failed) return "failure"
  const byConditions = judgeConditions(metric, resultOf(metric, subject, latest[spec.arms.subject.name]))
  if (byConditions !== undefined && byConditions !== "success") return byConditions
  if (test !== "static" || !metric.compare) return byConditions ?? "ignored"
  const { compare } = metric
  const value = valueOf(metric, latest[spec.arms.subject.name])
  const references = referenceArms(spec.arms, compare, false).map(({ name }) => latest[name] ?? noTotals)
  const reference =
    compare.against === "history" ? compare.historical : valueOf(metric, references.reduce(sumTotals))
  if (value === undefined || Number.isNaN(value)) return nanOutcome(metric)
  if (reference === undefined) return "inconclusive"
  const change = changeOf(value, reference, compare.direction)
  if (compare.criticalChange !== undefined && change > compare.criticalChange) return "critical"
  return change > compare.allowedChange ? "failure" : "success"
}

/** How much worse, as a share of the reference. */
export function changeOf(value: number, reference: number, direction: "increase" | "decrease"): number {
  const worse = direction === "increase" ? value - reference : reference - value
  if (worse === 0) return 0
  return worse / Math.abs(reference)
}

function resultOf(metric: MetricSpec, subject: Measurement, latest: ArmTotals | undefined): unknown {
  if (subject.kind === "value") return subject.value
  return valueOf(metric, latest) ?? Number.NaN
}

function judgeConditions(metric: MetricSpec, result: unknown): Outcome | undefined {
  const { successCondition, failureCondition, type } = metric
  if (successCondition === undefined && failureCondition === undefined)
    return type === "job" && !metric.compare ? "success" : undefined
  let value = result
  if (value === null || value === undefined || Number.isNaN(value) || value === "NaN") {
    if (metric.nanStrategy !== "zero") return nanOutcome(metric)
    value = 0
  }
  const failed = failureCondition === undefined ? undefined : condition(failureCondition)(value)
  const succeeded = successCondition === undefined ? undefined : condition(successCondition)(value)
  if (failed === true) return "failure"
  if (succeeded === true) return "success"
  // One that stands alone decides both ways; of two, neither of which holds, nothing follows.
  if (failureCondition === undefined && succeeded === false) return "failure"
  if (successCondition === undefined && failed === false) return "success"
  return "inconclusive"
}

const conditions = new Map<string, ReturnType<typeof compileCondition>>()
const CONDITIONS_KEPT = 1_000

function condition(text: string): ReturnType<typeof compileCondition> {
  const known = conditions.get(text)
  if (known) return known
  if (conditions.size >= CONDITIONS_KEPT) conditions.clear()
  const made = compileCondition(text)
  conditions.set(text, made)
  return made
}

function nanOutcome({ nanStrategy }: MetricSpec): Outcome {
  switch (nanStrategy) {
    case "fail":
      return "failure"
    case "pass":
      return "success"
    case "ignore":
    case "zero":
      return "ignored"
  }
}

function countError(counts: MetricCounts): MetricCounts {
  return {
    ...counts,
    errors: counts.errors + 1,
    consecutiveErrors: counts.consecutiveErrors + 1,
    consecutiveSuccesses: 0,
  }
}

function countOutcome(counts: MetricCounts, outcome: Outcome): MetricCounts {
  const failed = outcome === "failure" || outcome === "critical"
  return {
    ...counts,
    measurements: counts.measurements + 1,
    consecutiveErrors: 0,
    failures: counts.failures + (failed ? 1 : 0),
    critical: counts.critical + (outcome === "critical" ? 1 : 0),
    successes: counts.successes + (outcome === "success" ? 1 : 0),
    inconclusive: counts.inconclusive + (outcome === "inconclusive" ? 1 : 0),
    consecutiveSuccesses:
      outcome === "success"
        ? counts.consecutiveSuccesses + 1
        : outcome === "ignored"
          ? counts.consecutiveSuccesses
          : 0,
  }
}

function asNumber(value: unknown): number {
  if (typeof value === "number") return value
  if (Array.isArray(value) && value.length > 0) {
    const numbers = value.map(asNumber)
    return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
  }
  return Number.NaN
}
