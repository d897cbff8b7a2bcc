// What the end of a rollout means to its service: the pointer, what may be undone, what stays warm, the history. Pure.

import type { RolloutSummary, RolloutView } from "../rollout/views.ts"
import type { PreviousRelease, RolloutRecord, ServiceRecord } from "./rollout-record.ts"

const MAX_HISTORY = 50

/** @param now on the installation's own time, in milliseconds; `at` is for records, ISO 8601. */
export function finishRollout(
  service: ServiceRecord,
  record: RolloutRecord,
  end: { readonly view: RolloutView; readonly now: number; readonly at: string },
): ServiceRecord {
  const { rollout, state } = record
  const outcome = state.outcome ?? "rolled-back"
  const summary: RolloutSummary = {
    id: rollout.id,
    service: rollout.service,
    strategy: rollout.strategy.kind,
    from: rollout.from ?? undefined,
    to: rollout.to,
    outcome,
    reason: state.reason,
    requestedBy: rollout.requestedBy,
    startedAt: record.startedAt,
    endedAt: end.at,
    elapsedMs: state.elapsedMs,
  }
  return {
    ...service,
    rollout: null,
    last: { ...end.view, endedAt: end.at },
    history: [summary, ...service.history].slice(0, MAX_HISTORY),
    historyLimit: rollout.spec.revisionHistoryLimit,
    ...(outcome === "promoted"
      ? { replicas: rollout.spec.replicas, previous: previousAfter(service, record, end.now) }
      : {}),
  }
}

function previousAfter(
  service: ServiceRecord,
  { rollout, state }: RolloutRecord,
  now: number,
): PreviousRelease[] {
  const promoted = state.winner ?? rollout.to
  const others = service.previous.filter(({ release }) => release !== promoted && release !== rollout.from)
  // What was undone is nothing to go back to.
  if (rollout.strategy.kind === "undo" || rollout.from === null) return others
  const { revisions, keepWarm } = rollout.spec.rollbackWindow
  const warmUntilMs = rollout.strategy.kind === "rolling" || keepWarm === 0 ? 0 : now + keepWarm
  // Only the last one stays warm.
  return [{ release: rollout.from, warmUntilMs }, ...others.map((one) => ({ ...one, warmUntilMs: 0 }))].slice(
    0,
    revisions,
  )
}
