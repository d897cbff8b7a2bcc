// An analysis from its first look to its verdict: every way in which it can end, the limits, the policy for sources that fail, what
// is said in advance, and that a record gives the same verdict again.

import assert from "node:assert/strict"
import { test } from "node:test"
import { AppError } from "@aviary/kit"
import { seededChance } from "../simulation/seeded.ts"
import { LATENCY_BOUNDS, simulatedArm } from "../simulation/simulated-service.ts"
import type { SimulatedEffect, SimulatedTraffic } from "../simulation/simulated-service.ts"
import type { AnalysisSpec, AnalysisStatus } from "./analysis.ts"
import { backtest, requireBacktest } from "./backtest.ts"
import type { RecordLine } from "./decision-record.ts"
import { parseRecord, RecordError, replayRecord } from "./decision-record.ts"
import { defaultTemplates } from "./default-templates.ts"
import { planOf } from "./metric-plan.ts"
import { dueMetrics, observe, startAnalysis } from "./observe.ts"
import { planDetectable } from "./plan-detectable.ts"
import type { ArmMeasurements, Measurement, Sample } from "./sample.ts"
import { statusOf } from "./status.ts"
import { pastLooks } from "./past-looks.ts"
import type { AnalysisTemplate, AnalysisTemplateInput } from "./template-schema.ts"
import { analysisTemplateSchema } from "./template-schema.ts"

const arms = {
  subject: { name: "canary", fleet: "s@2" },
  baseline: { name: "baseline", fleet: "s@1.baseline" },
  stable: { name: "stable", fleet: "s@1" },
}

function specOf(metrics: AnalysisTemplateInput["metrics"], more: Partial<AnalysisSpec> = {}): AnalysisSpec {
  const templates = [{ name: "t", ...analysisTemplateSchema.parse({ metrics }) }]
  return { id: "a", service: "s", templates, arms, maxDurationMs: 60_000, ...more }
}

const traffic: SimulatedTraffic = {
  requestsPerSecond: 100,
  errorRate: 0.002,
  latency: { medianSeconds: 0.05, sigma: 0.5 },
  eventsPerRequest: 0.5,
}

/** Looks of a second each, a third of the traffic an arm, until the analysis ends or `seconds` are over. */
function run(spec: AnalysisSpec, effect: SimulatedEffect, { seconds = 120, seed = 1, from = traffic } = {}) {
  const chance = seededChance(seed)
  const simulated = {
    canary: simulatedArm(from, { cold: false, effect }, chance),
    baseline: simulatedArm(from, { cold: false }, chance),
    stable: simulatedArm(from, { cold: false }, chance),
  }
  let state = startAnalysis(spec, 0)
  const lines: RecordLine[] = [{ type: "begin", at: "2026-01-01T00:00:00.000Z", now: 0, spec }]
  let now = 0
  while (now < seconds * 1_000 && !state.ended) {
    now += 1_000
    const looks = Object.entries(simulated).map(([name, arm]) => [name, arm.look(1 / 3, 1)] as const)
    const measured = (of: (look: (typeof looks)[number][1]) => Measurement): ArmMeasurements =>
      Object.fromEntries(looks.map(([name, look]) => [name, of(look)]))
    const metrics: Record<string, ArmMeasurements> = {}
    for (const { key, metric } of planOf(spec).metrics) {
      if (metric.type === "quantile")
        metrics[key] = measured(({ latency }) => ({
          kind: "histogram",
          bounds: LATENCY_BOUNDS,
          counts: latency,
        }))
      else if (metric.type === "rate")
        metrics[key] = measured(({ errors, requests }) => ({
          kind: "events",
          events: errors,
          total: requests,
        }))
      else if (metric.type === "count")
        metrics[key] = measured(({ events, requests }) => ({ kind: "events", events, total: requests }))
      else if (metric.type === "threshold") metrics[key] = measured(() => ({ kind: "value", value: 1 }))
    }
    const sample: Sample = {
      metrics,
      requests: Object.fromEntries(looks.map(([name, { requests }]) => [name, requests])),
    }
    state = observe(spec, state, sample, now)
    lines.push({ type: "look", now, sample })
  }
  const status = statusOf(spec, state, now)
  lines.push({ type: "verdict", at: "2026-01-01T00:01:00.000Z", now, status, traceIds: state.traceIds })
  return { state, status, lines }
}

