// Lists by what members did with posts: my bookmarks and likes, and who liked or reposted a post. Each is paged by the id of
// the mark, which is when it was made, not by the post or the account. Filters stand in the SQL, so that no page is short
// while there is more.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import type { PostTarget } from "./post-lookup.ts"
import { findTarget } from "./post-lookup.ts"
import { visibleTo } from "./post-visibility.ts"

/** A row of a list: what is shown, and the cursor that pages it. */
export interface Marked {
  readonly id: number
  readonly cursor: number
}

export interface MarkLists {
  /** Posts that the member bookmarked or liked and still may see. */
  posts(table: "bookmarks" | "likes", memberId: number, page: Page): Promise<Marked[]>
  /** Accounts that liked a post. */
  likers(postId: number, viewerId: number | undefined, page: Page): Promise<Marked[]>
  /** Accounts that reposted a post for all to see. */
  reposters(postId: number, viewerId: number | undefined, page: Page): Promise<Marked[]>
  /** The post that these lists are about. Fails with `record.not_found` where the viewer may not see it. */
  target(postId: number, viewerId: number | undefined): Promise<PostTarget>
  /** The accounts of `ids`, in that order. */
  accounts(ids: readonly number[]): Promise<AccountRow[]>
}

export function createMarkLists(deps: { db: Db }): MarkLists {
  const { db } = deps
  return {
    async posts(table, memberId, page) {
      const found = await sql<Marked>`
        SELECT m.post_id AS id, m.id AS cursor FROM ${sql.table(table)} m JOIN posts p ON p.id = m.post_id
        WHERE m.account_id = ${memberId} AND ${visibleTo(memberId)}${pageCondition(sql`m.id`, page)}
        ORDER BY m.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },

    async likers(postId, viewerId, page) {
      const found = await sql<Marked>`
        SELECT m.account_id AS id, m.id AS cursor FROM likes m
        WHERE m.post_id = ${postId}${shownAccount(sql`m.account_id`, viewerId)}${pageCondition(sql`m.id`, page)}
        ORDER BY m.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },

    async reposters(postId, viewerId, page) {
      const found = await sql<Marked>`
        SELECT m.author_id AS id, m.id AS cursor FROM posts m
        WHERE m.repost_of_id = ${postId} AND m.visibility IN ('public', 'unlisted')
          ${shownAccount(sql`m.author_id`, viewerId)}${pageCondition(sql`m.id`, page)}
        ORDER BY m.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },

    target: (postId, viewerId) => findTarget(db, postId, viewerId),

    async accounts(ids) {
      const rows = await db
        .selectFrom("accounts")
        .selectAll()
        .where("id", "=", sql<number>`ANY(${[...ids]}::bigint[])`)
        .execute()
      const byId = new Map(rows.map((row) => [row.id, row]))
      return ids.flatMap((id) => byId.get(id) ?? [])
    },
  }
}

/** ` AND …`: the account is not suspended, and no block stands between it and the viewer. */
function shownAccount(account: RawBuilder<unknown>, viewerId: number | undefined): RawBuilder<unknown> {
  const active = sql` AND NOT EXISTS (SELECT 1 FROM accounts s WHERE s.id = ${account} AND s.suspended_at IS NOT NULL)`
  if (viewerId === undefined) return active
  return sql`${active} AND NOT EXISTS (SELECT 1 FROM blocks b
    WHERE (b.account_id = ${viewerId} AND b.target_id = ${account})
       OR (b.account_id = ${account} AND b.target_id = ${viewerId}))`
}
