// A rollout with everything looked up that its documents name: releases, templates, tests. Fixed when it begins and kept with its
// state, so that a record can be replayed and an edited document changes nothing that is under way. JSON.

import type { AnalysisTemplate } from "../analysis/template-schema.ts"
import type { RolloutSpec } from "../spec/rollout-schema.ts"
import type { RolloutSmokeTest, Strategy } from "../spec/strategy-schema.ts"

export interface ResolvedRollout {
  readonly id: string
  readonly service: string
  /** The release that is stable when it begins; null for the first of a service. */
  readonly from: string | null
  /** The release that is rolled out. */
  readonly to: string
  /** `undo` is not written by anybody: it brings back a release that was stable before, without steps or questions. */
  readonly strategy: Strategy | { readonly kind: "undo" }
  readonly spec: RolloutSpec
  /** Those that the strategy names, by name. */
  readonly templates: Readonly<Record<string, AnalysisTemplate>>
  /** Those of the release, then those of the strategy. */
  readonly smokeTests: readonly RolloutSmokeTest[]
  /** Which release each variant of an A/B test has; empty otherwise. */
  readonly variants: readonly { readonly name: string; readonly release: string; readonly weight: number }[]
  readonly requestedBy: string
}

/** The fresh baseline's fleet. */
export const baselineFleet = (release: string) => `${release}.baseline`
