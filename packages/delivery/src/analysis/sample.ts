// What the providers hand to the pure analysis: for each metric and arm, what happened since the look before. JSON.

/**
 * One arm's figures of one metric since the look before.
 * - `events`: of `total` requests (or other occasions) so many were events; also counts, where there can be more than `total`.
 * - `histogram`: occurrences by bucket; `bounds` are upper bounds, ascending, and `counts` has one more, for what lies above.
 * - `mean`: `count` values with this sum.
 * - `value`: one value, or several of the arm's instances; may be NaN (JSON: null).
 * - `error`: the source gave none.
 */
export type Measurement =
  | { readonly kind: "events"; readonly events: number; readonly total: number }
  | { readonly kind: "histogram"; readonly bounds: readonly number[]; readonly counts: readonly number[] }
  | { readonly kind: "mean"; readonly sum: number; readonly count: number }
  | {
      readonly kind: "value"
      readonly value: unknown
      /** The source says itself that it is bad: a job's exit status. */
      readonly failed?: boolean
    }
  | { readonly kind: "error"; readonly reason: string }

/** By the name of the arm. */
export type ArmMeasurements = Readonly<Record<string, Measurement>>

export interface Sample {
  /** By `template/metric`; a metric that was not due is absent. */
  readonly metrics: Readonly<Record<string, ArmMeasurements>>
  /** Requests that ended since the look before, by arm. */
  readonly requests: Readonly<Record<string, number>>
  /** Examples of the subject's failed requests, for the record; a few. */
  readonly traceIds?: readonly string[]
}