const defaults = (maxDurationMs: number): AnalysisSpec => ({
  id: "a",
  service: "social",
  templates: [],
  arms,
  maxDurationMs,
})

test("the default template: a bad release fails by what is wrong with it, a good one passes, little traffic is undetectable", () => {
  const cases: [SimulatedEffect, AnalysisStatus["verdict"], RegExp][] = [
    [{ errorRate: 0.05 }, "fail", /default\/errors: Worse than allowed: 0\.0\d+ against 0\.0/],
    [{ latencyFactor: 1.5 }, "fail", /default\/latency: Worse than allowed/],
    [{ eventsFactor: 0.6 }, "fail", /default\/posts: Worse than allowed/],
    [{}, "pass", /All 4 metrics/],
  ]
  for (const [effect, verdict, reason] of cases) {
    const { status } = run(defaults(600_000), effect, { seconds: 900 })
    assert.equal(status.verdict, verdict, `${JSON.stringify(effect)} ${status.reason}`)
    assert.match(status.reason, reason)
  }
  const quiet = run(defaults(60_000), {}, { from: { ...traffic, requestsPerSecond: 3 } })
  assert.equal(quiet.status.verdict, "undetectable")
  assert.match(quiet.status.reason, /which must be 95 %/)
  const silent = run(defaults(60_000), {}, { from: { ...traffic, requestsPerSecond: 0 } })
  assert.equal(silent.status.verdict, "no-data")
})

test("a fail is never taken back, and nothing is added after it", () => {
  const spec = specOf([{ name: "errors", type: "rate", provider: { internal: "errors" }, compare: {} }])
  const { state } = run(spec, { errorRate: 0.5 })
  assert.equal(state.ended?.verdict, "fail")
  const good: Sample = { metrics: { "t/errors": events([0, 1e6], [0, 1e6]) }, requests: { canary: 1e6 } }
  assert.equal(observe(spec, state, good, 99_000), state)
})

const events = (canary: [number, number], others: [number, number]): ArmMeasurements => ({
  canary: { kind: "events", events: canary[0], total: canary[1] },
  baseline: { kind: "events", events: others[0], total: others[1] },
  stable: { kind: "events", events: others[0], total: others[1] },
})

function looks(spec: AnalysisSpec, samples: readonly ArmMeasurements[], end = samples.length) {
  let state = startAnalysis(spec, 0)
  for (const [i, measured] of samples.entries())
    state = observe(
      spec,
      state,
      { metrics: { "t/m": measured }, requests: {} },
      ((i + 1) * end * 1_000) / samples.length,
    )
  return statusOf(spec, state, end * 1_000)
}

const value = (...all: unknown[]): ArmMeasurements[] =>
  all.map((one) => ({ canary: { kind: "value", value: one } }))
const job = { job: { command: ["check"] } }

