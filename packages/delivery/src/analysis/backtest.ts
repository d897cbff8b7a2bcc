// How often a template would have rolled back releases that were good: it is run over the looks of past healthy releases, and over
// comparisons of the stable release with itself that are drawn from their looks. Pure but for the seed.
//
// A resampled look deals each arm's counts anew from the counts of all arms together, each event and request to an arm with the
// probability of that arm's share of requests: arms that differ in nothing but chance, with the traffic and the bursts of each
// second as they were. The bounds on the rate are those of Wilson (JASA 22 (1927)), each one-sided at 95 %.

import { AppError } from "@aviary/kit"
import type { AnalysisSpec } from "./analysis.ts"
import { observe, startAnalysis } from "./observe.ts"
import type { Look, PastLooks } from "./past-looks.ts"
import type { ArmMeasurements, Measurement } from "./sample.ts"
import { seededChance } from "../simulation/seeded.ts"
import type { Chance } from "../simulation/seeded.ts"

export interface Backtest {
  readonly runs: number
  readonly falseRollbacks: number
  readonly rate: number
  /** The rate is at least this with a confidence of 95 %, … */
  readonly atLeast: number
  /** … and at most this. */
  readonly atMost: number
  readonly allowed: number
  /** Nothing speaks against it: what the rate is at least is not above what is allowed. */
  readonly holds: boolean
  /** Which metrics rolled back, and how often. */
  readonly byMetric: Readonly<Record<string, number>>
}

export interface BacktestInput {
  readonly history: readonly PastLooks[]
  /** Resampled runs besides the history itself; default 500, and fewer where the looks of all runs would be more than 150,000. */
  readonly resampled?: number
  readonly seed?: number
  /** 0 … 1 */
  readonly maxFalseRollback: number
}

const RESAMPLED = 500
const MAX_LOOKS = 150_000

export function backtest({
  history,
  seed = 1,
  maxFalseRollback: allowed,
  resampled = affordable(history),
}: BacktestInput): Backtest {
  const chance = seededChance(seed)
  const fails: string[] = []
  let runs = 0
  const run = (spec: AnalysisSpec, looks: readonly Look[]) => {
    runs += 1
    const reason = failOf(spec, looks)
    if (reason !== undefined) fails.push(reason)
  }
  for (const { spec, looks } of history) run(spec, looks)
  const usable = history.filter(({ looks }) => looks.length > 0)
  for (let i = 0; i < resampled; i += 1) {
    const past = usable[i % usable.length]
    if (past) run(past.spec, resample(past.looks, chance))
  }
  const rate = runs === 0 ? 0 : fails.length / runs
  const byMetric: Record<string, number> = {}
  for (const reason of fails) byMetric[metricOf(reason)] = (byMetric[metricOf(reason)] ?? 0) + 1
  const { atLeast, atMost } = wilson(fails.length, runs)
  const holds = atLeast <= allowed
  return { runs, falseRollbacks: fails.length, rate, atLeast, atMost, allowed, holds, byMetric }
}

function affordable(history: readonly PastLooks[]): number {
  const looks = history.reduce((sum, past) => sum + past.looks.length, 0)
  const left = Math.floor((MAX_LOOKS - looks) / Math.max(1, looks / Math.max(1, history.length)))
  return Math.min(RESAMPLED, Math.max(history.length, left))
}

/** Fails with `analysis.template_untrusted` where a template would roll back good releases too often. */
export function requireBacktest(template: string, result: Backtest): void {
  if (result.holds) return
  const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
  const metrics = Object.entries(result.byMetric)
    .map(([name, count]) => `${name} (${count})`)
    .join(", ")
  throw new AppError("analysis.template_untrusted", {
    template,
    rate: `${percent(result.rate)} (${percent(result.atLeast)} to ${percent(result.atMost)})`,
    allowed: percent(result.allowed),
    metrics,
  })
}

/** The reason of a fail; undefined where it was none. */
function failOf(spec: AnalysisSpec, looks: readonly Look[]): string | undefined {
  let state = startAnalysis(spec, looks[0]?.now ?? 0)
  for (const { now, sample } of looks) {
    state = observe(spec, state, sample, now)
    if (state.ended) return state.ended.verdict === "fail" ? state.ended.reason : undefined
  }
  return undefined
}

const metricOf = (reason: string): string => reason.split(/[: ]/, 1)[0] ?? reason

function resample(looks: readonly Look[], chance: Chance): readonly Look[] {
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

function wilson(found: number, runs: number): { atLeast: number; atMost: number } {
  if (runs === 0) return { atLeast: 0, atMost: 1 }
  const [share, z2] = [found / runs, Z_95 ** 2]
  const middle = share + z2 / (2 * runs)
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / runs + z2 / (4 * runs * runs))
  const scale = 1 + z2 / runs
  return {
    atLeast: found === 0 ? 0 : (middle - spread) / scale,
    atMost: found === runs ? 1 : (middle + spread) / scale,
  }
}
