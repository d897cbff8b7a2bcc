// The services as a step of the start: those that an earlier supervisor left are found again, a service that has never run gets its
// first release, and the start goes on when the network's own is ready.

import { setTimeout as delay } from "node:timers/promises"
import type { TrafficPlan } from "@aviary/delivery"
import { AppError } from "@aviary/kit"
import type { Part } from "@aviary/kit"
import { shownStep } from "../start/shown-step.ts"
import type { StartContext } from "../start/start-context.ts"
import type { DeclaredServices } from "./declared-services.ts"
import { NETWORK } from "./declared-services.ts"
import type { InstallationDelivery } from "./installation-delivery.ts"

const LOOK_MS = 20

export interface ServicesPartDeps extends StartContext {
  readonly declared: DeclaredServices
  readonly delivery: InstallationDelivery
}

export function createServicesPart({ delivery, declared, terminal, settings, log }: ServicesPartDeps): Part {
  const { supervisor, releases, traffic } = delivery

  /** Every service has a fleet that it is served by, and a plan. */
  async function ensure(service: string, note: (text: string) => void): Promise<void> {
    const fleets = supervisor.list(service)
    const fleet = traffic.inForce(service)?.default.fleet
    const known = fleets.find(({ id }) => id === fleet)
    if (known) {
      // While a release is rolled out its sizes are the rollout's.
      if (service === NETWORK && fleets.length === 1)
        supervisor.want({ ...known, replicas: settings.delivery.replicas })
      return
    }
    // One whose processes are gone is started again; only a service that has never run gets its first release.
    const last = fleet === undefined ? undefined : releases.get(fleet)?.id
    const release = last ?? (await firstRelease(service, note))
    if (!release)
      return log.warn({ service }, "nothing of this service runs: it has no release and names no source")
    const replicas = service === NETWORK ? settings.delivery.replicas : 1
    supervisor.want({ id: release, service, release, replicas })
    // In force as soon as there is a gateway; the start does not wait for it here.
    void traffic.apply(service, plainPlan(service, release)).catch(() => {})
  }

  async function firstRelease(service: string, note: (text: string) => void): Promise<string | undefined> {
    if (service === NETWORK) return `${NETWORK}@checkout`
    const source = declared.service(service)?.source
    if (source === undefined) return undefined
    note(`installing ${service}`)
    return (await releases.install(source, { service, onProgress: note })).id
  }

  async function untilReady(): Promise<void> {
    for (;;) {
      const fleets = supervisor.list(NETWORK)
      if (fleets.some(({ ready }) => ready > 0)) return
      const failure = fleets.find((one) => one.failure !== undefined)?.failure
      if (failure !== undefined)
        throw new AppError("start.failed", { reason: `The network did not start: ${failure}` })
      await delay(LOOK_MS)
    }
  }

  return {
    name: "services",
    async start() {
      const step = terminal.step("network")
      await shownStep(step, async () => {
        await supervisor.start()
        const found = supervisor.instances().length
        for (const name of declared.names) await ensure(name, (text) => step.note(text))
        await untilReady()
        const text = found > 0 ? "taken over, behind the gateway" : "behind the gateway"
        return { result: undefined, text }
      })
    },
    stop: (signal) => supervisor.stop(signal),
  }
}

/** Everybody meets one release. */
function plainPlan(service: string, fleet: string): TrafficPlan {
  return {
    default: { arm: "stable", fleet },
    arms: [],
    stickiness: { by: "account", salt: service },
    headerRoutes: [],
  }
}