test("conditions and limits", () => {
  const metric = { name: "m", type: "job" as const, provider: job }
  const cases: [string, AnalysisTemplateInput["metrics"][number], ArmMeasurements[], string][] = [
    ["good once", { ...metric, successCondition: "result < 5" }, value(1), "pass"],
    ["bad once", { ...metric, successCondition: "result < 5" }, value(7), "fail"],
    [
      "bad as often as is put up with",
      { ...metric, successCondition: "result < 5", failureLimit: 2 },
      value(7, 7, 1),
      "pass",
    ],
    [
      "bad more often",
      { ...metric, successCondition: "result < 5", failureLimit: 2 },
      value(7, 7, 7),
      "fail",
    ],
    [
      "neither",
      { ...metric, successCondition: "result < 5", failureCondition: "result > 9" },
      value(7),
      "inconclusive",
    ],
    [
      "neither, put up with",
      { ...metric, successCondition: "result < 5", failureCondition: "result > 9", inconclusiveLimit: 1 },
      value(7, 1),
      "pass",
    ],
    [
      "not counted to the end",
      { ...metric, successCondition: "result < 5", count: 3 },
      value(1, 1),
      "running",
    ],
    ["counted to the end", { ...metric, successCondition: "result < 5", count: 3 }, value(1, 1, 1), "pass"],
    [
      "in a row",
      { ...metric, successCondition: "result < 5", consecutiveSuccessLimit: 2, failureLimit: 9 },
      value(1, 7, 1),
      "running",
    ],
    ["NaN is left out", { ...metric, successCondition: "result < 5" }, value(Number.NaN), "running"],
    ["NaN fails", { ...metric, successCondition: "result < 5", nanStrategy: "fail" }, value(null), "fail"],
    ["NaN as 0", { ...metric, successCondition: "result < 5", nanStrategy: "zero" }, value(null), "pass"],
    ["a job's exit status", metric, [{ canary: { kind: "value", value: 1, failed: true } }], "fail"],
    [
      "a dry run has no say",
      { ...metric, successCondition: "result < 5", dryRun: true },
      value(7),
      "running",
    ],
  ]
  for (const [name, one, samples, verdict] of cases)
    assert.equal(looks(specOf([one]), samples).verdict, verdict, name)
})

test("a source that fails never passes: the limit, then no-data or inconclusive", () => {
  const metric = { name: "m", type: "job" as const, provider: job, consecutiveErrorLimit: 2 }
  const error: ArmMeasurements = { canary: { kind: "error", reason: "gone" } }
  assert.equal(looks(specOf([metric]), [error, error]).verdict, "running")
  assert.equal(looks(specOf([metric]), [error, error, error]).verdict, "no-data")
  assert.equal(
    looks(specOf([{ ...metric, count: 9 }]), [...value(1), error, error, error]).verdict,
    "inconclusive",
  )
  const rate = { name: "m", type: "rate" as const, provider: { internal: "errors" as const }, compare: {} }
  const { baseline: _, ...without } = events([0, 10], [0, 10])
  assert.equal(looks(specOf([{ ...rate, consecutiveErrorLimit: 0 }]), [without]).verdict, "no-data")
  // A counter that a service does not have is left out, if its absence is allowed; the other metric decides.
  const optional = { ...metric, name: "other", mustHaveData: false }
  const spec = specOf([{ ...metric }, optional])
  let state = startAnalysis(spec, 0)
  for (let i = 1; i < 9; i += 1)
    state = observe(
      spec,
      state,
      { metrics: { "t/m": { canary: { kind: "value", value: 0 } }, "t/other": error }, requests: {} },
      i,
    )
  assert.equal(statusOf(spec, state, 9).verdict, "pass")
})

test("static comparison, its critical change, and the minimum of requests", () => {
  const memory = {
    name: "m",
    type: "threshold" as const,
    provider: { internal: { gauge: "bytes" } },
    failureLimit: 2,
    compare: {
      method: "static" as const,
      allowedChange: "50%",
      minimumEffect: "100%",
      criticalChange: "300%",
    },
  }
  const both = (own: number): ArmMeasurements => ({
    canary: { kind: "value", value: own },
    baseline: { kind: "value", value: 100 },
    stable: { kind: "value", value: 1 },
  })
  assert.equal(looks(specOf([memory]), [both(149)]).verdict, "pass")
  assert.equal(looks(specOf([memory]), [both(160), both(160)]).verdict, "running")
  assert.equal(looks(specOf([memory]), [both(160), both(160), both(160)]).verdict, "fail")
  assert.equal(looks(specOf([memory]), [both(500)]).verdict, "fail")
  const rate = {
    name: "m",
    type: "rate" as const,
    provider: { internal: "errors" as const },
    minimumRequests: 1_000,
  }
  const bad = [events([40, 100], [0, 1_000])]
  assert.equal(looks(specOf([{ ...rate, compare: {} }]), bad).verdict, "running")
  assert.equal(looks(specOf([{ ...rate, compare: { criticalChange: "100%" } }]), bad).verdict, "fail")
  const ranks = { ...memory, compare: { ...memory.compare, method: "mannWhitney" as const } }
  const noisy = (own: number) => Array.from({ length: 20 }, (_, i) => both(own + (i % 5)))
  assert.equal(looks(specOf([ranks]), noisy(200)).verdict, "fail")
  assert.equal(looks(specOf([ranks]), noisy(100)).verdict, "pass")
})

