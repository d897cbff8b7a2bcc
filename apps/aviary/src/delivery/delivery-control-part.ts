// The control socket of an installation's delivery, and the board of alerts that it is told of: gates ask the board, and a page
// that begins while a rollout is under way aborts it.

import { createAlertBoard, createDeliveryControl } from "@aviary/delivery"
import type { AlertBoard, Delivery, Releases, ServiceFlags } from "@aviary/delivery"
import type { Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { deliverySocketPath } from "../gateway/control-socket.ts"

export interface DeliveryControlDeps {
  /** The data directory. */
  readonly dir: string
  /** Asked for when something is to be done: it is made after the board, whose alerts its gates ask for. */
  readonly delivery: () => Delivery
  readonly releases: Pick<Releases, "get" | "list">
  readonly flags: ServiceFlags
  readonly log: Log
}

export interface DeliveryControlPart extends Part {
  readonly alerts: AlertBoard
}

export function createDeliveryControlPart(deps: DeliveryControlDeps): DeliveryControlPart {
  const { delivery, releases, flags, log } = deps
  const alerts = createAlertBoard({
    rollouts: () =>
      delivery()
        .rollouts()
        .map(({ service, id, to }) => ({ service, id, releases: [to] })),
    abort(service, reason) {
      try {
        delivery().abort(service, { by: "an alert", reason })
      } catch (error) {
        log.warn(
          { service, error: messageOf(error) },
          "an alert asked to abort a rollout that cannot be aborted",
        )
      }
    },
  })
  let control: Part | undefined
  return {
    name: "delivery control",
    alerts,
    async start() {
      control = createDeliveryControl({
        path: deliverySocketPath(deps.dir),
        actions: { delivery: delivery(), releases, flags, alerts },
        log,
      })
      await control.start()
    },
    stop: async (signal) => control?.stop(signal),
  }
}
