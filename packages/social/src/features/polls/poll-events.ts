// The events of polls after their post was created, and their inline projection.

import { sql } from "kysely"
import type { EventTypes } from "../../events/projection.ts"

export type PollEvent =
  | {
      type: "poll.voted"
      data: { poll_id: number; post_id: number; account_id: number; choices: readonly number[] }
    }
  | { type: "poll.ended"; data: { poll_id: number; post_id: number; author_id: number } }

export const pollEvents: EventTypes<PollEvent> = {
  "poll.voted": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        const choices = [...data.choices]
        await sql`
          INSERT INTO poll_votes (poll_id, account_id, choices)
          VALUES (${data.poll_id}, ${data.account_id}, ${choices}::int[])`.execute(db)
        await sql`
          UPDATE polls SET voters_count = voters_count + 1,
            votes = (SELECT array_agg(v + (i - 1 = ANY(${choices}::int[]))::int ORDER BY i)
                     FROM unnest(votes) WITH ORDINALITY AS u (v, i))
          WHERE id = ${data.poll_id}`.execute(db)
      }
    },
  },
  "poll.ended": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await db.updateTable("polls").set({ ended_at: occurredAt }).where("id", "=", data.poll_id).execute()
      }
    },
  },
}
