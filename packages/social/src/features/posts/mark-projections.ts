// Likes, bookmarks, pins and muted conversations as rows: the inline projection of what members do with posts.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { EventTypes } from "../../events/projection.ts"
import type { MarkData, MarkEvent, NewMarkData } from "./post-events.ts"

type MarkTable = "likes" | "bookmarks" | "pins"

async function addMark(db: Db, table: MarkTable, mark: NewMarkData): Promise<void> {
  await db
    .insertInto(table)
    .values({ id: mark.id, account_id: mark.account_id, post_id: mark.post_id })
    .execute()
}

async function removeMark(db: Db, table: MarkTable, mark: MarkData): Promise<void> {
  await db
    .deleteFrom(table)
    .where("post_id", "=", mark.post_id)
    .where("account_id", "=", mark.account_id)
    .execute()
}

async function countLikes(db: Db, postId: number, by: 1 | -1): Promise<void> {
  await sql`UPDATE posts SET likes_count = likes_count + ${by}::int WHERE id = ${postId}`.execute(db)
}

export const markEvents: EventTypes<MarkEvent> = {
  "post.liked": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await addMark(db, "likes", data)
        await countLikes(db, data.post_id, 1)
      }
    },
  },
  "post.unliked": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await removeMark(db, "likes", data)
        await countLikes(db, data.post_id, -1)
      }
    },
  },
  "post.bookmarked": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await addMark(db, "bookmarks", data)
    },
  },
  "post.unbookmarked": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await removeMark(db, "bookmarks", data)
    },
  },
  "post.pinned": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) await addMark(db, "pins", data)
    },
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
