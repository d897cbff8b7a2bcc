// The posts on an account's profile, as a viewer may see them: all, or filtered, or the pinned ones.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { Page } from "../../http/page.ts"
import { visibleTo } from "../posts/post-visibility.ts"
import { notHiddenAccount } from "../relationships/relationship-store.ts"

export interface AccountPostsFilter {
  /** Replies to others are left out; a thread of one's own stays. */
  readonly excludeReplies: boolean
  readonly excludeReposts: boolean
  readonly onlyMedia: boolean
  /** Only posts with this tag: its normal name. */
  readonly tag: string | undefined
}

/** A page of pinned posts, with the ids of the pins, which page it; the last pinned first. */
export interface PinnedPage {
  readonly ids: readonly number[]
  readonly cursors: readonly number[]
}

export interface AccountPosts {
  list(
    ofId: number,
    viewerId: number | undefined,
    query: { page: Page; filter: AccountPostsFilter },
  ): Promise<number[]>
  pinned(ofId: number, viewerId: number | undefined, page: Page): Promise<PinnedPage>
}

export function createAccountPosts(deps: Pick<Core, "db" | "clock">): AccountPosts {
  const { db, clock } = deps

  return {
    async list(ofId, viewerId, { page, filter }) {
      const found = await sql<{ id: number }>`
        SELECT p.id FROM posts p WHERE p.author_id = ${ofId}${filterCondition(filter)}
          AND ${visibleTo(viewerId)} AND (p.repost_of_id IS NULL OR ${shownOriginal(viewerId, new Date(clock.now()))})
          ${pageCondition(sql`p.id`, page)}
        ORDER BY p.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page).map((row) => row.id)
    },
    async pinned(ofId, viewerId, page) {
      const found = await sql<{ id: number; cursor: number }>`
        SELECT p.id, i.id AS cursor FROM pins i JOIN posts p ON p.id = i.post_id
        WHERE i.account_id = ${ofId} AND ${visibleTo(viewerId)}${pageCondition(sql`i.id`, page)}
        ORDER BY i.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      const rows = pageRows(found.rows, page)
      return { ids: rows.map((row) => row.id), cursors: rows.map((row) => row.cursor) }
    },
  }
}

/** A profile's owner may be muted and looked at all the same; those whom it reposts may not. */
function shownOriginal(viewerId: number | undefined, now: Date): RawBuilder<boolean> {
  return notHiddenAccount(sql`(SELECT o.author_id FROM posts o WHERE o.id = p.repost_of_id)`, viewerId, now)
}

function filterCondition(filter: AccountPostsFilter): RawBuilder<unknown> {
  const conditions = [
    ...(filter.excludeReplies
      ? [sql` AND (p.reply_to_account_id IS NULL OR p.reply_to_account_id = p.author_id)`]
      : []),
    ...(filter.excludeReposts ? [sql` AND p.repost_of_id IS NULL`] : []),
    ...(filter.onlyMedia ? [sql` AND p.media_ids <> '{}'`] : []),
    ...(filter.tag === undefined
      ? []
      : [sql` AND EXISTS (SELECT 1 FROM post_tags t WHERE t.tag = ${filter.tag} AND t.post_id = p.id)`]),
  ]
  return sql.join(conditions.length > 0 ? conditions : [sql``], sql``)
}
