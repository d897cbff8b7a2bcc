// The home timeline as one indexed query, for what memory does not hold and for whenever it is behind: what a member and those
// whom it follows posted and reposted, and public posts with the hashtags that it follows. The newest of each source come from
// an index of their own, so that the cost grows with the number of sources and not with their posts. The timeline of a list is
// the same with fewer sources.
//
// A page is exact: everything is decided inside the query, before its limit, so that no page is short while there is more.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"
import type { RepliesPolicy } from "../../db/schema.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { Page } from "../../http/page.ts"
import { keptOut, onList } from "../lists/list-members.ts"

/** Rows of one source that say how far a page reaches. */
const PROBE = 2

/** A page of the ids of a member's home timeline, newest first. */
export type PostgresHome = (viewerId: number, page: Page) => Promise<number[]>

export function createPostgresHome(deps: Pick<Core, "db" | "clock">): PostgresHome {
  const read = createTimelineQuery(deps)
  return (viewerId, page) =>
    read(viewerId, page, {
      sources: sql`own OR author_id NOT IN ${keptOut(sql`${viewerId}::bigint`)}`,
      tags: true,
      replies: sql`true`,
    })
}

/** A page of the ids of the timeline of a member's own list, newest first. */
export type ListTimeline = (
  list: { readonly id: number; readonly account_id: number; readonly replies_policy: RepliesPolicy },
  page: Page,
) => Promise<number[]>

/** What the home would show of the list's members if no list kept anybody out, less the replies that the list leaves out. */
export function createListTimeline(deps: Pick<Core, "db" | "clock">): ListTimeline {
  const read = createTimelineQuery(deps)
  return (list, page) =>
    read(list.account_id, page, {
      sources: sql`author_id IN (SELECT m.member_id FROM list_members m WHERE m.list_id = ${list.id} AND ${onList})`,
      tags: false,
      replies: shownReply(list),
    })
}

/** A condition on a post `p` of a list's member: as Mastodon, replies to oneself and to the list's owner are always shown. */
function shownReply(list: Parameters<ListTimeline>[0]): RawBuilder<boolean> {
  const to = sql`p.reply_to_account_id`
  const always = sql`${to} IS NULL OR ${to} = p.author_id OR ${to} = ${list.account_id}`
  switch (list.replies_policy) {
    case "followed":
      return sql<boolean>`true`
    case "list":
      return sql<boolean>`(${always} OR ${to} IN (SELECT author_id FROM shown_sources))`
    case "none":
      return sql<boolean>`(${always})`
  }
}

/** Which of the member's sources a timeline shows. */
interface TimelineScope {
  /** A condition on the columns of `sources`. */
  readonly sources: RawBuilder<unknown>
  /** Whether posts with followed tags are among it. */
  readonly tags: boolean
  /** A condition on a post `p` that is no repost. */
  readonly replies: RawBuilder<unknown>
}

function createTimelineQuery(deps: Pick<Core, "db" | "clock">) {
  return async function readTimeline(viewerId: number, page: Page, scope: TimelineScope): Promise<number[]> {
    const upwards = page.min_id !== undefined
    const within = (id: RawBuilder<unknown>): RawBuilder<unknown> =>
      upwards
        ? sql` AND ${id} <= coalesce((SELECT id FROM edge), ${Number.MAX_SAFE_INTEGER}::bigint)`
        : sql` AND ${id} >= coalesce((SELECT id FROM edge), 0)`
    const found = await sql<{ id: number }>`
      WITH silenced AS MATERIALIZED (
        SELECT target_id AS id FROM blocks WHERE account_id = ${viewerId}
        UNION SELECT target_id FROM mutes
          WHERE account_id = ${viewerId} AND (expires_at IS NULL OR expires_at > ${new Date(deps.clock.now())})
      ), hidden AS MATERIALIZED (
        SELECT id FROM silenced UNION SELECT account_id FROM blocks WHERE target_id = ${viewerId}
      ), sources AS MATERIALIZED (
        SELECT ${viewerId}::bigint AS author_id, true AS own, true AS show_reposts, NULL::text[] AS languages
        UNION ALL
        SELECT f.followee_id, false, f.show_reposts, nullif(f.languages, '{}')
        FROM follows f JOIN accounts a ON a.id = f.followee_id
        WHERE f.follower_id = ${viewerId} AND a.suspended_at IS NULL AND f.followee_id NOT IN (SELECT id FROM hidden)
      ), shown_sources AS MATERIALIZED (
        SELECT * FROM sources WHERE ${scope.sources}
      ), tags AS MATERIALIZED (
        SELECT tag FROM tag_follows WHERE account_id = ${viewerId} AND ${scope.tags}
      ), probe AS MATERIALIZED (
        ${firstOfEach(viewerId, page, { each: Math.min(PROBE, page.limit), within: () => sql``, ...scope })}
      ), edge AS MATERIALIZED (
        SELECT CASE WHEN count(*) = ${page.limit} THEN ${upwards ? sql`max(id)` : sql`min(id)`} END AS id FROM probe
      )
      ${firstOfEach(viewerId, page, { each: page.limit, within, ...scope })}`.execute(deps.db)
    return pageRows(found.rows, page).map((row) => row.id)
  }
}

