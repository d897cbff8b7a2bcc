// Direct posts that a member wrote or is mentioned in, as one list: the way before conversations, which older apps still take.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { Page } from "../../http/page.ts"
import { notHiddenBy, visibleTo } from "../posts/post-visibility.ts"

export type DirectTimeline = (viewerId: number, page: Page) => Promise<number[]>

export function createDirectTimeline(deps: Pick<Core, "db" | "clock">): DirectTimeline {
  return async function directTimeline(viewerId, page) {
    const order = pageOrder(page)
    const found = await sql<{ id: number }>`
      SELECT id FROM (
        (SELECT p.id FROM posts p
         WHERE p.author_id = ${viewerId} AND p.visibility = 'direct' AND p.repost_of_id IS NULL
           AND ${visibleTo(viewerId)}${pageCondition(sql`p.id`, page)}
         ORDER BY p.id ${order} LIMIT ${page.limit})
        UNION
        (SELECT p.id FROM post_mentions m JOIN posts p ON p.id = m.post_id
         WHERE m.account_id = ${viewerId} AND p.visibility = 'direct' AND p.repost_of_id IS NULL
           AND ${visibleTo(viewerId)} AND ${notHiddenBy(viewerId, new Date(deps.clock.now()))}
           ${pageCondition(sql`m.post_id`, page)}
         ORDER BY m.post_id ${order} LIMIT ${page.limit})
      ) both_sides ORDER BY id ${order} LIMIT ${page.limit}`.execute(deps.db)
    return pageRows(found.rows, page).map((row) => row.id)
  }
}
