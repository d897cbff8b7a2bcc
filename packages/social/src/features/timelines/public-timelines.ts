// Timelines of what everybody may see: the public one, and those of tags. Posts only, no reposts.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { Page } from "../../http/page.ts"
import { notHiddenBy, visibleTo } from "../posts/post-visibility.ts"

export interface PublicFilter {
  readonly onlyMedia: boolean
}

/** Normal names of tags (see text/hashtag-name.ts). */
export interface TagFilter extends PublicFilter {
  /** Posts with at least one of these. */
  readonly any: readonly string[]
  /** And with all of these. */
  readonly all: readonly string[]
  /** And with none of these. */
  readonly none: readonly string[]
}

export interface PublicTimelines {
  /** Public posts, without replies to others. */
  everybody(viewerId: number | undefined, page: Page, filter: PublicFilter): Promise<number[]>
  tag(viewerId: number | undefined, page: Page, filter: TagFilter): Promise<number[]>
  /** Those of certain posts that are public and that the viewer does not hide. */
  among(viewerId: number | undefined, ids: readonly number[], page: Page): Promise<number[]>
}

export function createPublicTimelines(deps: Pick<Core, "db" | "clock">): PublicTimelines {
  const { db, clock } = deps

  /** What all conditions on a public post `p` have in common. */
  function shown(viewerId: number | undefined, filter: PublicFilter): RawBuilder<unknown> {
    const media = filter.onlyMedia ? sql` AND p.media_ids <> '{}'` : sql``
    const hidden = viewerId === undefined ? sql`` : sql` AND ${notHiddenBy(viewerId, new Date(clock.now()))}`
    return sql`p.visibility = 'public' AND p.repost_of_id IS NULL AND ${visibleTo(viewerId)}${media}${hidden}`
  }

  return {
    async everybody(viewerId, page, filter) {
      const found = await sql<{ id: number }>`
        SELECT p.id FROM posts p
        WHERE ${shown(viewerId, filter)}
          AND (p.reply_to_account_id IS NULL OR p.reply_to_account_id = p.author_id)${pageCondition(sql`p.id`, page)}
        ORDER BY p.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page).map((row) => row.id)
    },
    async among(viewerId, ids, page) {
      const found = await sql<{ id: number }>`
        SELECT p.id FROM posts p WHERE p.id = ANY(${[...ids]}::bigint[])
          AND ${shown(viewerId, { onlyMedia: false })}${pageCondition(sql`p.id`, page)}
        ORDER BY p.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page).map((row) => row.id)
    },
    async tag(viewerId, page, filter) {
      const order = pageOrder(page)
      const all = filter.all.length === 0 ? sql`` : sql` AND p.tags @> ${[...filter.all]}::text[]`
      const none = filter.none.length === 0 ? sql`` : sql` AND NOT p.tags && ${[...filter.none]}::text[]`
      // Each tag is walked along its own index; a post with several of them comes once.
      const found = await sql<{ id: number }>`
        SELECT DISTINCT x.id FROM unnest(${[...filter.any]}::text[]) AS wanted (name) CROSS JOIN LATERAL (
          SELECT p.id FROM post_tags t JOIN posts p ON p.id = t.post_id
          WHERE t.tag = wanted.name AND ${shown(viewerId, filter)}${all}${none}${pageCondition(sql`t.post_id`, page)}
          ORDER BY t.post_id ${order} LIMIT ${page.limit}
        ) x ORDER BY x.id ${order} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page).map((row) => row.id)
    },
  }
}
