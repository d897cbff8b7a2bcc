// What operators tell a rollout that is under way, and the undo of one that has ended. Each is decided by the state machine's own
// rules (rollout/commands.ts) and kept on the disk before it is done.

import { AppError } from "@aviary/kit"
import type { Intervention } from "./delivery.ts"
import type { Releases } from "./releases/release.ts"
import { applyCommand } from "./rollout/commands.ts"
import type { Command } from "./rollout/commands.ts"
import type { ResolvedRollout } from "./rollout/resolved-rollout.ts"
import type { RolloutView } from "./rollout/views.ts"
import type { SpecRequest } from "./runner/resolve-rollout.ts"
import type { RolloutRecord } from "./runner/rollout-record.ts"
import type { Runner } from "./runner/runner.ts"
import type { ServiceStore } from "./runner/service-store.ts"
import type { RolloutSpec } from "./spec/rollout-schema.ts"

export interface InterventionDeps {
  readonly store: ServiceStore
  readonly releases: Pick<Releases, "get">
  readonly runner: Pick<Runner, "measure" | "poke">
  readonly specOf: (service: string, request: SpecRequest) => RolloutSpec
  readonly begin: (rollout: ResolvedRollout) => RolloutView
  readonly view: (record: RolloutRecord) => RolloutView
}

export function createInterventions({ store, releases, runner, specOf, begin, view }: InterventionDeps) {
  /** Fails with `rollout.none`, and with `rollout.refused` where its state does not allow it. */
  function intervene(service: string, command: Command): RolloutView {
    const record = store.get(service).rollout
    if (!record) throw new AppError("rollout.none", { service })
    const result = applyCommand(record.rollout, record.state, runner.measure(service), command)
    if ("refused" in result)
      throw new AppError("rollout.refused", { reason: `${record.rollout.id}: ${result.refused}` })
    const changed = { ...record, state: result.state }
    store.set(service, (one) => ({ ...one, rollout: changed }))
    store.save()
    runner.poke()
    return view(changed)
  }

  /** While a rollout is watched it is a command to it; afterwards it is a rollout of its own. */
  function undo(service: string, { by, reason }: Intervention): RolloutView {
    const { rollout, stable, previous, replicas, number } = store.get(service)
    if (rollout) return intervene(service, { kind: "undo", by, ...(reason === undefined ? {} : { reason }) })
    const target = previous.find((one) => releases.get(one.release))
    if (!stable || !target)
      throw new AppError("rollout.refused", { reason: `${service} has no release before to go back to` })
    const base = specOf(service, { service })
    return begin({
      id: `${service}-${number + 1}`,
      service,
      from: stable.release,
      to: target.release,
      strategy: { kind: "undo" },
      spec: { ...base, replicas },
      templates: {},
      smokeTests: [],
      variants: [],
      requestedBy: by,
    })
  }

  return { intervene, undo }
}
