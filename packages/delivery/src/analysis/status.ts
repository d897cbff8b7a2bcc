// What an analysis says at a moment, for rollouts, records and people. Pure.

import type { AnalysisSpec, AnalysisStatus, ArmValue, MetricStatus } from "./analysis.ts"
import type { AnalysisState, MetricState } from "./analysis-state.ts"
import { decideNow, judgeMetric } from "./decide.ts"
import { metricEvidence, metricPower } from "./evidence.ts"
import type { PlannedMetric } from "./metric-plan.ts"
import { planOf } from "./metric-plan.ts"
import { valueOf } from "./observe-metric.ts"
import { planDetectable } from "./plan-detectable.ts"
import { maxRequestsPerSecond } from "./ramp.ts"

export function statusOf(spec: AnalysisSpec, state: AnalysisState, now: number): AnalysisStatus {
  const { verdict, reason } = state.ended ?? decideNow(spec, state)
  const seen = state.requests[spec.arms.subject.name] ?? 0
  return {
    verdict,
    reason,
    metrics: planOf(spec).metrics.flatMap((planned) => {
      const metric = state.metrics[planned.key]
      return metric ? [metricStatus(spec, planned, metric)] : []
    }),
    requestsPerArm: state.requests,
    detectable: spec.traffic ? planDetectable(spec, spec.traffic) : [],
    maxRequestsPerSecond: verdict === "fail" ? 0 : maxRequestsPerSecond(seen),
    elapsedMs: (state.ended?.at ?? now) - state.startedAt,
  }
}

/** e-values are shown up to here: JSON has no infinity. */
const SHOWN_TO = Math.log(1e300)

function metricStatus(spec: AnalysisSpec, planned: PlannedMetric, state: MetricState): MetricStatus {
  const { metric, key, ignored } = planned
  const { worse, notWorse, logThreshold } = metricEvidence(spec, planned, state)
  const { critical: _, ...counts } = state.counts
  const values = Object.entries(state.totals).map(([arm, totals]): [string, ArmValue] => [
    arm,
    { count: totals.sum, total: totals.total, value: valueOf(metric, totals) },
  ])
  return {
    name: key,
    layer: metric.layer,
    ...judgeMetric(spec, planned, state),
    values: Object.fromEntries(values),
    eValue: shown(worse),
    threshold: worse === undefined ? undefined : shown(logThreshold),
    passEValue: shown(notWorse),
    power: metricPower(spec, planned, state),
    ignored,
    counts,
  }
}

const shown = (log: number | undefined): number | undefined =>
  log === undefined ? undefined : Math.exp(Math.min(log, SHOWN_TO))
