// Removes mutes that have ended, through events, so that the log says so too. Nothing depends on its punctuality: every read
// ignores ended mutes. Several processes may sweep at once.

import type { Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { findMute } from "./mute-account.ts"
import { pairStream } from "./relationship-events.ts"

const EVERY_MS = 60_000
const BATCH = 200

export interface MuteSweeper extends Part {
  /** Removes what has ended by now; how many. */
  sweep(): Promise<number>
}

export function createMuteSweeper(deps: Pick<Core, "db" | "events" | "clock" | "log">): MuteSweeper {
  const { db, events, clock, log } = deps
  let cancel = () => {}
  let working: Promise<void> = Promise.resolve()
  let stopped = false

  async function removeEnded(accountId: number, targetId: number): Promise<boolean> {
    const stream = pairStream(accountId, targetId)
    return events.transact([stream], async (tx) => {
      const mute = await findMute(tx.db, accountId, targetId)
      if (!mute?.expires_at || mute.expires_at.getTime() > clock.now()) return false
      const data = { account_id: accountId, target_id: targetId }
      await tx.append([{ type: "mute.removed", stream, actor: null, data }])
      return true
    })
  }

  async function sweep(): Promise<number> {
    let removed = 0
    for (;;) {
      const due = await sql<{ account_id: number; target_id: number }>`
        SELECT account_id, target_id FROM mutes WHERE expires_at <= ${new Date(clock.now())}
        ORDER BY expires_at LIMIT ${BATCH}`.execute(db)
      for (const mute of due.rows) {
        if (stopped) return removed
        if (await removeEnded(mute.account_id, mute.target_id)) removed += 1
      }
      if (due.rows.length < BATCH) return removed
    }
  }

  function schedule(): void {
    cancel = clock.after(EVERY_MS, () => {
      working = sweep()
        .then(() => undefined)
        .catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, "sweeping mutes failed; it will try again"),
        )
        .finally(() => {
          if (!stopped) schedule()
        })
    })
  }

  return {
    name: "mute sweeper",
    sweep,
    async start() {
      stopped = false
      schedule()
    },
    async stop() {
      stopped = true
      cancel()
      await working
    },
  }
}
