// Hears from PostgreSQL when access was taken away or changed, by whichever process, and tells who asked to be told. While it
// cannot hear, `isConnected` says so, and when it hears again it says that anything may have changed.

import type { Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import pg from "pg"
import type { AccessChange } from "./access-change.ts"
import { parseAccessNotice } from "./access-change.ts"

export interface AccessFeed extends Part {
  /** Whether every change is heard of as it happens. */
  isConnected(): boolean
  /** Calls `listener` for each change, and with `all` when the connection was lost or is there again. */
  subscribe(listener: (change: AccessChange) => void): () => void
}

const CHANNEL = "aviary_access"
const RETRY_MS = 500
/** A connection that does not answer this is taken for lost. */
const PING_EVERY_MS = 2_000

export function createAccessFeed(deps: { databaseUrl: string; log: Log }): AccessFeed {
  const listeners = new Set<(change: AccessChange) => void>()
  let client: pg.Client | undefined
  let isConnected = false
  let hasMissed = false
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  function tell(change: AccessChange): void {
    for (const listener of listeners) listener(change)
  }

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: deps.databaseUrl,
      application_name: "aviary access",
      query_timeout: PING_EVERY_MS,
      connectionTimeoutMillis: PING_EVERY_MS,
    })
    next.on("notification", ({ payload = "" }) => tell(parseAccessNotice(payload)))
    next.on("error", () => lose(next))
    next.on("end", () => lose(next))
    client = next
    try {
      await next.connect()
      await next.query(`LISTEN ${CHANNEL}`)
      if (client !== next || isStopped) return
      isConnected = true
      if (hasMissed) tell({ of: "all" })
      hasMissed = false
      ping(next)
    } catch (error) {
      deps.log.warn(
        { error: messageOf(error) },
        "cannot hear of revoked access; each token is asked for anew",
      )
      lose(next)
    }
  }

  function ping(of: pg.Client): void {
    timer = setTimeout(() => {
      of.query("SELECT 1").then(
        () => (client === of && !isStopped ? ping(of) : undefined),
        () => lose(of),
      )
    }, PING_EVERY_MS)
    timer.unref()
  }

  function lose(lost: pg.Client): void {
    if (isStopped || client !== lost) return
    client = undefined
    hasMissed = true
    clearTimeout(timer)
    if (isConnected) {
      isConnected = false
      tell({ of: "all" })
    }
    lost.end().catch(() => undefined)
    timer = setTimeout(() => void connect(), RETRY_MS)
    timer.unref()
  }

  return {
    name: "access notices",
    start: connect,
    async stop() {
      isStopped = true
      isConnected = false
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
    isConnected: () => isConnected,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
