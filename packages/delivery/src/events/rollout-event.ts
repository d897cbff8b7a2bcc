// What rollouts tell: one record for each thing that happened, for the terminal, hooks, alerts and the console. Types only.

/**
 * - `rollout.started`, `rollout.phase` (a state was entered), `rollout.step` (a step ended),
 *   `rollout.weight` (the gateway has a new division in force), `rollout.paused`, `rollout.resumed`, `rollout.command`
 *   (somebody intervened), `rollout.failed` (the weight goes to 0 now), `rollout.ended`;
 * - `analysis.started`, `analysis.verdict`, `smoke.result`, `hook.result`, `gate.blocked`;
 * - `deployment.refused` (one that had waited for its turn, and that nobody waits for any more);
 * - `service.stable` (the pointer moved), `service.retired` (a release was removed or is no longer kept warm).
 */
export type RolloutEventType =
  | "rollout.started"
  | "rollout.phase"
  | "rollout.step"
  | "rollout.weight"
  | "rollout.paused"
  | "rollout.resumed"
  | "rollout.command"
  | "rollout.failed"
  | "rollout.ended"
  | "analysis.started"
  | "analysis.verdict"
  | "smoke.result"
  | "hook.result"
  | "gate.blocked"
  | "deployment.refused"
  | "service.stable"
  | "service.retired"

export interface RolloutEvent {
  /** Rises by one with each event of this installation. */
  readonly id: number
  /** ISO 8601. */
  readonly time: string
  readonly service: string
  /** Empty where the event belongs to no rollout. */
  readonly rollout: string
  readonly type: RolloutEventType
  /** Always has `text`, a sentence for people; the rest differs by type. */
  readonly data: { readonly text: string } & Readonly<Record<string, unknown>>
}
