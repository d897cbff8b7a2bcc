// Which hooks are asked now, by which ids. An id is the same after a crash, so that a hook is asked again with the same idempotency
// key and not with a new one.

import type { Context } from "../phase.ts"

export interface Question {
  readonly id: string
  /** Index in the spec's hooks. */
  readonly hook: number
  /** How messages call it. */
  readonly label: string
}

/** @param round of a confirmation that is asked again */
export function questionsOf({ rollout, state }: Context, type: "pre" | "confirm", round = 1): Question[] {
  return rollout.spec.hooks.flatMap((hook, index) => {
    if (hook.type !== type) return []
    const id = `${rollout.id}/hook/${index}/${type}/${state.round}.${round}`
    return [{ id, hook: index, label: `the ${type} hook ${hook.name ?? new URL(hook.url).host}` }]
  })
}
