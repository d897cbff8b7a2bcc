// What the control API, the commands and the console may ask of delivery. The interface alone; create-delivery.ts makes one.

import type { Part } from "@aviary/kit"
import type { RecordSummary } from "./analysis/record-summary.ts"
import type { Replayed, TemplateBacktest } from "./analysis/record-work.ts"
import type { RolloutEvent } from "./events/rollout-event.ts"
import type { Release } from "./releases/release.ts"
import type { RolloutPlan, RolloutSummary, RolloutView, ServiceView, StrategyName } from "./rollout/views.ts"
import type { RolloutSpecInput } from "./spec/rollout-schema.ts"

export interface DeployRequest {
  /**
   * A directory, a tarball, a git revision, or the id of a release that is installed already. Default: the spec's
   * `revision.artifact`.
   */
  readonly source?: string
  readonly service: string
  /** As it stands in a document's `spec`; default: the service's own, or the documented defaults. */
  readonly spec?: RolloutSpecInput
  /** Takes the defaults of this strategy; refused together with a spec that has another. */
  readonly strategy?: Exclude<StrategyName, "undo">
  /** Who asks, for records: an operator's name. */
  readonly requestedBy: string
  /** Waits for a rollout of the same service that is under way instead of being refused. */
  readonly wait?: boolean
}

/** `service` is what a plan needs; without a source it tells of the strategy alone. */
export type PlanRequest = Pick<DeployRequest, "service" | "spec" | "strategy" | "source">

export interface Intervention {
  /** Who intervenes, for records. */
  readonly by: string
  readonly reason?: string
}

export interface Deployed {
  readonly release: Release
  readonly rollout: RolloutView
}

export interface Delivery extends Part {
  /**
   * Installs the source, begins its rollout and returns as soon as it has begun. Fails with `rollout.running` (or queues, with
   * `wait`), `rollout.refused`, `service.unknown`, `delivery.document_invalid`, `analysis.template_untrusted`, and whatever the
   * installation fails with. One that waits is kept: when the process ends meanwhile, the next one goes on with it.
   */
  deploy(request: DeployRequest, onProgress: (text: string) => void): Promise<Deployed>
  /** Takes out all deployments of the service that wait; they fail with `rollout.refused`. */
  cancelQueued(service: string, by: Intervention): readonly DeployRequest[]
  /** Those under way and queued. */
  rollouts(service?: string): readonly RolloutView[]
  /** The one under way, or else the last that ended. */
  rollout(service: string): RolloutView | undefined
  /** Newest first. */
  history(service: string): readonly RolloutSummary[]
  /** Each fails with `rollout.none` when none is under way, and with `rollout.refused` when its state does not allow it. */
  pause(service: string, by: Intervention): RolloutView
  resume(service: string, by: Intervention): RolloutView
  /** Ends what the rollout waits for now: the pause, the step, the approval or the gate. Never skips a verdict that failed. */
  promote(service: string, by: Intervention): RolloutView
  abort(service: string, by: Intervention): RolloutView
  /** Back to the release that was stable before; while that is warm it is a change of routes. */
  undo(service: string, by: Intervention): RolloutView
  approve(service: string, stepIndex: number, by: Intervention): RolloutView
  plan(request: PlanRequest): Promise<RolloutPlan>
  /** What happened after the event `after` (default: from now on), then live. Ends when the iteration is left or at the stop. */
  events(after?: number): AsyncIterable<RolloutEvent>
  services(): readonly ServiceView[]
  /** Decision records of analyses, the newest first. */
  records(service?: string): Promise<readonly RecordSummary[]>
  /** Computes a record's verdict again. Fails with `analysis.record_unreadable`. */
  replay(id: string): Promise<Replayed>
  /** What a template would have made of the service's healthy releases. Fails with `analysis.template_unknown`. */
  backtest(service: string, template: string): Promise<TemplateBacktest>
}
