// Hooks that are told and not asked. Nobody waits for them but the end of the rollout, and what they answer changes nothing.

import type { ResolvedRollout } from "./resolved-rollout.ts"
import { change } from "./rollout-state.ts"
import type { RolloutState } from "./rollout-state.ts"

export function tell(
  rollout: ResolvedRollout,
  state: RolloutState,
  type: "step" | "post" | "rollback",
  text: string,
): RolloutState {
  const tells = rollout.spec.hooks.flatMap((hook, index) => {
    if (hook.type !== type) return []
    const suffix = type === "step" ? `.${state.step}` : ""
    return [{ id: `${rollout.id}/hook/${index}/${type}/${state.round}${suffix}`, hook: index, text }]
  })
  return tells.length === 0 ? state : change(state, { tells: [...state.tells, ...tells] })
}
