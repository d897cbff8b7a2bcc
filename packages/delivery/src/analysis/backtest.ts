// How often a template would have rolled back releases that were good: it is run over the looks of past healthy releases, and over
// comparisons of the stable release with itself that are drawn from their looks. Pure but for the seed.
//
// A resampled look deals each arm's counts anew from the counts of all arms together, each event and request to an arm with the
// probability of that arm's share of requests: arms that differ in nothing but chance, with the traffic and the bursts of each
// second as they were. The bound on the rate is that of Wilson (JASA 22 (1927)), one-sided at 95 %.

import { AppError } from "@aviary/kit"
import type { AnalysisSpec } from "./analysis.ts"
import { observe, startAnalysis } from "./observe.ts"
import type { ArmMeasurements, Measurement, Sample } from "./sample.ts"
import { seededChance } from "../simulation/seeded.ts"
import type { Chance } from "../simulation/seeded.ts"

/** The looks of one healthy rollout, as a decision record has them. */
export type PastLooks = readonly { readonly now: number; readonly sample: Sample }[]

export interface Backtest {
  readonly runs: number
  readonly falseRollbacks: number
  readonly rate: number
  /** The rate is at most this with a confidence of 95 %. */
  readonly atMost: number
  readonly allowed: number
  /** The rate is not above what is allowed; one that was seen too seldom to say holds while nothing speaks against it. */
  readonly holds: boolean
  /** Which metrics rolled back, and how often. */
  readonly byMetric: Readonly<Record<string, number>>
}

export interface BacktestInput {
  readonly spec: AnalysisSpec
  readonly history: readonly PastLooks[]
  /** Resampled runs besides the history itself (default 500). */
  readonly resampled?: number
  readonly seed?: number
  /** Default: the strictest `maxFalseRollback` of the templates, or 1 %. */
  readonly maxFalseRollback?: number
}

export function backtest(input: BacktestInput): Backtest {
  const { spec, history, resampled = 500, seed = 1 } = input
  const chance = seededChance(seed)
  const fails: string[] = []
  let runs = 0
  const run = (looks: PastLooks) => {
    runs += 1
    const reason = failOf(spec, looks)
    if (reason !== undefined) fails.push(reason)
  }
  for (const looks of history) run(looks)
  const usable = history.filter((looks) => looks.length > 0)
  for (let i = 0; usable.length > 0 && i < resampled; i += 1)
    run(resample(spec, usable[i % usable.length] ?? [], chance))
  const limits = spec.templates.flatMap((template) => template.backtest?.maxFalseRollback ?? [])
  const allowed = input.maxFalseRollback ?? Math.min(...limits, limits.length > 0 ? 1 : 0.01)
  const rate = runs === 0 ? 0 : fails.length / runs
  const byMetric: Record<string, number> = {}
  for (const reason of fails) byMetric[metricOf(reason)] = (byMetric[metricOf(reason)] ?? 0) + 1
  const atMost = wilsonUpper(fails.length, runs)
  return { runs, falseRollbacks: fails.length, rate, atMost, allowed, holds: rate <= allowed, byMetric }
}

/** Fails with `analysis.template_untrusted` where the template would roll back good releases too often. */
export function requireBacktest(input: BacktestInput): Backtest {
  const result = backtest(input)
  if (result.holds) return result
  const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
  const metrics = Object.entries(result.byMetric)
    .map(([name, count]) => `${name} (${count})`)
    .join(", ")
  throw new AppError("analysis.template_untrusted", {
    template: input.spec.templates.map(({ name }) => name).join(", "),
    rate: percent(result.rate),
    allowed: percent(result.allowed),
    metrics,
  })
}

/** The reason of a fail; undefined where it was none. */
function failOf(spec: AnalysisSpec, looks: PastLooks): string | undefined {
  let state = startAnalysis(spec, looks[0]?.now ?? 0)
  for (const { now, sample } of looks) {
    state = observe(spec, state, sample, now)
    if (state.ended) return state.ended.verdict === "fail" ? state.ended.reason : undefined
  }
  return undefined
}

const metricOf = (reason: string): string => reason.split(/[: ]/, 1)[0] ?? reason

function resample(spec: AnalysisSpec, looks: PastLooks, chance: Chance): PastLooks {
  return looks.map(({ now, sample }) => ({
    now,
    sample: {
      requests: sample.requests,
      metrics: Object.fromEntries(
        Object.entries(sample.metrics).map(([key, arms]) => [key, dealAnew(arms, chance)]),
      ),
    },
  }))
}

/** Single values change places between the arms; counts are dealt anew. */
function dealAnew(arms: ArmMeasurements, chance: Chance): ArmMeasurements {
  const entries = Object.entries(arms)
  const all = entries.map(([, measurement]) => measurement)
  if (all.every((one) => one.kind === "events")) {
    const dealt = deal(
      all.reduce((sum, one) => sum + one.events, 0),
      all.map(({ total }) => total),
      chance,
    )
    return Object.fromEntries(
      entries.map(([arm], i) => [arm, { kind: "events", events: dealt[i] ?? 0, total: all[i]?.total ?? 0 }]),
    )
  }
  if (all.every((one) => one.kind === "histogram")) return dealHistograms(entries, all, chance)
  const order = all.map((measurement) => ({ measurement, at: chance.next() })).sort((a, b) => a.at - b.at)
  return Object.fromEntries(entries.map(([arm, own], i) => [arm, order[i]?.measurement ?? own]))
}

type HistogramMeasurement = Extract<Measurement, { kind: "histogram" }>

function dealHistograms(
  entries: readonly (readonly [string, Measurement])[],
  all: readonly HistogramMeasurement[],
  chance: Chance,
): ArmMeasurements {
  const bounds = all[0]?.bounds ?? []
  const left = all.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0))
  const counts = all.map(() => [] as number[])
  for (let bucket = 0; bucket <= bounds.length; bucket += 1) {
    const together = all.reduce((sum, one) => sum + (one.counts[bucket] ?? 0), 0)
    // Without replacement: what an arm has been dealt it has not left to be dealt.
    const dealt = deal(together, left, chance)
    for (const [i, count] of dealt.entries()) {
      counts[i]?.push(count)
      left[i] = Math.max(0, (left[i] ?? 0) - count)
    }
  }
  return Object.fromEntries(
    entries.map(([arm], i) => [arm, { kind: "histogram", bounds, counts: counts[i] ?? [] }]),
  )
}

/** So many things to places, each with a probability in proportion to the place's weight. */
function deal(things: number, weights: readonly number[], chance: Chance): number[] {
  let left = things
  let weight = weights.reduce((sum, one) => sum + one, 0)
  return weights.map((own) => {
    const drawn = weight <= 0 ? 0 : chance.binomial(left, Math.min(1, own / weight))
    left -= drawn
    weight -= own
    return drawn
  })
}

const Z_95 = 1.6448536269514722

function wilsonUpper(found: number, runs: number): number {
  if (runs === 0) return 1
  const [share, z2] = [found / runs, Z_95 ** 2]
  const middle = share + z2 / (2 * runs)
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / runs + z2 / (4 * runs * runs))
  return Math.min(1, (middle + spread) / (1 + z2 / runs))
}
