// What an analysis could see at a given traffic, said before it begins: "errors ≥ 0.8 % within 12 min". Pure.

import { durationText } from "../spec/values.ts"
import type { AnalysisSpec, Detectable, TrafficForecast } from "./analysis.ts"
import { quantilePower } from "./evidence.ts"
import type { Histogram } from "./histogram.ts"
import { countOf, quantileOf } from "./histogram.ts"
import type { PlannedMetric } from "./metric-plan.ts"
import { planOf, ratiosOf } from "./metric-plan.ts"
import { countPower, smallestWith } from "./power.ts"
import type { CompareSpec, MetricSpec } from "./template-schema.ts"

type PlanSpec = Pick<AnalysisSpec, "templates" | "args" | "service" | "maxDurationMs">

/** One line a metric. Metrics that are judged by conditions or single values have no power to speak of and are left out. */
export function planDetectable(spec: PlanSpec, traffic: TrafficForecast): Detectable[] {
  const { alpha, metrics } = planOf(spec)
  return metrics.flatMap((planned) => {
    const { compare } = planned.metric
    if (!compare || planned.ignored) return []
    const model = modelOf(planned, compare, { traffic, logThreshold: -Math.log(alpha * planned.weight) })
    return model ? [detectable(planned.metric, model, spec.maxDurationMs)] : []
  })
}

interface Model {
  /** The chance of seeing a change by this ratio after this time. */
  power(ratio: number, ms: number): number
  /** The metric's value at this ratio. */
  effect(ratio: number): number
  readonly direction: CompareSpec["direction"]
  readonly minimumRatio: number
  text(effect: number): string
}

/** Further changes than these are outages, which a plan need not tell apart. */
const MOST_TIMES = 10_000
const SHORTEST_MS = 1_000

function detectable(metric: MetricSpec, model: Model, maxDurationMs: number): Detectable {
  const { direction, minimumRatio } = model
  // The size of a change: 2 for twice as much, and for half as much.
  const ratio = (size: number): number => (direction === "increase" ? size : 1 / size)
  const size = smallestWith((x) => model.power(ratio(x), maxDurationMs), { from: 1.0001, to: MOST_TIMES })
  const within = smallestWith((ms) => model.power(minimumRatio, ms), { from: SHORTEST_MS, to: maxDurationMs })
  const effect = size === undefined ? undefined : model.effect(ratio(size))
  return {
    metric: metric.name,
    effect,
    text:
      effect === undefined
        ? `${metric.name}: nothing can be told within ${durationText(maxDurationMs)} at this traffic`
        : `${metric.name} ${direction === "increase" ? "≥" : "≤"} ${model.text(effect)} within ${durationText(maxDurationMs)}`,
    minimumEffectWithinMs: within === undefined ? undefined : Math.ceil(within),
  }
}

interface ModelInput {
  readonly traffic: TrafficForecast
  readonly logThreshold: number
}

function modelOf(
  { metric, test }: PlannedMetric,
  compare: CompareSpec,
  input: ModelInput,
): Model | undefined {
  const { traffic } = input
  if (test === "counts") {
    const rate = rateOf(metric, traffic)
    if (rate === undefined) return undefined
    const text = (value: number) =>
      metric.type === "rate" ? `${figure(value * 100)} %` : `${figure(value)} per request`
    return countModel(compare, { ...input, rate, text })
  }
  if (test === "quantile" && traffic.latency && countOf(traffic.latency) > 0 && compare.against !== "history")
    return quantileModel(metric, compare, { ...input, latency: traffic.latency })
  return undefined
}

function rateOf(
  { name, type, provider }: MetricSpec,
  { errorRate, events }: TrafficForecast,
): number | undefined {
  if (events?.[name] !== undefined) return events[name]
  const isErrors = "internal" in provider && provider.internal === "errors"
  return type === "rate" && isErrors ? errorRate : undefined
}

/** Requests of the subject and its reference after so long. */
function occasions(compare: CompareSpec, { requestsPerSecond, shares }: TrafficForecast, ms: number) {
  const all = (requestsPerSecond * ms) / 1_000
  const subject = all * shares.subject
  if (compare.against === "history") return { subject, reference: subject * 1e6 }
  const against = compare.against === "baseline" && shares.baseline > 0 ? 0 : shares.stable
  return { subject, reference: all * (shares.baseline + against) }
}

function countModel(
  compare: CompareSpec,
  input: ModelInput & { readonly rate: number; readonly text: (value: number) => string },
): Model {
  const { traffic, logThreshold, text } = input
  const { direction, dispersion } = compare
  // A service that never fails is planned for as one that fails once in a million requests.
  const rate = Math.max(input.rate, 1e-6)
  const ratios = ratiosOf(compare, rate)
  return {
    direction,
    text,
    minimumRatio: ratios.effect,
    effect: (ratio) => rate * ratio,
    power(trueRatio, ms) {
      if (rate * trueRatio > 1 && direction === "increase" && input.rate < 1) return this.power(1 / rate, ms)
      const { subject, reference } = occasions(compare, traffic, ms)
      const totals = { subjectTotal: subject, referenceTotal: reference }
      return countPower({
        ...totals,
        rate,
        direction,
        dispersion,
        logThreshold,
        nullRatio: ratios.allowed,
        trueRatio,
      })
    },
  }
}

function quantileModel(
  metric: MetricSpec,
  compare: CompareSpec,
  input: ModelInput & { readonly latency: Histogram },
): Model {
  const { traffic, logThreshold, latency } = input
  const value = quantileOf(latency, metric.quantile) ?? 0
  const seen = countOf(latency)
  return {
    direction: "increase",
    text: (effect) => (effect < 1 ? `${figure(effect * 1_000)} ms` : `${figure(effect)} s`),
    minimumRatio: 1 + compare.minimumEffect,
    effect: (ratio) => value * ratio,
    power(ratio, ms) {
      const { subject, reference } = occasions(compare, traffic, ms)
      const counts = latency.counts.map((count) => (count * reference) / seen)
      return quantilePower({
        direction: "increase",
        logThreshold,
        dispersion: compare.dispersion,
        quantile: metric.quantile,
        compare: { allowedChange: compare.allowedChange, minimumEffect: ratio - 1 },
        reference: { bounds: latency.bounds, counts },
        subjectTotal: subject,
      })
    },
  }
}

const figure = (value: number): string => String(Number(value.toPrecision(2)))
