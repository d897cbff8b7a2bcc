// From evidence to a verdict: of each metric, and of all together under one error rate. Pure.
//
// The family fails when the weighted mean of the metrics' e-values, Σ wₘeₘ with Σ wₘ = 1, reaches 1/α. The mean of e-values is an
// e-value whatever their dependence (V. Vovk, R. Wang, Annals of Statistics 49 (2021), arXiv 1912.06116, section 3), and that of
// e-processes an e-process; so a release of which no metric is worse than allowed fails with a probability of at most α over all
// metrics and looks. A metric that reaches 1/(αwₘ) alone is enough (weighted Bonferroni); several that are nearly there are too.

import type { AnalysisSpec, AnalysisVerdict } from "./analysis.ts"
import type { AnalysisState, Ended, MetricState } from "./analysis-state.ts"
import { noTotals } from "./analysis-state.ts"
import { LOG_PASS, metricEvidence, metricPower, referenceTotals } from "./evidence.ts"
import { logSumExp } from "./normal.ts"
import type { PlannedMetric } from "./metric-plan.ts"
import { planOf } from "./metric-plan.ts"
import { changeOf, valueOf } from "./observe-metric.ts"
import { POWER } from "./power.ts"

export interface Judgement {
  readonly verdict: AnalysisVerdict
  readonly reason: string
}

/** The analysis's end, if it has come: a fail, a source that fails too often, or the end of the time. */
export function decideEnd(spec: AnalysisSpec, state: AnalysisState, now: number): Ended | undefined {
  const failed = findFail(spec, state)
  if (failed !== undefined) return { verdict: "fail", reason: failed, at: now }
  const gone = findBrokenSource(spec, state)
  if (gone) return { ...gone, at: now }
  if (now - state.startedAt < spec.maxDurationMs) return undefined
  const { verdict, reason } = decideAtTheEnd(spec, state)
  return { verdict, reason, at: now }
}

/** While it has not ended: pass once every metric that has a say does. */
export function decideNow(spec: AnalysisSpec, state: AnalysisState): Judgement {
  const judged = judgeAll(spec, state)
  const open = judged.filter(({ verdict }) => verdict !== "pass")
  if (judged.length === 0) return { verdict: "running", reason: "No metric has a say." }
  if (open.length === 0) return passed(judged.length)
  return { verdict: "running", reason: open.map(({ key, reason }) => `${key}: ${reason}`).join(" ") }
}

const passed = (metrics: number): Judgement & { verdict: "pass" } => ({
  verdict: "pass",
  reason: `All ${metrics} metrics have shown that they are not worse than the minimum effect.`,
})

/** From the gravest to the mildest, of what is left when the time is over. */
const AT_THE_END = ["no-data", "inconclusive", "undetectable"] as const

function decideAtTheEnd(spec: AnalysisSpec, state: AnalysisState): Judgement & { verdict: Ended["verdict"] } {
  // What may be without data may have too little of it as well; it has then only been waited for.
  const judged = judgeAll(spec, state)
    .filter(({ verdict, planned }) => verdict === "pass" || planned.metric.mustHaveData)
    .map((one) => ({ ...one, verdict: atTheEnd(spec, one, state.metrics[one.key]) }))
  for (const verdict of AT_THE_END) {
    const found = judged.filter((one) => one.verdict === verdict)
    if (found.length > 0)
      return { verdict, reason: found.map(({ key, reason }) => `${key}: ${reason}`).join(" ") }
  }
  if (judged.length === 0) return { verdict: "inconclusive", reason: "No metric has a say." }
  return passed(judged.length)
}

function atTheEnd(
  spec: AnalysisSpec,
  { verdict, planned }: Judged,
  state: MetricState | undefined,
): Ended["verdict"] {
  if (verdict === "pass") return "pass"
  if (!state || (state.totals[spec.arms.subject.name]?.total ?? 0) === 0) return "no-data"
  if (planned.test === "conditions" || planned.test === "static") return "inconclusive"
  return "undetectable"
}