test("after a promotion the past of the release before is the reference", () => {
  const past = {
    subject: { name: "stable", fleet: "s@2" },
    stable: { name: "before", fleet: "s@1", past: true },
  }
  const spec = specOf([{ name: "m", type: "rate", provider: { internal: "errors" }, compare: {} }], {
    arms: past,
  })
  const look = (own: number, first: boolean): ArmMeasurements => ({
    stable: { kind: "events", events: own, total: 100 },
    before: { kind: "events", events: first ? 20 : 0, total: first ? 20_000 : 0 },
  })
  assert.equal(
    looks(spec, [look(0, true), ...Array.from({ length: 9 }, () => look(5, false))]).verdict,
    "fail",
  )
  assert.notEqual(
    looks(spec, [look(0, true), ...Array.from({ length: 30 }, () => look(0, false))]).verdict,
    "fail",
  )
})

test("one error rate: metrics that each are nearly there fail together", () => {
  const rate = (name: string) => ({
    name,
    type: "rate" as const,
    provider: { internal: "errors" as const },
    compare: { dispersion: 1 },
  })
  const measured = events([7, 1_000], [0, 1_000])
  const alone = specOf([rate("m"), rate("n")])
  const one = observe(
    alone,
    startAnalysis(alone, 0),
    {
      metrics: { "t/m": events([5, 1_000], [0, 1_000]), "t/n": events([0, 1_000], [0, 1_000]) },
      requests: {},
    },
    1,
  )
  assert.equal(one.ended, undefined)
  const [first] = statusOf(alone, one, 1).metrics
  assert.equal(Math.round(first?.threshold ?? 0), 200)
  let state = startAnalysis(alone, 0)
  for (let i = 1; i < 3 && !state.ended; i += 1)
    state = observe(alone, state, { metrics: { "t/m": measured, "t/n": measured }, requests: {} }, i)
  assert.equal(state.ended?.verdict, "fail")
})

test("metrics are due by their interval and delay, and not after their count", () => {
  const spec = specOf([
    { name: "m", type: "job", provider: job, interval: "10s", initialDelay: "30s", count: 2 },
  ])
  let state = startAnalysis(spec, 1_000)
  const due = (now: number) => dueMetrics(spec, state, now).length
  assert.deepEqual([due(1_000), due(30_999), due(31_000)], [0, 0, 1])
  const look = (now: number) => {
    state = observe(spec, state, { metrics: { "t/m": value(0)[0] ?? {} }, requests: {} }, now)
  }
  look(31_000)
  assert.deepEqual([due(32_000), due(41_000)], [0, 1])
  look(41_000)
  assert.equal(due(99_000), 0)
})

test("what can be seen is said beforehand, and more traffic sees more", () => {
  const spec = defaults(600_000)
  const forecast = (requestsPerSecond: number) => ({
    requestsPerSecond,
    errorRate: 0.002,
    latency: {
      bounds: LATENCY_BOUNDS,
      counts: simulatedArm({ ...traffic, requestsPerSecond: 10_000 }, { cold: false }, seededChance(1)).look(
        1,
        1,
      ).latency,
    },
    events: { posts: 0.1 },
    shares: { subject: 0.1, baseline: 0.1, stable: 0.8 },
  })
  const [errors, latency, posts] = planDetectable(spec, forecast(100))
  assert.match(errors?.text ?? "", /^errors ≥ 0\.\d+ % within 10 min$/)
  assert.match(latency?.text ?? "", /^latency ≥ 1[2-4]0 ms within 10 min$/)
  assert.match(posts?.text ?? "", /^posts ≤ 0\.0\d+ per request within 10 min$/)
  const busier = planDetectable(spec, forecast(1_000))[0]
  assert.ok((busier?.effect ?? 1) < (errors?.effect ?? 0))
  assert.ok((busier?.minimumEffectWithinMs ?? Infinity) < (errors?.minimumEffectWithinMs ?? 0))
  assert.match(planDetectable(spec, forecast(0.001))[1]?.text ?? "", /nothing can be told/)
})

