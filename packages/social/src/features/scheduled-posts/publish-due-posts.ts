// Publishes scheduled posts whose time has come, each exactly once: the row goes in the transaction that makes the post, so a
// crash leaves either both or neither, and of two processes one finds the row gone.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { CreatePost } from "../posts/create-post.ts"
import type { ScheduledParams } from "./scheduled-post.ts"

const BATCH = 50

interface DuePost {
  readonly id: number
  readonly account_id: number
  readonly params: ScheduledParams
  readonly media_ids: readonly number[]
}

/** Somebody else has published, moved or cancelled it meanwhile. */
class NoLongerDue extends Error {}

export type PublishDuePosts = (signal?: AbortSignal) => Promise<number>

/** Publishes all that is due by now and gives how many posts that made. */
export function createPublishDuePosts(
  deps: Pick<Core, "db" | "clock" | "log"> & { createPost: CreatePost },
): PublishDuePosts {
  const { db, clock, log } = deps

  async function publish(due: DuePost): Promise<boolean> {
    try {
      await deps.createPost(due.account_id, newPost(due), async (tx) => {
        const taken = await tx
          .deleteFrom("scheduled_posts")
          .where("id", "=", due.id)
          .where("scheduled_at", "<=", new Date(clock.now()))
          .executeTakeFirst()
        if (taken.numDeletedRows === 0n) throw new NoLongerDue()
      })
      return true
    } catch (error) {
      if (error instanceof NoLongerDue) return false
      const failure = AppError.from(error)
      if (failure.status >= 500) throw failure
      // It was sound when it was scheduled; what it needs is gone for good, e.g. the post that it answers.
      log.warn(
        { scheduledId: due.id, code: failure.code },
        "a scheduled post can no longer be published; dropped",
      )
      await db.deleteFrom("scheduled_posts").where("id", "=", due.id).execute()
      return false
    }
  }

  return async function publishDuePosts(signal) {
    const failed: number[] = []
    let published = 0
    for (;;) {
      const due = await sql<DuePost>`
        SELECT id, account_id, params, media_ids FROM scheduled_posts
        WHERE scheduled_at <= ${new Date(clock.now())} AND id <> ALL(${failed}::bigint[])
        ORDER BY scheduled_at, id LIMIT ${BATCH}`.execute(db)
      if (due.rows.length === 0) return published
      for (const post of due.rows) {
        if (signal?.aborted) return published
        try {
          if (await publish(post)) published += 1
        } catch (error) {
          // One that fails must not hold up the others; the next round tries it again.
          failed.push(post.id)
          log.warn({ scheduledId: post.id, code: AppError.from(error).code }, "a scheduled post must wait")
        }
      }
    }
  }
}

function newPost({ params, media_ids }: DuePost) {
  return {
    text: params.text,
    spoiler_text: params.spoiler_text,
    visibility: params.visibility,
    sensitive: params.sensitive,
    language: params.language ?? undefined,
    reply_to_id: params.reply_to_id ?? undefined,
    media_ids,
    poll: params.poll ?? undefined,
    application: params.application,
    idempotencyKey: undefined,
  }
}
