// Adds sums of deltas to the stored counters. Rows are locked in the order of their ids, posts before accounts: whoever else
// changes several of these rows in one transaction must do the same, or the two may deadlock.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { CountSums } from "./count-sums.ts"

/** One statement for all posts and one for all accounts; rows that no longer exist are passed over. */
export async function storeCounts(db: Db, sums: CountSums): Promise<void> {
  if (sums.posts.size > 0) await storePostCounts(db, sums.posts)
  if (sums.accounts.size > 0) await storeAccountCounts(db, sums.accounts)
}

async function storePostCounts(db: Db, posts: CountSums["posts"]): Promise<void> {
  const ids = [...posts.keys()]
  const sums = [...posts.values()]
  await sql`
    WITH locked AS MATERIALIZED (
      SELECT id FROM posts WHERE id = ANY(${ids}::bigint[]) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE posts p SET likes_count = p.likes_count + d.likes, reposts_count = p.reposts_count + d.reposts,
      replies_count = p.replies_count + d.replies
    FROM unnest(${ids}::bigint[], ${sums.map((sum) => sum.likes)}::int[], ${sums.map((sum) => sum.reposts)}::int[],
      ${sums.map((sum) => sum.replies)}::int[]) AS d (id, likes, reposts, replies) JOIN locked USING (id)
    WHERE p.id = d.id`.execute(db)
}

async function storeAccountCounts(db: Db, accounts: CountSums["accounts"]): Promise<void> {
  const ids = [...accounts.keys()]
  const sums = [...accounts.values()]
  await sql`
    WITH locked AS MATERIALIZED (
      SELECT id FROM accounts WHERE id = ANY(${ids}::bigint[]) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE accounts a SET posts_count = a.posts_count + d.posts, followers_count = a.followers_count + d.followers,
      following_count = a.following_count + d.following, last_post_at = greatest(a.last_post_at, d.last_post_at)
    FROM unnest(${ids}::bigint[], ${sums.map((sum) => sum.posts)}::int[], ${sums.map((sum) => sum.followers)}::int[],
      ${sums.map((sum) => sum.following)}::int[],
      ${sums.map((sum) => sum.lastPostAt?.toISOString() ?? null)}::timestamptz[])
      AS d (id, posts, followers, following, last_post_at) JOIN locked USING (id)
    WHERE a.id = d.id`.execute(db)
}