interface Judged extends Judgement {
  readonly key: string
  readonly planned: PlannedMetric
}

/** Those that have a say; ones that may be without data are left out while they are. */
function judgeAll(spec: AnalysisSpec, state: AnalysisState): Judged[] {
  return planOf(spec).metrics.flatMap((planned) => {
    const metric = state.metrics[planned.key]
    if (planned.ignored || !metric || (!planned.metric.mustHaveData && !hasData(metric))) return []
    return [{ key: planned.key, planned, ...judgeMetric(spec, planned, metric) }]
  })
}

const hasData = ({ totals }: MetricState): boolean => Object.values(totals).some(({ sum }) => sum !== 0)

/** One metric by itself. `running` says what is missing. */
export function judgeMetric(spec: AnalysisSpec, planned: PlannedMetric, state: MetricState): Judgement {
  const failed = failedAlone(spec, planned, state)
  if (failed !== undefined) return { verdict: "fail", reason: failed }
  const { counts } = state
  if (counts.measurements === 0)
    return {
      verdict: "running",
      reason: counts.errors > 0 ? "Its source has failed so far." : "Not measured yet.",
    }
  const requests = state.totals[spec.arms.subject.name]?.total ?? 0
  const { minimumRequests } = planned.metric
  if (requests < minimumRequests)
    return { verdict: "running", reason: `${requests} of at least ${minimumRequests} requests.` }
  const byLimits = judgeByLimits(planned, state)
  if (byLimits?.verdict === "running") return byLimits
  switch (planned.test) {
    case "conditions":
    case "static":
      return byLimits ?? { verdict: "running", reason: "No good measurement yet." }
    case "ranks":
      return state.test.kind === "ranks" && state.test.looks > 0
        ? { verdict: "pass", reason: `Mann–Whitney: p = ${state.test.p.toPrecision(2)}.` }
        : { verdict: "running", reason: "Too few values for a rank test." }
    case "counts":
    case "quantile":
    case "mean":
      return judgeByEvidence(spec, planned, state)
  }
}

function judgeByEvidence(spec: AnalysisSpec, planned: PlannedMetric, state: MetricState): Judgement {
  const { notWorse } = metricEvidence(spec, planned, state)
  if (notWorse !== undefined && notWorse >= LOG_PASS)
    return { verdict: "pass", reason: "Shown to be less than the minimum effect worse." }
  const power = metricPower(spec, planned, state) ?? 0
  const percent = Math.floor(power * 100)
  if (power >= POWER)
    return { verdict: "pass", reason: `The minimum effect would have been seen (${percent} %).` }
  return {
    verdict: "running",
    reason: `The minimum effect would have been seen with ${percent} %, which must be 95 %.`,
  }
}

/** What conditions and static comparisons say, where the metric has one. */
function judgeByLimits({ metric, test }: PlannedMetric, { counts }: MetricState): Judgement | undefined {
  const judged =
    test === "static" ||
    metric.successCondition !== undefined ||
    metric.failureCondition !== undefined ||
    (metric.type === "job" && !metric.compare)
  if (!judged) return undefined
  const { measurements, consecutiveSuccesses, successes } = counts
  const enough = metric.consecutiveSuccessLimit
  if (enough !== undefined && consecutiveSuccesses >= enough)
    return { verdict: "pass", reason: `${consecutiveSuccesses} good measurements in a row.` }
  const wanted = metric.count ?? (enough === undefined ? 1 : undefined)
  if (wanted !== undefined && measurements >= wanted && successes > 0)
    return { verdict: "pass", reason: `${successes} of ${measurements} measurements were good.` }
  return { verdict: "running", reason: `${successes} good measurements of ${enough ?? metric.count ?? 1}.` }
}

