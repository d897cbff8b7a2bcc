// Every strategy by its name, and the two that nobody writes: the first release of a service, and the undo of a promotion.

import { fleet, nothing } from "../phase.ts"
import type { Context, Wanted } from "../phase.ts"
import type { ResolvedRollout } from "../resolved-rollout.ts"
import { abTestRules } from "./ab-test.ts"
import { blueGreenRules } from "./blue-green.ts"
import { canaryRules } from "./canary.ts"
import { rollingRules } from "./rolling.ts"
import type { StrategyRules } from "./strategy-rules.ts"

const full = ({ rollout }: Context) => [fleet(rollout, rollout.to, rollout.spec.replicas)]

/** There is nothing to compare with and nobody to protect: it starts, is tested, and gets the visitors. */
const firstRules: StrategyRules = {
  firstPhase: "confirming",
  candidates: full,
  stableWhilePreparing: () => 0,
  standing: (context): Wanted => ({ ...nothing, fleets: full(context) }),
  touches: ({ to }) => [to],
  oldAfterSwitch: () => 0,
}

/** The release was stable before. When it is still warm, the first decision switches. */
const undoRules: StrategyRules = {
  firstPhase: "scaling",
  candidates: full,
  stableWhilePreparing: ({ rollout }) => rollout.spec.replicas,
  standing(context): Wanted {
    const { rollout } = context
    const current = rollout.from === null ? [] : [fleet(rollout, rollout.from, rollout.spec.replicas)]
    return { ...nothing, fleets: [...current, ...full(context)] }
  },
  touches: ({ to }) => [to],
  oldAfterSwitch: () => 0,
}

const rules: Record<ResolvedRollout["strategy"]["kind"], StrategyRules> = {
  canary: canaryRules,
  blueGreen: blueGreenRules,
  rolling: rollingRules,
  abTest: abTestRules,
  undo: undoRules,
}

export function strategyOf(rollout: ResolvedRollout): StrategyRules {
  if (rollout.from === null) return firstRules
  return rules[rollout.strategy.kind]
}
