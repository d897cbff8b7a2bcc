// A post that is yet to come: how it stands in `scheduled_posts`, and the reads that the feature shares. Scheduled posts are
// no part of the event log: until its time a post has not happened.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { PostApplication, Visibility } from "../../db/schema.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { MediaView } from "../media/media-json.ts"
import type { NewPoll } from "../posts/post-limits.ts"

/** What will be published, with the member's defaults as they were when it was scheduled. */
export interface ScheduledParams {
  readonly text: string
  readonly spoiler_text: string
  readonly visibility: Visibility
  readonly sensitive: boolean
  readonly language: string | null
  readonly reply_to_id: number | null
  readonly poll: NewPoll | null
  readonly application: PostApplication | null
  readonly application_id: number
}

export interface ScheduledPost {
  readonly id: number
  readonly params: ScheduledParams
  readonly media_ids: readonly number[]
  readonly media: readonly MediaView[]
  readonly scheduled_at: Date
}

/** A member's scheduled posts, newest first by when they were made. */
export async function listScheduled(db: Db, memberId: number, page: Page): Promise<ScheduledPost[]> {
  const found = await sql<Omit<ScheduledPost, "media">>`
    SELECT id, params, media_ids, scheduled_at FROM scheduled_posts
    WHERE account_id = ${memberId}${pageCondition(sql`id`, page)}
    ORDER BY id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
  return withMedia(db, pageRows(found.rows, page))
}

export async function findScheduled(
  db: Db,
  memberId: number,
  id: number,
): Promise<ScheduledPost | undefined> {
  const found = await sql<Omit<ScheduledPost, "media">>`
    SELECT id, params, media_ids, scheduled_at FROM scheduled_posts
    WHERE id = ${id} AND account_id = ${memberId}`.execute(db)
  return (await withMedia(db, found.rows))[0]
}

async function withMedia(db: Db, posts: readonly Omit<ScheduledPost, "media">[]): Promise<ScheduledPost[]> {
  const ids = posts.flatMap((post) => post.media_ids)
  if (ids.length === 0) return posts.map((post) => ({ ...post, media: [] }))
  const rows = await db
    .selectFrom("media")
    .selectAll()
    .where("id", "=", sql<number>`ANY(${ids}::bigint[])`)
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return posts.map((post) => ({ ...post, media: post.media_ids.flatMap((id) => byId.get(id) ?? []) }))
}
