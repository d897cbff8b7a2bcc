// What is public of a batch of events at this moment, asked in a few statements for the whole batch. The log says what was; a
// post may have been deleted since and an account suspended, and then nothing of it may be told.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import type { MediaView } from "../media/media-json.ts"
import { postStream } from "../posts/post-events.ts"
import { visibleTo } from "../posts/post-visibility.ts"
import type { PostNow } from "./firehose-json.ts"

export interface PublicState {
  /** Posts and reposts that everybody may see, on public timelines too. */
  readonly posts: ReadonlyMap<number, PostNow>
  /** Accounts that are not suspended. */
  readonly accounts: ReadonlyMap<number, AccountRow>
  /** Pictures of these posts that they still have. */
  readonly media: ReadonlyMap<number, MediaView>
  /** Posts that are gone and had been public. */
  readonly gone: ReadonlySet<number>
}

export async function loadPublicState(db: Db, events: readonly StoredDomainEvent[]): Promise<PublicState> {
  const posts = new Set<number>()
  const withMedia = new Set<number>()
  const accounts = new Set<number>()
  const removals: Removal[] = []
  for (const event of events) {
    switch (event.type) {
      case "post.created":
      case "post.edited":
        posts.add(event.data.id)
        accounts.add(event.data.author_id)
        if (event.data.media_ids.length > 0) withMedia.add(event.data.id)
        break
      case "post.reposted":
        posts.add(event.data.id)
        accounts.add(event.data.author_id).add(event.data.original_author_id)
        break
      case "post.deleted":
        removals.push({ id: event.data.id, stream: postStream(event.data.id), repost: false })
        accounts.add(event.data.author_id)
        break
      case "post.repost_removed":
        removals.push({ id: event.data.id, stream: postStream(event.data.repost_of_id), repost: true })
        accounts.add(event.data.author_id)
        break
      case "account.created":
      case "account.profile_changed":
      case "account.unsuspended":
        accounts.add(event.data.id)
        break
      default:
    }
  }
  const [foundPosts, foundAccounts, media, gone] = await Promise.all([
    findPosts(db, [...posts]),
    findAccounts(db, [...accounts]),
    findMedia(db, [...withMedia]),
    findGone(db, removals),
  ])
  return {
    posts: new Map(foundPosts.map((post) => [post.id, post])),
    accounts: new Map(foundAccounts.map((account) => [account.id, account])),
    media: new Map(media.map((one) => [one.id, one])),
    gone,
  }
}

interface Removal {
  readonly id: number
  /** Of the post, or of the original of a repost. */
  readonly stream: string
  readonly repost: boolean
}

async function findPosts(db: Db, ids: readonly number[]): Promise<PostNow[]> {
  if (ids.length === 0) return []
  const found = await sql<PostNow>`
    SELECT p.id, parent.id AS in_reply_to_id, p.reply_to_account_id AS in_reply_to_account_id, p.created_at
    FROM posts p LEFT JOIN posts parent ON parent.id = p.reply_to_id AND parent.visibility = 'public'
    WHERE p.id = ANY(${[...ids]}::bigint[]) AND p.visibility = 'public' AND ${visibleTo(undefined)}
      AND (p.repost_of_id IS NULL
        OR EXISTS (SELECT 1 FROM posts o WHERE o.id = p.repost_of_id AND o.visibility = 'public'))`.execute(
    db,
  )
  return found.rows
}

async function findAccounts(db: Db, ids: readonly number[]): Promise<AccountRow[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom("accounts")
    .selectAll()
    .where("id", "=", sql<number>`ANY(${[...ids]}::bigint[])`)
    .where("suspended_at", "is", null)
    .execute()
}

async function findMedia(db: Db, posts: readonly number[]): Promise<MediaView[]> {
  if (posts.length === 0) return []
  return db
    .selectFrom("media")
    .select(["id", "type", "files", "description", "focus", "blurhash", "meta", "ready"])
    .where("post_id", "=", sql<number>`ANY(${[...posts]}::bigint[])`)
    .execute()
}

/** The tables have nothing of a post that is gone; the log still has who could see it. */
async function findGone(db: Db, removals: readonly Removal[]): Promise<Set<number>> {
  if (removals.length === 0) return new Set()
  const found = await sql<{ id: number }>`
    SELECT g.id FROM unnest(${removals.map((one) => one.id)}::bigint[], ${removals.map((one) => one.stream)}::text[],
      ${removals.map((one) => one.repost)}::boolean[]) AS g (id, stream, repost)
    CROSS JOIN LATERAL (
      SELECT e.data->>'visibility' AS visibility, (e.data->>'author_id')::bigint AS author_id FROM events e
      WHERE e.stream = g.stream AND e.type = 'post.created' ORDER BY e.position LIMIT 1) AS original
    JOIN accounts a ON a.id = original.author_id
    WHERE original.visibility = 'public' AND a.suspended_at IS NULL
      AND (NOT g.repost OR EXISTS (
        SELECT 1 FROM events e WHERE e.stream = g.stream AND e.type = 'post.reposted'
          AND (e.data->>'id')::bigint = g.id AND e.data->>'visibility' = 'public'))`.execute(db)
  return new Set(found.rows.map((row) => row.id))
}
