// Keeps a post for later: checked now as if it were published now, so that its member is told what is wrong while they are
// there. Also moves and cancels what is kept.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { parseText } from "../../text/parse-text.ts"
import { postLength } from "../../text/post-length.ts"
import { accountStream } from "../accounts/account-events.ts"
import { mediaStream } from "../media/media-events.ts"
import type { NewPost } from "../posts/create-post.ts"
import { findDefaults, withText } from "../posts/create-post.ts"
import { claimKey } from "../posts/idempotency.ts"
import { checkPost } from "../posts/post-limits.ts"
import { findTarget } from "../posts/post-lookup.ts"
import { takeMedia } from "../posts/post-media.ts"
import type { ScheduledParams, ScheduledPost } from "./scheduled-post.ts"
import { findScheduled } from "./scheduled-post.ts"

/** How far ahead a post is scheduled at least, in milliseconds. */
const MIN_AHEAD_MS = 300_000
// As Mastodon.
const MAX_SCHEDULED = 300
const MAX_SCHEDULED_A_DAY = 25

export type SchedulePost = (
  memberId: number,
  post: NewPost,
  at: { scheduledAt: number; appId: number },
) => Promise<ScheduledPost>

/** Schedules posts. Fails with `input.invalid`, and `record.not_found` for the post replied to. */
export function createSchedulePost(
  deps: Pick<Core, "db" | "events" | "nextId" | "clock" | "settings">,
): SchedulePost {
  const { db, events, nextId, clock } = deps
  return async function schedulePost(memberId, given, { scheduledAt, appId }) {
    const post = withText(given)
    checkPost(post, postLength(parseText(post.text), post.spoiler_text), deps.settings.posts.maxCharacters)
    checkTime(scheduledAt, clock.now())
    const [defaults, parent] = await Promise.all([
      findDefaults(db, memberId),
      post.reply_to_id === undefined ? undefined : findTarget(db, post.reply_to_id, memberId),
    ])
    const params: ScheduledParams = {
      text: post.text,
      spoiler_text: post.spoiler_text,
      visibility: post.visibility ?? defaults.default_visibility,
      sensitive: (post.sensitive ?? defaults.default_sensitive) || post.spoiler_text !== "",
      language: post.language ?? defaults.default_language,
      reply_to_id: parent?.id ?? null,
      poll: post.poll ?? null,
      application: post.application,
      application_id: appId,
    }
    const newId = nextId()
    const locks = [accountStream(memberId), ...post.media_ids.map(mediaStream)]
    const id = await events.transact(locks, async ({ db: tx }) => {
      const key = { authorId: memberId, key: post.idempotencyKey, id: newId, now: clock.now() }
      const existing = await claimKey(tx, key)
      if (existing !== undefined) return existing
      await checkRoom(tx, memberId, new Date(scheduledAt))
      await takeMedia(tx, post.media_ids, { authorId: memberId })
      await tx
        .insertInto("scheduled_posts")
        .values({
          id: newId,
          account_id: memberId,
          params: JSON.stringify(params),
          media_ids: [...post.media_ids],
          scheduled_at: new Date(scheduledAt),
        })
        .execute()
      return newId
    })
    const scheduled = await findScheduled(db, memberId, id)
    if (!scheduled) throw new AppError("record.not_found")
    return scheduled
  }
}

/** Moves a scheduled post to another time. Fails with `record.not_found` and `input.invalid`. */
export function createReschedulePost(deps: Pick<Core, "db" | "clock">) {
  return async function reschedulePost(
    memberId: number,
    id: number,
    scheduledAt: number,
  ): Promise<ScheduledPost> {
    checkTime(scheduledAt, deps.clock.now())
    await deps.db
      .updateTable("scheduled_posts")
      .set({ scheduled_at: new Date(scheduledAt) })
      .where("id", "=", id)
      .where("account_id", "=", memberId)
      .execute()
    const scheduled = await findScheduled(deps.db, memberId, id)
    if (!scheduled) throw new AppError("record.not_found")
    return scheduled
  }
}

/** Cancels a scheduled post; its media stays for a day as any unused upload. Fails with `record.not_found`. */
export function createCancelScheduledPost(deps: Pick<Core, "db">) {
  return async function cancelScheduledPost(memberId: number, id: number): Promise<void> {
    const removed = await deps.db
      .deleteFrom("scheduled_posts")
      .where("id", "=", id)
      .where("account_id", "=", memberId)
      .executeTakeFirst()
    if (removed.numDeletedRows === 0n) throw new AppError("record.not_found")
  }
}

function checkTime(scheduledAt: number, now: number): void {
  if (scheduledAt >= now + MIN_AHEAD_MS) return
  throw new AppError("input.invalid", { problems: "scheduled_at: must be at least 5 minutes from now" })
}

/** To be asked under the lock of the account's stream. */
async function checkRoom(db: Db, memberId: number, at: Date): Promise<void> {
  const day = at.toISOString().slice(0, 10)
  const found = await sql<{ total: number; that_day: number }>`
    SELECT count(*)::int AS total,
      count(*) FILTER (WHERE (scheduled_at AT TIME ZONE 'UTC')::date = ${day}::date)::int AS that_day
    FROM scheduled_posts WHERE account_id = ${memberId}`.execute(db)
  const { total = 0, that_day = 0 } = found.rows[0] ?? {}
  if (total >= MAX_SCHEDULED) {
    throw new AppError("input.invalid", {
      problems: `scheduled_at: at most ${MAX_SCHEDULED} posts can be scheduled`,
    })
  }
  if (that_day >= MAX_SCHEDULED_A_DAY) {
    throw new AppError("input.invalid", {
      problems: `scheduled_at: at most ${MAX_SCHEDULED_A_DAY} posts for one day`,
    })
  }
}
