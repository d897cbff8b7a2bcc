// What an analysis remembers between looks. JSON of bounded size: sums and logarithms of e-values, no raw data but a few hundred
// values of rank tests.

import type { AnalysisVerdict } from "./analysis.ts"
import type { CountTest } from "./count-test.ts"
import type { Histogram } from "./histogram.ts"
import type { MeanTest } from "./mean-test.ts"
import type { QuantileTest } from "./quantile-test.ts"
import type { ShareEvidence } from "./share-test.ts"

export interface AnalysisState {
  /** Monotonic milliseconds, as all times here. */
  readonly startedAt: number
  readonly requests: Readonly<Record<string, number>>
  /** By `template/metric`. */
  readonly metrics: Readonly<Record<string, MetricState>>
  /** A few examples of the subject's failed requests, the newest last. */
  readonly traceIds: readonly string[]
  /** Set once and for good: a fail, a source that failed too often, or the end of the time. */
  readonly ended?: Ended
}

export interface Ended {
  readonly verdict: Exclude<AnalysisVerdict, "running">
  readonly reason: string
  readonly at: number
}

export interface MetricState {
  /** When it was last measured; undefined before. */
  readonly measuredAt: number | undefined
  readonly counts: MetricCounts
  readonly totals: Readonly<Record<string, ArmTotals>>
  readonly test: TestState
}

export interface MetricCounts {
  readonly measurements: number
  readonly failures: number
  readonly successes: number
  readonly inconclusive: number
  readonly errors: number
  readonly consecutiveErrors: number
  readonly consecutiveSuccesses: number
  /** A measurement beyond `criticalChange`. */
  readonly critical: number
}

export interface ArmTotals {
  /** Events, occurrences or the sum of values. */
  readonly sum: number
  /** Requests, occasions, or the number of values. */
  readonly total: number
  readonly histogram?: Histogram
  /** The newest single value. */
  readonly last?: number
}

export type TestState =
  | {
      readonly kind: "counts"
      readonly test: CountTest
      /** The logarithm of the evidence from before the reference changed; never above 0. */
      readonly before: number
      /** Evidence that the baseline has more (or fewer) events than the stable release's other instances. */
      readonly apart: ShareEvidence
      /** Evidence that the subject is worse than the baseline alone, which must not contradict that against both. */
      readonly alone: CountTest
      /** That evidence was enough: from then on the baseline alone is the reference. */
      readonly isApart: boolean
    }
  | { readonly kind: "quantile"; readonly test: QuantileTest }
  | { readonly kind: "mean"; readonly test: MeanTest }
  | {
      readonly kind: "ranks"
      readonly subject: readonly number[]
      readonly reference: readonly number[]
      /** Looks that have spent alpha. */
      readonly looks: number
      readonly p: number
      readonly rejected: boolean
    }
  | { readonly kind: "none" }

export const noCounts: MetricCounts = {
  measurements: 0,
  failures: 0,
  successes: 0,
  inconclusive: 0,
  errors: 0,
  consecutiveErrors: 0,
  consecutiveSuccesses: 0,
  critical: 0,
}

export const noTotals: ArmTotals = { sum: 0, total: 0 }

/** What one look showed of an arm, or of several arms together. */
export function addTotals(first: ArmTotals, second: ArmTotals): ArmTotals {
  return { sum: first.sum + second.sum, total: first.total + second.total }
}
