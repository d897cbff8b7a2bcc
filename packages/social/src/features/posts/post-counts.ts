// Compares every counter of posts, polls and accounts with the rows that it counts. For tests and for whoever doubts them; it
// reads whole tables and is no query for a request.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"

export interface CountDifference {
  readonly counter: string
  readonly id: number
  readonly stored: number
  readonly counted: number
}

/** The counters that differ from what the tables hold; none on a sound database. */
export async function countDifferences(db: Db): Promise<CountDifference[]> {
  const found = await sql<CountDifference>`
    SELECT * FROM (
      SELECT 'posts.likes_count' AS counter, p.id, p.likes_count AS stored,
        (SELECT count(*)::int FROM likes l WHERE l.post_id = p.id) AS counted FROM posts p
      UNION ALL SELECT 'posts.reposts_count', p.id, p.reposts_count,
        (SELECT count(*)::int FROM posts r WHERE r.repost_of_id = p.id) FROM posts p
      UNION ALL SELECT 'posts.replies_count', p.id, p.replies_count,
        (SELECT count(*)::int FROM posts r WHERE r.reply_to_id = p.id AND r.visibility IN ('public', 'unlisted')) FROM posts p
      UNION ALL SELECT 'accounts.posts_count', a.id, a.posts_count,
        (SELECT count(*)::int FROM posts p WHERE p.author_id = a.id AND p.visibility <> 'direct') FROM accounts a
      UNION ALL SELECT 'polls.voters_count', o.id, o.voters_count,
        (SELECT count(*)::int FROM poll_votes v WHERE v.poll_id = o.id) FROM polls o
      UNION ALL SELECT 'polls.votes', o.id, (SELECT sum(v)::int FROM unnest(o.votes) v),
        (SELECT coalesce(sum(cardinality(v.choices)), 0)::int FROM poll_votes v WHERE v.poll_id = o.id) FROM polls o
    ) c WHERE stored IS DISTINCT FROM counted ORDER BY counter, id`.execute(db)
  return found.rows
}
