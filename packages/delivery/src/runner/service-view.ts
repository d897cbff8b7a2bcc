// A service as it is shown, from its record and what runs. Pure.

import type { RolloutView, ServiceView } from "../rollout/views.ts"
import type { FleetSpec, FleetStatus } from "../supervisor/fleets.ts"
import type { RolloutRecord, ServiceRecord } from "./rollout-record.ts"

export function serviceView(
  name: string,
  record: ServiceRecord,
  at: {
    readonly fleets: readonly (FleetSpec & FleetStatus)[]
    readonly now: number
    readonly view: (rollout: RolloutRecord) => RolloutView
  },
): ServiceView {
  const { stable, previous } = record
  const rollout = record.rollout && at.view(record.rollout)
  const ready = new Set(at.fleets.flatMap((fleet) => (fleet.ready > 0 ? [fleet.id] : [])))
  return {
    name,
    stable: stable ?? undefined,
    previous: previous.map(({ release, warmUntilMs }) => ({
      release,
      warm: warmUntilMs > at.now && ready.has(release),
    })),
    rollout: rollout ? { id: rollout.id, status: rollout.status, reason: rollout.reason } : undefined,
    queued: record.queued.map(({ request }) => ({
      release: request.source,
      requestedBy: request.requestedBy,
    })),
    fleets:
      rollout?.fleets ??
      at.fleets.map((fleet) => ({
        ...fleet,
        role:
          fleet.id === stable?.release
            ? "stable"
            : previous.some((one) => one.release === fleet.id)
              ? "previous"
              : "other",
      })),
  }
}
