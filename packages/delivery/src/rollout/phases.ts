// Every phase of a rollout by its name, and with it every way through one. docs/rollouts.md has the same as a table.
//
// | phase | is left |
// | --- | --- |
// | gated | → asking when the gates are open; → ended when aborted |
// | asking | → preparing when no hook denies; → ended |
// | preparing | → testing when instances are ready; → returning |
// | testing | → the strategy's first phase when smoke tests pass; → returning |
// | stepping (canary) | → concluding after the last step; → returning |
// | concluding (canary) | → confirming when the analysis has passed; → returning |
// | rolling | → confirming when all are replaced; → returning |
// | previewing (blueGreen) | → confirming when the preview is good; → returning |
// | experimenting (abTest) | → confirming when a variant is best; → returning |
// | confirming | → scaling when the hooks confirm; → returning |
// | scaling | → switching when all instances are ready; → returning |
// | switching | → watching or settling when the gateway has it in force; → returning |
// | watching | → settling when nothing failed; → returning |
// | settling | → telling after scaleDownDelay; → returning |
// | telling | → ended |
// | returning | → cleaning or held when all visitors are back |
// | held | → preparing when resumed; → cleaning when aborted |
// | cleaning | → ended |
// | ended | nothing leaves it |
//
// `returning` is `cleaning` for the first release of a service, which has nothing to return to.

import type { Phase } from "./phase.ts"
import { nothing } from "./phase.ts"
import { asking, gated } from "./phases/beginning.ts"
import { preparing, testing } from "./phases/preparing.ts"
import { confirming, scaling, settling, switching, telling, watching } from "./phases/promoting.ts"
import { cleaning, held, returning } from "./phases/returning.ts"
import type { PhaseName } from "./rollout-state.ts"
import { experimenting } from "./strategies/ab-test.ts"
import { previewing } from "./strategies/blue-green.ts"
import { concluding, stepping } from "./strategies/canary.ts"
import { rolling } from "./strategies/rolling.ts"

const ended: Phase = {
  text: "It is over. The service itself says what runs from here on.",
  exits: {},
  advance: ({ state }) => ({ wait: state.reason }),
  wanted: () => nothing,
}

export const phases: Readonly<Record<PhaseName, Phase>> = {
  gated,
  asking,
  preparing,
  testing,
  stepping,
  concluding,
  rolling,
  previewing,
  experimenting,
  confirming,
  scaling,
  switching,
  watching,
  settling,
  telling,
  returning,
  held,
  cleaning,
  ended,
}
