// Deletes a post, and with it what it said: the event log keeps that it existed, when, by whom and in which thread, but no
// longer its words. A replay of the blanked events gives the same tables, since the deletion removes all that they filled.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { postStream } from "./post-events.ts"

/** Reposters that the event of a deletion names. */
const MOST_REPOSTERS = 1_000

export type DeletePost = (memberId: number, postId: number) => Promise<void>

/** Deletes posts, and takes reposts back. Fails with `record.not_found` where it is not the member's own. */
export function createDeletePost(deps: Pick<Core, "db" | "events">): DeletePost {
  const { db, events } = deps
  return async function deletePost(memberId, postId) {
    const own = await findOwn(db, memberId, postId)
    if (!own) throw new AppError("record.not_found")
    // A repost is ordered with all else that happens to its original.
    const stream = postStream(own.repost_of_id ?? postId)
    await events.transact([stream], async (tx) => {
      const post = await findOwn(tx.db, memberId, postId)
      if (!post) throw new AppError("record.not_found")
      if (post.repost_of_id !== null) {
        const data = { id: postId, author_id: memberId, repost_of_id: post.repost_of_id }
        await tx.append([{ type: "post.repost_removed", stream, actor: memberId, data }])
        return
      }
      const data = {
        id: postId,
        author_id: memberId,
        reply_to_id: post.reply_to_id,
        reposter_ids: await findReposters(tx.db, postId),
      }
      await tx.append([{ type: "post.deleted", stream, actor: memberId, data }])
      await redact(tx.db, stream)
    })
  }
}

async function findOwn(db: Db, memberId: number, postId: number) {
  return db
    .selectFrom("posts")
    .select(["repost_of_id", "reply_to_id"])
    .where("id", "=", postId)
    .where("author_id", "=", memberId)
    .executeTakeFirst()
}

/** The accounts that reposted a post; null when there are too many to name them. */
async function findReposters(db: Db, postId: number): Promise<number[] | null> {
  const found = await db
    .selectFrom("posts")
    .select("author_id")
    .where("repost_of_id", "=", postId)
    .limit(MOST_REPOSTERS + 1)
    .execute()
  return found.length > MOST_REPOSTERS ? null : found.map((repost) => repost.author_id)
}

/**
 * Blanks what the events of a post said. The number of a poll's options stays, for votes count by it; descriptions of media
 * stay with the media, which outlive the post for a day so that it can be written again.
 */
async function redact(db: Db, stream: string): Promise<void> {
  await sql`
    UPDATE events SET data = data || '{"text": "", "html": "", "spoiler_text": "", "tags": []}'::jsonb
      || CASE WHEN jsonb_typeof(data->'poll') = 'object' THEN jsonb_build_object('poll', data->'poll'
        || jsonb_build_object('options', (SELECT jsonb_agg(''::text) FROM jsonb_array_elements(data->'poll'->'options'))))
        ELSE '{}'::jsonb END
    WHERE stream = ${stream} AND type IN ('post.created', 'post.edited')`.execute(db)
}
