// Likes, bookmarks, pins and muted conversations as rows: the inline projection of what members do with posts. Likes are
// counted elsewhere (features/counters): a post that many like at once is a row that nobody waits for.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { EventTypes } from "../../events/projection.ts"
import type { MarkData, MarkEvent, NewMarkData } from "./post-events.ts"

type MarkTable = "likes" | "bookmarks" | "pins"

async function addMarks(db: Db, table: MarkTable, events: readonly { data: NewMarkData }[]): Promise<void> {
  await sql`INSERT INTO ${sql.table(table)} (id, account_id, post_id)
    SELECT id, account_id, post_id FROM jsonb_to_recordset(${JSON.stringify(events.map(({ data }) => data))}::jsonb)
      AS e (id bigint, account_id bigint, post_id bigint)`.execute(db)
}

async function removeMark(db: Db, table: MarkTable, mark: MarkData): Promise<void> {
  await db
    .deleteFrom(table)
    .where("post_id", "=", mark.post_id)
    .where("account_id", "=", mark.account_id)
    .execute()
}

export const markEvents: EventTypes<MarkEvent> = {
  "post.liked": {
    version: 1,
    apply: (db, events) => addMarks(db, "likes", events),
  },
  "post.unliked": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await removeMark(db, "likes", data)
    },
  },
  "post.bookmarked": {
    version: 1,
    apply: (db, events) => addMarks(db, "bookmarks", events),
  },
  "post.unbookmarked": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await removeMark(db, "bookmarks", data)
    },
  },
  "post.pinned": {
    version: 1,
    apply: (db, events) => addMarks(db, "pins", events),
  },
  "post.unpinned": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await removeMark(db, "pins", data)
    },
  },
  "conversation.muted": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await db.insertInto("conversation_mutes").values(data).execute()
    },
  },
  "conversation.unmuted": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await db
          .deleteFrom("conversation_mutes")
          .where("account_id", "=", data.account_id)
          .where("conversation_id", "=", data.conversation_id)
          .execute()
      }
    },
  },
}
