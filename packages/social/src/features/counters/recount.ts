// Counts anew, from the rows themselves, and compares with the counters: what is stored and what the log says besides. It reads
// all that it counts and is no query for a request.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { EventRow } from "../../events/read-log.ts"
import { toStoredEvent } from "../../events/read-log.ts"
import { countedTypes } from "./count-deltas.ts"
import { createCountSums, sumEvents } from "./count-sums.ts"
import type { AccountCounts, CountSums, PostCounts } from "./count-sums.ts"
import { COUNTERS } from "./counters-consumer.ts"

export interface CountDifference {
  /** `posts.likes_count` and the like. */
  readonly counter: string
  readonly id: number
  /** What is shown: the stored counter, and what the log has behind the counters' cursor. */
  readonly stored: number
  readonly counted: number
}

/** Which posts and accounts to count; all of them where it is absent. */
export interface RecountSubjects {
  readonly posts: readonly number[]
  readonly accounts: readonly number[]
}

export interface Recount {
  readonly differences: readonly CountDifference[]
  /** What must be added to the stored counters for them to be right. */
  readonly corrections: CountSums
}

interface PostRow {
  readonly id: number
  readonly stored: readonly [likes: number, reposts: number, replies: number]
  readonly counted: readonly [likes: number, reposts: number, replies: number]
}

interface AccountRow {
  readonly id: number
  readonly stored: readonly [posts: number, followers: number, following: number]
  readonly counted: readonly [posts: number, followers: number, following: number]
}

/** Events behind the counters' cursor at most. Further behind, counters are the consumer's business, and nobody's to mend. */
const TAIL = 50_000

/**
 * Compares the counters of posts and accounts with their rows, as of one moment: everything is one statement. Undefined where
 * the counters' consumer is too far behind to say.
 */
export async function recount(db: Db, subjects?: RecountSubjects): Promise<Recount | undefined> {
  const only = (column: string, ids: readonly number[] | undefined) =>
    ids ? sql`WHERE ${sql.ref(column)} = ANY(${[...ids]}::bigint[])` : sql``
  const found = await sql<{
    tail: (Omit<EventRow, "occurred_at"> & { occurred_at: string })[] | null
    posts: PostRow[] | null
    accounts: AccountRow[] | null
  }>`
    SELECT (
      SELECT json_agg(e) FROM (
        -- Without the words, which count nothing and are most of it.
        SELECT position, transaction_id::text, stream, type, version, actor, occurred_at,
          data - '{text, html, spoiler_text, mentions, poll}'::text[] AS data FROM events
        WHERE (transaction_id, position) > (
            (SELECT transaction_id FROM consumer_cursors WHERE name = ${COUNTERS}),
            (SELECT position FROM consumer_cursors WHERE name = ${COUNTERS}))
          AND type = ANY(${[...countedTypes]}::text[])
        ORDER BY transaction_id, position LIMIT ${TAIL}) e
    ) AS tail, (
      SELECT json_agg(json_build_object('id', p.id,
        'stored', json_build_array(p.likes_count, p.reposts_count, p.replies_count),
        'counted', json_build_array(
          (SELECT count(*) FROM likes l WHERE l.post_id = p.id),
          (SELECT count(*) FROM posts r WHERE r.repost_of_id = p.id),
          (SELECT count(*) FROM posts r WHERE r.reply_to_id = p.id AND r.visibility IN ('public', 'unlisted')))))
      FROM posts p ${only("p.id", subjects?.posts)}
    ) AS posts, (
      SELECT json_agg(json_build_object('id', a.id,
        'stored', json_build_array(a.posts_count, a.followers_count, a.following_count),
        'counted', json_build_array(
          (SELECT count(*) FROM posts p WHERE p.author_id = a.id AND p.visibility <> 'direct'),
          (SELECT count(*) FROM follows f WHERE f.followee_id = a.id),
          (SELECT count(*) FROM follows f WHERE f.follower_id = a.id))))
      FROM accounts a ${only("a.id", subjects?.accounts)}
    ) AS accounts`.execute(db)
  const { tail, posts, accounts } = found.rows[0] ?? { tail: null, posts: null, accounts: null }
  if (tail && tail.length >= TAIL) return undefined
  const events = (tail ?? []).map((row) => toStoredEvent({ ...row, occurred_at: new Date(row.occurred_at) }))
  return compare(posts ?? [], accounts ?? [], sumEvents(events))
}

const NO_POST_COUNTS: PostCounts = { likes: 0, reposts: 0, replies: 0 }
const NO_ACCOUNT_COUNTS: AccountCounts = { posts: 0, followers: 0, following: 0, lastPostAt: undefined }

/** Pure. */
function compare(posts: readonly PostRow[], accounts: readonly AccountRow[], pending: CountSums): Recount {
  const differences: CountDifference[] = []
  const corrections = createCountSums()

  /** What is missing of a counter. */
  function missing(difference: CountDifference): number {
    if (difference.stored !== difference.counted) differences.push(difference)
    return difference.counted - difference.stored
  }

  for (const { id, stored, counted } of posts) {
    const { likes, reposts, replies } = pending.posts.get(id) ?? NO_POST_COUNTS
    const before = differences.length
    const correction = {
      likes: missing({ counter: "posts.likes_count", id, stored: stored[0] + likes, counted: counted[0] }),
      reposts: missing({
        counter: "posts.reposts_count",
        id,
        stored: stored[1] + reposts,
        counted: counted[1],
      }),
      replies: missing({
        counter: "posts.replies_count",
        id,
        stored: stored[2] + replies,
        counted: counted[2],
      }),
    }
    if (differences.length > before) corrections.posts.set(id, correction)
  }
  for (const { id, stored, counted } of accounts) {
    const sum = pending.accounts.get(id) ?? NO_ACCOUNT_COUNTS
    const before = differences.length
    const correction = {
      posts: missing({
        counter: "accounts.posts_count",
        id,
        stored: stored[0] + sum.posts,
        counted: counted[0],
      }),
      followers: missing({
        counter: "accounts.followers_count",
        id,
        stored: stored[1] + sum.followers,
        counted: counted[1],
      }),
      following: missing({
        counter: "accounts.following_count",
        id,
        stored: stored[2] + sum.following,
        counted: counted[2],
      }),
      lastPostAt: undefined,
    }
    if (differences.length > before) corrections.accounts.set(id, correction)
  }
  return { differences, corrections }
}

/** Every counter of posts, accounts and polls that differs from the rows that it counts; none on a sound database. */
export async function countDifferences(db: Db): Promise<readonly CountDifference[]> {
  const counted = await recount(db)
  if (!counted) throw new Error("The counters' consumer is too far behind for its counters to be compared")
  return [...counted.differences, ...(await pollDifferences(db))]
}

/** Votes are counted in the transaction that casts them. */
async function pollDifferences(db: Db): Promise<readonly CountDifference[]> {
  const found = await sql<CountDifference>`
    SELECT * FROM (
      SELECT 'polls.voters_count' AS counter, o.id, o.voters_count AS stored,
        (SELECT count(*)::int FROM poll_votes v WHERE v.poll_id = o.id) AS counted FROM polls o
      UNION ALL SELECT 'polls.votes', o.id, (SELECT sum(v)::int FROM unnest(o.votes) v),
        (SELECT coalesce(sum(cardinality(v.choices)), 0)::int FROM poll_votes v WHERE v.poll_id = o.id) FROM polls o
    ) c WHERE stored IS DISTINCT FROM counted ORDER BY counter, id`.execute(db)
  return found.rows
}
