// Removes installed releases beyond the history's limit, one by one; what cannot be removed stays and is logged.

import { messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { EventLog } from "../events/event-log.ts"
import type { Releases } from "../releases/release.ts"
import type { Fleets } from "../supervisor/fleets.ts"
import { removableReleases } from "./removable-releases.ts"
import type { ServiceStore } from "./service-store.ts"

export function createRetireReleases(deps: {
  readonly store: ServiceStore
  readonly releases: Releases
  readonly fleets: Fleets
  readonly events: EventLog
  readonly log: Log
}) {
  const { store, releases, fleets, events, log } = deps
  return async function retireReleases(service: string): Promise<void> {
    const limit = store.get(service).historyLimit
    const inUse = new Set(fleets.list(service).map(({ release }) => release))
    for (const { id } of removableReleases(releases.list(service), store.get(service), { inUse, limit })) {
      try {
        await releases.remove(id)
        events.append({
          service,
          rollout: "",
          type: "service.retired",
          data: { text: `${id} was removed`, release: id },
        })
      } catch (error) {
        log.warn({ release: id, error: messageOf(error) }, "an old release could not be removed")
      }
    }
  }
}
