// What is talked about: hashtags, posts and links, each as a list in memory, made of the newest public posts when somebody asks
// and the last list is a minute old. Like the lists of accounts (accounts/account-rankings.ts) it costs no write anything. Only
// posts of accounts that want to be discovered; each account counts once for a thing, so that nobody makes a trend alone.

import { idAt } from "@aviary/kit"
import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"

export interface TrendingLink {
  readonly url: string
  /** Public posts with it, newest first. */
  readonly postIds: readonly number[]
}

export interface Trending {
  /** Normal names, the most talked about first. */
  tags(): Promise<readonly string[]>
  /** Ids of posts. */
  posts(): Promise<readonly number[]>
  links(): Promise<readonly TrendingLink[]>
}

/** Milliseconds for which a list is used. */
const FRESH_MS = 60_000
/** A use counts half after so long, and not at all after the window. */
const HALF_LIFE_MS = 12 * 3_600_000
const WINDOW_MS = 7 * 86_400_000
/** Posts may be liked and shared for so long. */
const POST_WINDOW_MS = 2 * 86_400_000
/** Newest public posts that are looked through. */
const LOOKED_THROUGH = 20_000
/** Entries of a list, posts of one author among them, and posts that are kept of a link. */
const LISTED = 200
const BY_ONE_AUTHOR = 3
const POSTS_OF_LINK = 400
const LONGEST_LINK = 2_048
/** Accounts that make a trend, and what their uses must come to: two people a day and a half ago are none any more. */
const ACCOUNTS = 2
const SCORE = 0.25

export function createTrending(deps: Pick<Core, "db" | "clock">): Trending {
  const { db, clock } = deps

  /** `read` at most once in `FRESH_MS`, for all who ask. */
  function kept<T>(read: () => Promise<readonly T[]>): () => Promise<readonly T[]> {
    let list: { at: number; things: Promise<readonly T[]> } | undefined
    return async () => {
      if (list && clock.now() - list.at < FRESH_MS) return list.things
      const mine = { at: clock.now(), things: read() }
      list = mine
      try {
        return await mine.things
      } catch (error) {
        // A failure is not a list: the next caller reads again.
        if (list === mine) list = undefined
        throw error
      }
    }
  }

  /** The newest public posts as `recent`. */
  function recent(windowMs: number, condition = sql``): RawBuilder<unknown> {
    return sql`recent AS MATERIALIZED (
      SELECT p.id, p.author_id, p.text, p.likes_count, p.reposts_count
      FROM (SELECT * FROM posts p WHERE p.visibility = 'public' AND p.repost_of_id IS NULL
          AND p.id >= ${idAt(clock.now() - windowMs)} ORDER BY p.id DESC LIMIT ${LOOKED_THROUGH}) p
      JOIN accounts a ON a.id = p.author_id
      WHERE a.discoverable AND a.suspended_at IS NULL${condition})`
  }

  /** What a use of the time of an id counts. Ids grow by the same number each millisecond. */
  function weight(id: RawBuilder<unknown>): RawBuilder<number> {
    const now = clock.now()
    const halfLife = idAt(now) - idAt(now - HALF_LIFE_MS)
    return sql<number>`power(0.5, greatest(0, ${idAt(now)}::bigint - ${id})::float8 / ${halfLife}::float8)`
  }

  /** The things of `used` (thing, author_id, id), the most talked about first. */
  function ranked(): RawBuilder<unknown> {
    return sql`SELECT thing FROM (
        SELECT thing, author_id, max(${weight(sql`id`)}) AS score FROM used GROUP BY thing, author_id) by_author
      GROUP BY thing HAVING count(*) >= ${ACCOUNTS} AND sum(score) >= ${SCORE}
      ORDER BY sum(score) DESC, thing LIMIT ${LISTED}`
  }

  return {
    tags: kept(async () => {
      const found = await sql<{ thing: string }>`
        WITH ${recent(WINDOW_MS)}, used AS (
          SELECT t.tag AS thing, r.author_id, r.id FROM recent r JOIN post_tags t ON t.post_id = r.id)
        ${ranked()}`.execute(db)
      return found.rows.map((row) => row.thing)
    }),

    posts: kept(async () => {
      // As Mastodon: no replies, and nothing behind a warning.
      const fit = sql` AND p.reply_to_id IS NULL AND p.spoiler_text = '' AND NOT p.sensitive
        AND p.likes_count + p.reposts_count >= ${ACCOUNTS}`
      const found = await sql<{ id: number }>`
        WITH ${recent(POST_WINDOW_MS, fit)}, scored AS (
          SELECT id, author_id, (likes_count + 2 * reposts_count) * ${weight(sql`id`)} AS score FROM recent
        ), placed AS (
          SELECT id, score, row_number() OVER (PARTITION BY author_id ORDER BY score DESC, id DESC) AS place FROM scored)
        SELECT id FROM placed WHERE place <= ${BY_ONE_AUTHOR} ORDER BY score DESC, id DESC LIMIT ${LISTED}`.execute(
        db,
      )
      return found.rows.map((row) => row.id)
    }),

    links: kept(async () => {
      const found = await sql<TrendingLink>`
        WITH ${recent(WINDOW_MS)}, used AS MATERIALIZED (
          SELECT DISTINCT rtrim(link[1], '.,;:!?''")]') AS thing, r.author_id, r.id
          FROM recent r CROSS JOIN LATERAL regexp_matches(r.text, 'https?://[^[:space:]<>"]+', 'g') AS link
          WHERE r.text LIKE '%http%' AND length(link[1]) <= ${LONGEST_LINK}
        ), best AS (SELECT thing, row_number() OVER () AS place FROM (${ranked()}) b)
        SELECT b.thing AS url, (array_agg(u.id ORDER BY u.id DESC))[1:${POSTS_OF_LINK}::int] AS "postIds"
        FROM best b JOIN used u ON u.thing = b.thing GROUP BY b.thing, b.place ORDER BY b.place`.execute(db)
      return found.rows.filter((row) => URL.canParse(row.url))
    }),
  }
}