function findFail(spec: AnalysisSpec, state: AnalysisState): string | undefined {
  const plans = planOf(spec).metrics.filter(({ ignored }) => !ignored)
  for (const planned of plans) {
    const metric = state.metrics[planned.key]
    const reason = metric && failedAlone(spec, planned, metric)
    if (reason !== undefined) return `${planned.key}: ${reason}`
  }
  const terms = plans.flatMap((planned) => {
    const metric = state.metrics[planned.key]
    const log = metric && usableEvidence(spec, planned, metric)
    return log === undefined ? [] : [{ key: planned.key, log: log + Math.log(planned.weight) }]
  })
  if (logSumExp(terms.map(({ log }) => log)) < -Math.log(planOf(spec).alpha)) return undefined
  const worst = terms.reduce((first, second) => (second.log > first.log ? second : first))
  return `${worst.key} and others are worse than allowed, taken together.`
}

/** The reason for which the metric fails by itself. */
function failedAlone(spec: AnalysisSpec, planned: PlannedMetric, state: MetricState): string | undefined {
  const { metric } = planned
  const { counts, test } = state
  if (counts.critical > 0) return "A measurement is beyond the critical change."
  if (counts.failures > metric.failureLimit)
    return `${counts.failures} measurements failed, ${metric.failureLimit} are put up with.`
  if (test.kind === "ranks" && test.rejected)
    return `Worse than allowed (Mann–Whitney, p = ${test.p.toPrecision(2)}).`
  const log = usableEvidence(spec, planned, state)
  const { logThreshold } = metricEvidence(spec, planned, state)
  if (log === undefined || log < logThreshold) return undefined
  return `Worse than allowed: ${changeText(spec, planned, state)}.`
}

/** The evidence against the subject, once there are the requests that the metric asks for or it is beyond the critical change. */
function usableEvidence(spec: AnalysisSpec, planned: PlannedMetric, state: MetricState): number | undefined {
  const { worse } = metricEvidence(spec, planned, state)
  if (worse === undefined) return undefined
  const { minimumRequests, compare } = planned.metric
  if ((state.totals[spec.arms.subject.name]?.total ?? 0) >= minimumRequests) return worse
  const change = observedChange(spec, planned, state)
  const critical = compare?.criticalChange
  return critical !== undefined && change !== undefined && change > critical ? worse : undefined
}

function observedChange(
  spec: AnalysisSpec,
  { metric }: PlannedMetric,
  state: MetricState,
): number | undefined {
  const { compare } = metric
  if (!compare) return undefined
  const own = valueOf(metric, state.totals[spec.arms.subject.name])
  const reference = compare.historical ?? valueOf(metric, referenceTotals(spec, compare, state))
  if (own === undefined || reference === undefined) return undefined
  return changeOf(own, reference, compare.direction)
}

function changeText(spec: AnalysisSpec, { metric }: PlannedMetric, state: MetricState): string {
  const { compare } = metric
  const own = valueOf(metric, state.totals[spec.arms.subject.name])
  const reference =
    compare && (compare.historical ?? valueOf(metric, referenceTotals(spec, compare, state) ?? noTotals))
  return `${figure(own)} against ${figure(reference)}`
}

const figure = (value: number | undefined): string =>
  value === undefined ? "nothing" : String(Number(value.toPrecision(3)))

/** Errors of a source end the analysis without a verdict on the release: never as a pass. */
function findBrokenSource(spec: AnalysisSpec, state: AnalysisState): Omit<Ended, "at"> | undefined {
  for (const { key, metric, ignored } of planOf(spec).metrics) {
    const counts = state.metrics[key]?.counts
    if (!counts || ignored) continue
    const never = counts.measurements === 0
    if (counts.consecutiveErrors > metric.consecutiveErrorLimit && !(never && !metric.mustHaveData))
      return {
        verdict: never ? "no-data" : "inconclusive",
        reason: `${key}: its source failed ${counts.consecutiveErrors} times in a row.`,
      }
    if (counts.inconclusive > metric.inconclusiveLimit)
      return {
        verdict: "inconclusive",
        reason: `${key}: ${counts.inconclusive} measurements were neither good nor bad.`,
      }
  }
  return undefined
}
