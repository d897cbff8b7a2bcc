// The analysis itself: begins one, and adds looks to it. Pure: the same specification and the same samples give the same state.

import type { AnalysisSpec } from "./analysis.ts"
import type { AnalysisState, MetricState } from "./analysis-state.ts"
import { decideEnd } from "./decide.ts"
import type { PlannedMetric } from "./metric-plan.ts"
import { planOf } from "./metric-plan.ts"
import { newMetricState, observeMetric } from "./observe-metric.ts"
import type { Sample } from "./sample.ts"

const TRACE_IDS = 10

export function startAnalysis(spec: AnalysisSpec, now: number): AnalysisState {
  const metrics = planOf(spec).metrics.map((planned) => [planned.key, newMetricState(planned)] as const)
  return { startedAt: now, requests: {}, metrics: Object.fromEntries(metrics), traceIds: [] }
}

/** The state after one more look. After the end nothing is added. */
export function observe(
  spec: AnalysisSpec,
  state: AnalysisState,
  sample: Sample,
  now: number,
): AnalysisState {
  if (state.ended) return state
  const metrics: Record<string, MetricState> = { ...state.metrics }
  for (const planned of planOf(spec).metrics) {
    const measured = sample.metrics[planned.key]
    const before = metrics[planned.key]
    if (measured && before) metrics[planned.key] = observeMetric({ spec, planned, before, measured, now })
  }
  const next: AnalysisState = {
    startedAt: state.startedAt,
    requests: addCounts(state.requests, sample.requests),
    metrics,
    traceIds: [...state.traceIds, ...(sample.traceIds ?? [])].slice(-TRACE_IDS),
  }
  const ended = decideEnd(spec, next, now)
  return ended ? { ...next, ended } : next
}

/** The metrics that are to be measured at `now`. */
export function dueMetrics(spec: AnalysisSpec, state: AnalysisState, now: number): PlannedMetric[] {
  if (state.ended) return []
  return planOf(spec).metrics.filter(({ key, metric }) => {
    const measuredAt = state.metrics[key]?.measuredAt
    if (measuredAt === undefined) return now - state.startedAt >= metric.initialDelay
    const { measurements } = state.metrics[key]?.counts ?? { measurements: 0 }
    if (metric.count !== undefined && measurements >= metric.count) return false
    // A tick that comes a little early counts, or one in two would be left out.
    return now - measuredAt >= metric.interval * 0.9
  })
}

function addCounts(
  sums: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const result: Record<string, number> = { ...sums }
  for (const [arm, count] of Object.entries(more)) result[arm] = (result[arm] ?? 0) + count
  return result
}
