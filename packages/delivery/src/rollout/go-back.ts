// The one way back: whatever fails and whoever aborts, the state becomes `returning`, whose only wish is that all visitors meet the
// stable release again.

import type { Context } from "./phase.ts"
import { change, emit, end, enter } from "./rollout-state.ts"
import type { RolloutState } from "./rollout-state.ts"

export type Failure = NonNullable<RolloutState["failure"]>

export function goBack({ rollout, state }: Context, failure: Failure): RolloutState {
  const failed = emit(
    change(state, { failure, paused: null, weight: 0, headerRoute: null, mirror: 0, unreadyMs: {} }),
    "rollout.failed",
    { text: failure.reason, kind: failure.kind, by: failure.by },
  )
  if (rollout.from === null) return enter(failed, "cleaning", failure.reason)
  return enter(failed, "returning", failure.reason)
}

/** Ends a rollout that has touched nothing yet. */
export function refuse(state: RolloutState, failure: Failure): RolloutState {
  const failed = emit(change(state, { failure }), "rollout.failed", {
    text: failure.reason,
    kind: failure.kind,
    by: failure.by,
  })
  return end(failed, outcomeOf(failure), failure.reason)
}

export function outcomeOf({ kind }: Failure): "rolled-back" | "aborted" | "undone" {
  switch (kind) {
    case "failed":
      return "rolled-back"
    case "aborted":
      return "aborted"
    case "undone":
      return "undone"
  }
}
