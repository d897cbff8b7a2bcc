// What a change of the document means for the tunnels that are open. Pure.

import type { RoutingDocument } from "./routing-document.ts"

/** Instances that this document drains or takes away and the one before did not, and what becomes of their tunnels. */
export function newlyDraining(before: RoutingDocument | undefined, after: RoutingDocument) {
  const leaving: { id: string; how: "notify" | "close" | "hold" }[] = []
  for (const [name, service] of Object.entries(before?.services ?? {})) {
    const next = after.services[name]
    for (const { id, draining } of service.instances) {
      if (draining) continue
      const now = next?.instances.find((instance) => instance.id === id)
      if (!now || now.draining) leaving.push({ id, how: (next ?? service).drain.websocket })
    }
  }
  return leaving
}
