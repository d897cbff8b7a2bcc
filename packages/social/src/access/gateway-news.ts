// What gateways must hear of at once: access that changed, and answers that are wrong now. One line of JSON each, to everybody
// who is connected; nothing is kept for who is not, who must take it that anything may have changed.

import type { StoredDomainEvent } from "../events/catalogue.ts"
import type { Follower } from "../events/log-engine.ts"
import { purgeTags } from "../features/public-answers/purge-tags.ts"
import type { AccessChange } from "./access-change.ts"

/**
 * `hello`: what follows is complete from here on. `access`: as it says. `purge`: drop the answers with these tags. `deaf`: this
 * process does not hear of changes at the moment; believe nothing for long until the next `hello`. `beat`: still here.
 */
export type GatewayNews =
  | { readonly type: "hello" | "deaf" | "beat" }
  | { readonly type: "access"; readonly change: AccessChange }
  | { readonly type: "purge"; readonly tags: readonly string[] }

export interface GatewayNewsSource {
  readonly follower: Follower
  tell(news: GatewayNews): void
  subscribe(listener: (news: GatewayNews) => void): () => void
}

export function createGatewayNews(): GatewayNewsSource {
  const listeners = new Set<(news: GatewayNews) => void>()

  function tell(news: GatewayNews): void {
    for (const listener of listeners) listener(news)
  }

  return {
    tell,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    follower: {
      name: "gateway news",
      async handle(events) {
        if (listeners.size === 0) return
        const tags = new Set(events.flatMap((event) => purgeTags(event as StoredDomainEvent)))
        if (tags.size > 0) tell({ type: "purge", tags: [...tags] })
      },
    },
  }
}
