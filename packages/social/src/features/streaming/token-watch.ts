// Ends the streams of tokens that were revoked, and of members who were suspended. Tokens are no part of the event log, so it
// looks: while streams are open, twice a second, in one statement for all of them.

import { messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { StreamHub } from "./stream-hub.ts"

/** How long a revoked token may go on streaming, in milliseconds. */
const CHECK_MS = 500

export interface TokenWatch {
  /** Looks from now on, as long as streams are open. */
  watch(): void
  stop(): void
}

export function createTokenWatch(deps: Pick<Core, "db" | "log" | "clock"> & { hub: StreamHub }): TokenWatch {
  const { db, log, clock, hub } = deps
  let looking = false
  let cancel: (() => void) | undefined

  async function look(): Promise<void> {
    const tokens = new Set([...hub.connections()].flatMap(({ viewer }) => viewer?.tokenId ?? []))
    if (tokens.size === 0) return
    const found = await sql<{ id: number }>`
      SELECT t.id FROM oauth_tokens t LEFT JOIN accounts a ON a.id = t.account_id
      WHERE t.id = ANY(${[...tokens]}::bigint[]) AND t.revoked_at IS NULL AND a.suspended_at IS NULL`.execute(
      db,
    )
    const valid = new Set(found.rows.map((row) => row.id))
    for (const connection of hub.connections()) {
      const tokenId = connection.viewer?.tokenId
      if (tokenId !== undefined && tokens.has(tokenId) && !valid.has(tokenId)) connection.end("revoked")
    }
  }

  function tick(): void {
    cancel = undefined
    if (hub.connections().size === 0) return
    watch()
    if (looking) return
    looking = true
    look()
      .catch((error: unknown) =>
        log.debug({ error: messageOf(error) }, "tokens of streams could not be checked"),
      )
      .finally(() => {
        looking = false
      })
  }

  function watch(): void {
    cancel ??= clock.after(CHECK_MS, tick)
  }

  return {
    watch,
    stop() {
      cancel?.()
      cancel = undefined
    },
  }
}
