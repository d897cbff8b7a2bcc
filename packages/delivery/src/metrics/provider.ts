// What a source of measurements is. One measurement of one metric for all arms that it compares; a source that fails says so as an
// `error` and throws only on a bug. What follows from errors is the analysis's policy.

import type { ArmRef } from "../analysis/analysis.ts"
import type { ArmMeasurements, Measurement } from "../analysis/sample.ts"
import type { MetricSpec } from "../analysis/template-schema.ts"
import { SourceError } from "./limited-fetch.ts"
import type { PlaceholderValues } from "./placeholders.ts"

export interface MetricQuery {
  /** Of the analysis and the metric: what is measured since the look before is kept under it. */
  readonly key: string
  readonly service: string
  readonly metric: MetricSpec
  readonly arms: readonly ArmRef[]
  readonly args: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

export interface MetricProvider {
  measure(query: MetricQuery): Promise<ArmMeasurements>
  /** What was kept for keys that begin so is not needed any more. */
  forget(prefix: string): void
}

/** Asks for one arm after the other; a failure of one is an error of that one. */
export async function measureEachArm(
  query: MetricQuery,
  measure: (arm: ArmRef, values: PlaceholderValues) => Promise<Measurement>,
): Promise<ArmMeasurements> {
  const { arms, service, args } = query
  const entries = await Promise.all(
    arms.map(async (arm): Promise<[string, Measurement]> => {
      try {
        return [arm.name, await measure(arm, { arm: arm.name, fleet: arm.fleet, service, args })]
      } catch (error) {
        if (error instanceof SourceError) return [arm.name, { kind: "error", reason: error.message }]
        throw error
      }
    }),
  )
  return Object.fromEntries(entries)
}
