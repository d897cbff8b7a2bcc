// Says that a poll has ended, once, when its time is over. Nothing that is shown depends on it (that looks at the clock); it
// is what tells the voters.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { postStream } from "../posts/post-events.ts"

const BATCH = 200

export type EndPolls = (signal?: AbortSignal) => Promise<number>

/** Ends all polls that are over by now and gives how many. */
export function createEndPolls(deps: Pick<Core, "db" | "events" | "clock">): EndPolls {
  const { db, events, clock } = deps

  async function end(poll: { id: number; post_id: number }): Promise<boolean> {
    const stream = postStream(poll.post_id)
    return events.transact([stream], async (tx) => {
      const found = await sql<{ author_id: number }>`SELECT author_id FROM polls
        WHERE id = ${poll.id} AND ended_at IS NULL AND expires_at <= ${new Date(clock.now())}`.execute(tx.db)
      const still = found.rows[0]
      if (!still) return false
      const data = { poll_id: poll.id, post_id: poll.post_id, author_id: still.author_id }
      await tx.append([{ type: "poll.ended", stream, actor: null, data }])
      return true
    })
  }

  return async function endPolls(signal) {
    let ended = 0
    for (;;) {
      const due = await sql<{ id: number; post_id: number }>`
        SELECT id, post_id FROM polls WHERE ended_at IS NULL AND expires_at <= ${new Date(clock.now())}
        ORDER BY expires_at LIMIT ${BATCH}`.execute(db)
      for (const poll of due.rows) {
        if (signal?.aborted) return ended
        if (await end(poll)) ended += 1
      }
      if (due.rows.length < BATCH) return ended
    }
  }
}
