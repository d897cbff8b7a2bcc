// What an analysis is: its specification, what it says, and what a rollout asks of it. Types only, JSON throughout.

import type { AnalysisTemplate, MetricSpec } from "./template-schema.ts"

/** One of the groups of visitors that are compared. */
export interface ArmRef {
  /** `canary`, `baseline`, `stable` or a variant's name. */
  readonly name: string
  /** The fleet that serves it; the label `release` of the gateway's counters. */
  readonly fleet: string
  /** It serves no more: it is compared by what the gateway counted of it before. For `stable`, after a promotion. */
  readonly past?: boolean
}

export interface AnalysisSpec {
  readonly id: string
  readonly service: string
  /** None: the defaults of `default-templates.ts`. */
  readonly templates: readonly AnalysisTemplate[]
  readonly arms: { readonly subject: ArmRef; readonly baseline?: ArmRef; readonly stable: ArmRef }
  /** After which one that has not decided ends; the templates' own are not looked at. */
  readonly maxDurationMs: number
  /** Values for `{{args.name}}`, over those of the templates. */
  readonly args?: Readonly<Record<string, string>>
  /** The traffic of the service before, for what can be detected. */
  readonly traffic?: TrafficForecast
}

/** What is known of a service's traffic before a rollout. */
export interface TrafficForecast {
  /** Of the whole service. */
  readonly requestsPerSecond: number
  /** 0 … 1 */
  readonly errorRate: number
  /** Upper bounds in seconds and counts, as in a `histogram` measurement. */
  readonly latency?: { readonly bounds: readonly number[]; readonly counts: readonly number[] }
  /** Events per request of business counts, by metric name. */
  readonly events?: Readonly<Record<string, number>>
  /** Shares of the arms' traffic, 0 … 1, at the step that is longest. */
  readonly shares: { readonly subject: number; readonly baseline: number; readonly stable: number }
}

/**
 * - `running`: not decided yet.
 * - `pass`: every metric has shown that it is not worse than the minimum effect, or would have been seen if it were.
 * - `fail`: at least one metric is worse than allowed. Never taken back.
 * - `inconclusive`: the time is over and measurements neither failed nor passed, or a source kept failing.
 * - `undetectable`: the time is over and there were too few requests to see what must be seen.
 * - `no-data`: the time is over, or the source failed too often, without a single measurement that was needed.
 */
export type AnalysisVerdict = "running" | "pass" | "fail" | "inconclusive" | "undetectable" | "no-data"

/** One arm's figures of one metric, summed over the analysis. */
export interface ArmValue {
  /** Events, occurrences or values. */
  readonly count: number
  /** Requests or other occasions. */
  readonly total: number
  /** A share, events per request, a quantile or a mean; undefined where nothing was measured. */
  readonly value: number | undefined
}

export interface MetricStatus {
  /** `template/metric` */
  readonly name: string
  readonly layer: MetricSpec["layer"]
  readonly verdict: AnalysisVerdict
  /** A sentence. */
  readonly reason: string
  readonly values: Readonly<Record<string, ArmValue>>
  /** Evidence that the subject is worse than allowed; `undefined` where the method has none. At most 1e300. */
  readonly eValue: number | undefined
  /** What `eValue` must reach for this metric to fail alone. */
  readonly threshold: number | undefined
  /** Evidence that it is not worse than the minimum effect; passes at 20. */
  readonly passEValue: number | undefined
  /** The chance that the minimum effect would have been seen by now, 0 … 1. */
  readonly power: number | undefined
  /** Measured and shown, without a say: `dryRun` or `muted`. */
  readonly ignored: boolean
  readonly counts: {
    readonly measurements: number
    readonly failures: number
    readonly successes: number
    readonly inconclusive: number
    readonly errors: number
    readonly consecutiveErrors: number
    readonly consecutiveSuccesses: number
  }
}

/** The smallest effect of one metric that would be seen in time with a probability of 95 %. */
export interface Detectable {
  readonly metric: string
  /** `errors ≥ 0.8 % within 12 minutes` */
  readonly text: string
  /** In the metric's own unit; undefined where nothing could be seen. */
  readonly effect: number | undefined
  /** When the template's own minimum effect would be seen; undefined: not in time. */
  readonly minimumEffectWithinMs: number | undefined
}

export interface AnalysisStatus {
  readonly verdict: AnalysisVerdict
  /** A sentence. */
  readonly reason: string
  readonly metrics: readonly MetricStatus[]
  /** By the name of the arm. */
  readonly requestsPerArm: Readonly<Record<string, number>>
  readonly detectable: readonly Detectable[]
  /**
   * Requests per second that the subject may be given now, so that whatever the requests until now cannot have shown would be
   * seen before it has cost 25 requests. Grows with the requests seen (`ramp.ts`).
   */
  readonly maxRequestsPerSecond: number
  readonly elapsedMs: number
}

/** The analyses that run, as the rollout's runner sees them. */
export interface Analyses {
  /** Begins; one of the same id that is known goes on where it was. */
  begin(spec: AnalysisSpec): void
  status(id: string): AnalysisStatus | undefined
  /** Ends, and writes its record. One that is not known is left alone. */
  end(id: string): void
  /** Measures what is due. @param now monotonic milliseconds */
  tick(now: number): Promise<void>
}
