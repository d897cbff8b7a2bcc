// The instances that the gateway should know, from the supervisor's state. Pure.

import type { FleetState, InstanceState, SupervisorState } from "./process-state.ts"

export interface RunningInstance {
  readonly id: string
  readonly service: string
  /** Fleet; the gateway calls it release. */
  readonly fleet: string
  readonly release: string
  /** On 127.0.0.1. */
  readonly port: number
  /** The port that it was offered for its figures. */
  readonly metricsPort: number
  readonly pid: number
  /** Gets no new requests; those that it has are finished. */
  readonly draining: boolean
}

/**
 * The ready ones and those that leave. Where none of a fleet is ready, those that were: nobody would be better, and what they
 * answer says more than an answer that there is nobody.
 */
export function runningInstances({ fleets }: SupervisorState): RunningInstance[] {
  return Object.values(fleets).flatMap((fleet) => {
    const ready = fleet.instances.filter(({ phase }) => phase === "ready")
    const serving = ready.length > 0 ? ready : fleet.instances.filter(({ phase }) => phase === "unready")
    const leaving = fleet.instances.filter(({ phase }) => phase === "draining" || phase === "stopping")
    return [
      ...serving.flatMap((one) => described(fleet, one, false)),
      ...leaving.flatMap((one) => described(fleet, one, true)),
    ]
  })
}

function described(
  { spec }: FleetState,
  { id, port, metricsPort = 0, pid }: InstanceState,
  draining: boolean,
): RunningInstance[] {
  if (port === undefined || pid === undefined) return []
  return [
    { id, service: spec.service, fleet: spec.id, release: spec.release, port, metricsPort, pid, draining },
  ]
}
