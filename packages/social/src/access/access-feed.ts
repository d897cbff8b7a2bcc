// Hears from PostgreSQL when access was taken away or changed, by whichever process, and tells who asked to be told. While it
// cannot hear, `isConnected` says so, and when it hears again it says that anything may have changed.

import type { Log, Part } from "@aviary/kit"
import { createNoticeListener } from "../db/notice-listener.ts"
import type { AccessChange } from "./access-change.ts"
import { parseAccessNotice } from "./access-change.ts"

export interface AccessFeed extends Part {
  /** Whether every change is heard of as it happens. */
  isConnected(): boolean
  /** Calls `listener` for each change, and with `all` when the connection was lost or is there again. */
  subscribe(listener: (change: AccessChange) => void): () => void
}

export function createAccessFeed(deps: { databaseUrl: string; log: Log }): AccessFeed {
  const listeners = new Set<(change: AccessChange) => void>()

  function tell(change: AccessChange): void {
    for (const listener of listeners) listener(change)
  }

  const notices = createNoticeListener({
    databaseUrl: deps.databaseUrl,
    channel: "aviary_access",
    applicationName: "aviary access",
    warning: "cannot hear of revoked access; each token is asked for anew",
    onNotice: (payload) => tell(parseAccessNotice(payload)),
    onLost: () => tell({ of: "all" }),
    onRegained: () => tell({ of: "all" }),
    log: deps.log,
  })

  return {
    name: "access notices",
    start: () => notices.start(),
    stop: () => notices.stop(),
    isConnected: () => notices.isListening(),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