/**
 * The page's first rows of what the sources posted, at most `each` of one source. Asked twice: a few rows of each are enough
 * to say how far the page reaches at most, and within that bound each source has little to give. A page for hundreds of
 * followees then reads a handful of rows of each and not a page of each. A post that several sources have comes once.
 */
function firstOfEach(
  viewerId: number,
  page: Page,
  {
    each,
    within,
    replies,
  }: {
    each: number
    within: (id: RawBuilder<unknown>) => RawBuilder<unknown>
    replies: RawBuilder<unknown>
  },
): RawBuilder<{ id: number }> {
  const order = pageOrder(page)
  const range = (id: RawBuilder<unknown>) => sql`${pageCondition(id, page)}${within(id)}`
  return sql<{ id: number }>`SELECT id FROM (
    SELECT p.id FROM shown_sources s CROSS JOIN LATERAL (
      SELECT p.id FROM posts p
      WHERE p.author_id = s.author_id${range(sql`p.id`)}
        AND CASE WHEN p.repost_of_id IS NULL THEN (s.own OR ${shownPost(viewerId)}) AND ${replies} ELSE ${shownRepost(viewerId)} END
      ORDER BY p.id ${order} LIMIT ${each}
    ) p
    UNION
    SELECT p.id FROM tags CROSS JOIN LATERAL (
      SELECT p.id FROM post_tags t JOIN posts p ON p.id = t.post_id
      WHERE t.tag = tags.tag${range(sql`t.post_id`)} AND ${shownTagged()}
      ORDER BY t.post_id ${order} LIMIT ${each}
    ) p
  ) shown ORDER BY id ${order} LIMIT ${page.limit}`
}

/**
 * A followee's own post `p`. That the followee is neither suspended nor hidden, and that its followers may see its private
 * posts, is settled by `sources`: what post-visibility.ts says, without asking again for each post.
 */
function shownPost(viewerId: number): RawBuilder<boolean> {
  return sql<boolean>`(
    (p.visibility <> 'direct' OR EXISTS (
      SELECT 1 FROM post_mentions m WHERE m.post_id = p.id AND m.account_id = ${viewerId}))
    AND (p.reply_to_account_id IS NULL OR p.reply_to_account_id = p.author_id
      OR p.reply_to_account_id IN (SELECT author_id FROM sources))
    AND (s.languages IS NULL OR p.language IS NULL OR p.language = ANY(s.languages))
    AND ${mentionsNobodySilenced(sql.ref("p"))})`
}

/** A repost `p` of a followee or of the member's own: its original must be for the member's eyes too. */
function shownRepost(viewerId: number): RawBuilder<boolean> {
  return sql<boolean>`(s.show_reposts AND p.visibility <> 'direct' AND EXISTS (
    SELECT 1 FROM posts o JOIN accounts oa ON oa.id = o.author_id
    WHERE o.id = p.repost_of_id AND oa.suspended_at IS NULL
      AND o.author_id NOT IN (SELECT id FROM hidden)
      AND (o.visibility IN ('public', 'unlisted') OR o.author_id = ${viewerId}
        OR (o.visibility = 'private' AND o.author_id IN (SELECT author_id FROM sources)))
      AND (s.languages IS NULL OR o.language IS NULL OR o.language = ANY(s.languages))
      AND (s.own OR ${mentionsNobodySilenced(sql.ref("o"))})))`
}

/**
 * A post `p` with a followed hashtag, of anybody. As Mastodon: public posts only and no reposts, but replies to anybody, and
 * in any language; what is hidden stays hidden.
 */
function shownTagged(): RawBuilder<boolean> {
  return sql<boolean>`(p.visibility = 'public' AND p.repost_of_id IS NULL AND p.author_id NOT IN (SELECT id FROM hidden)
    AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = p.author_id AND a.suspended_at IS NOT NULL)
    AND ${mentionsNobodySilenced(sql.ref("p"))})`
}

/** As Mastodon: a conversation with somebody whom the member blocks or mutes is left out too. */
function mentionsNobodySilenced(post: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(${post}.mentions = '[]' OR NOT EXISTS (
    SELECT 1 FROM post_mentions m WHERE m.post_id = ${post}.id AND m.account_id IN (SELECT id FROM silenced)))`
}
