// Finds posts by their words. A member finds public posts of accounts that agreed to be found, and whatever they have to do
// with themselves: own posts, those that mention them, and those they liked, bookmarked or reposted.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { notHiddenBy, visibleTo } from "../posts/post-visibility.ts"

export interface PostSearch {
  /** As people type it: words are all wanted, `"a phrase"`, `or`, `-not`. */
  readonly text: string
  readonly viewerId: number
  /** Only posts of this account. */
  readonly accountId: number | undefined
  readonly limit: number
  readonly offset: number
  /** Only posts older, or newer, than these. */
  readonly maxId: number | undefined
  readonly minId: number | undefined
}

/** Ids of posts, newest first. */
export type SearchPosts = (search: PostSearch) => Promise<number[]>

export function createSearchPosts(deps: Pick<Core, "db" | "clock">): SearchPosts {
  return async function searchPosts(search) {
    const viewer = search.viewerId
    const author = search.accountId === undefined ? sql`` : sql` AND p.author_id = ${search.accountId}`
    const below = search.maxId === undefined ? sql`` : sql` AND p.id < ${search.maxId}`
    const above = search.minId === undefined ? sql`` : sql` AND p.id > ${search.minId}`
    const found = await sql<{ id: number }>`
      SELECT p.id FROM post_search s JOIN posts p ON p.id = s.post_id JOIN accounts a ON a.id = p.author_id
      WHERE s.words @@ websearch_to_tsquery('simple', ${search.text.toLowerCase()})${author}${below}${above}
        AND ((p.visibility = 'public' AND a.indexable) OR p.author_id = ${viewer}
          OR EXISTS (SELECT 1 FROM post_mentions m WHERE m.post_id = p.id AND m.account_id = ${viewer})
          OR EXISTS (SELECT 1 FROM likes l WHERE l.post_id = p.id AND l.account_id = ${viewer})
          OR EXISTS (SELECT 1 FROM bookmarks b WHERE b.post_id = p.id AND b.account_id = ${viewer})
          OR EXISTS (SELECT 1 FROM posts r WHERE r.repost_of_id = p.id AND r.author_id = ${viewer}))
        AND ${visibleTo(viewer)} AND ${notHiddenBy(viewer, new Date(deps.clock.now()))}
      ORDER BY p.id DESC LIMIT ${search.limit} OFFSET ${search.offset}`.execute(deps.db)
    return found.rows.map((row) => row.id)
  }
}
