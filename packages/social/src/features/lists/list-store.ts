// Reads lists and who is on them. A list is its owner's business: nobody else can tell that it exists.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { RepliesPolicy } from "../../db/schema.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import { onList } from "./list-members.ts"

export interface ListRow {
  readonly id: number
  readonly account_id: number
  readonly title: string
  readonly replies_policy: RepliesPolicy
  readonly exclusive: boolean
}

/** An account with the id of its membership, which pages the list. */
export type ListMember = AccountRow & { readonly list_id: number }

export interface ListStore {
  /** A member's lists, the oldest first. */
  all(ownerId: number): Promise<ListRow[]>
  /** Fails with `record.not_found` where the member has no such list. */
  require(ownerId: number, id: number): Promise<ListRow>
  /** The last added first. */
  members(listId: number, page: Page): Promise<ListMember[]>
  /** The member's lists that an account is on. */
  having(ownerId: number, memberId: number): Promise<ListRow[]>
}

export function createListStore({ db }: { db: Db }): ListStore {
  return {
    all: (ownerId) =>
      db.selectFrom("lists").selectAll().where("account_id", "=", ownerId).orderBy("id").execute(),
    require: (ownerId, id) => requireList(db, ownerId, id),
    async members(listId, page) {
      const found = await sql<ListMember>`
        SELECT a.*, m.id AS list_id FROM list_members m JOIN accounts a ON a.id = m.member_id
        WHERE m.list_id = ${listId} AND a.suspended_at IS NULL AND ${onList}${pageCondition(sql`m.id`, page)}
        ORDER BY m.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
    async having(ownerId, memberId) {
      const found = await sql<ListRow>`
        SELECT l.* FROM lists l JOIN list_members m ON m.list_id = l.id
        WHERE l.account_id = ${ownerId} AND m.member_id = ${memberId} AND ${onList} ORDER BY l.id`.execute(db)
      return found.rows
    },
  }
}

/** A member's own list. Fails with `record.not_found`. */
export async function requireList(db: Db, ownerId: number, id: number): Promise<ListRow> {
  const list = await db
    .selectFrom("lists")
    .selectAll()
    .where("id", "=", id)
    .where("account_id", "=", ownerId)
    .executeTakeFirst()
  if (!list) throw new AppError("record.not_found")
  return list
}
