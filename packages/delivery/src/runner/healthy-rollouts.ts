// Which rollouts of a service turned out well: they were promoted, and nobody took that back. Pure.

import type { RolloutSummary } from "../rollout/views.ts"

/** @param history newest first. Ids of rollouts. */
export function healthyRollouts(history: readonly RolloutSummary[]): readonly string[] {
  return history.flatMap((one, index) => {
    const wasUndone = history
      .slice(0, index)
      .some(({ strategy, from }) => strategy === "undo" && from === one.to)
    return one.outcome === "promoted" && one.strategy !== "undo" && !wasUndone ? [one.id] : []
  })
}