test("a record gives the same verdict again, and shows one that was changed", () => {
  for (const effect of [{ errorRate: 0.03 }, { latencyFactor: 1.4 }, {}]) {
    const { lines } = run(defaults(300_000), effect, { seconds: 400 })
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("")
    const replay = replayRecord(parseRecord(`${text}{"type":"lo`))
    assert.equal(replay.same, true)
    assert.deepEqual(
      JSON.parse(JSON.stringify(replay.status)),
      JSON.parse(JSON.stringify((lines.at(-1) as { status: unknown }).status)),
    )
  }
  const { lines } = run(defaults(300_000), { errorRate: 0.3 })
  const forged = lines
    .map((line) => JSON.stringify(line).replaceAll(/"events":\d+/g, '"events":0'))
    .join("\n")
  assert.equal(replayRecord(parseRecord(`${forged}\n`)).same, false)
  assert.throws(() => parseRecord('{"type":"other"}\n'), RecordError)
  assert.throws(() => replayRecord([]), RecordError)
})

test("a back-test trusts the default template, and refuses one that would roll back what was good", () => {
  const recorded = [1, 2, 3].map((seed) => run(defaults(60_000), {}, { seconds: 40, seed }).lines)
  const on = (template: AnalysisTemplate) =>
    backtest({
      history: recorded.flatMap((lines) => pastLooks(template, lines) ?? []),
      resampled: 60,
      maxFalseRollback: 0.01,
    })
  const [trusted] = defaultTemplates("social")
  assert.ok(trusted)
  const good = on(trusted)
  assert.deepEqual([good.runs, good.falseRollbacks, good.holds, good.atLeast], [63, 0, true, 0])
  assert.ok(
    good.atMost > 0.03 && good.atMost < 0.06,
    "what was not seen in 63 runs may still be a few in a hundred",
  )
  requireBacktest("default", good)
  const hasty = {
    ...trusted,
    name: "hasty",
    metrics: trusted.metrics.map((metric) =>
      metric.name === "errors"
        ? { ...metric, name: "failures", successCondition: "result < 0.01" }
        : { ...metric, provider: { internal: { histogram: "nobody_measured" } } },
    ),
  } as AnalysisTemplate
  assert.ok((pastLooks(hasty, recorded[0] ?? [])?.unseen.length ?? 0) > 0, "what was never measured is named")
  const refused = on(hasty)
  assert.equal(refused.holds, false)
  assert.ok((refused.byMetric["hasty/failures"] ?? 0) > 10)
  assert.throws(
    () => requireBacktest("hasty", refused),
    (error) => error instanceof AppError && error.code === "analysis.template_untrusted",
  )
})

test("templates are refused with what is wrong", () => {
  const metric = { name: "m", type: "rate", provider: { internal: "errors" }, compare: {} }
  const cases: [unknown, RegExp][] = [
    [{ ...metric, compare: undefined }, /nothing could fail it/],
    [{ ...metric, type: "threshold" }, /must be mannWhitney or static/],
    [{ ...metric, compare: { against: "history" } }, /needs compare.historical/],
    [{ ...metric, compare: { allowedChange: "20%" } }, /above compare.allowedChange/],
    [{ ...metric, successCondition: "eval(1)" }, /knows no ."eval/],
    [{ ...metric, type: "quantile" }, /cannot be taken from this internal source/],
    [{ ...metric, provider: { web: { url: "http://x" } } }, /takes provider internal or prometheus/],
    [
      { ...metric, provider: { prometheus: { address: "http://x", query: "q" } } },
      /sequential comparison needs counts/,
    ],
    [{ ...metric, compare: { direction: "decrease", minimumEffect: "200%" } }, /at most 100%/],
  ]
  for (const [one, message] of cases) {
    const parsed = analysisTemplateSchema.safeParse({ metrics: [one] })
    assert.match(parsed.error?.message ?? "", message)
  }
  assert.equal(analysisTemplateSchema.safeParse({ metrics: [metric, metric] }).success, false)
})
