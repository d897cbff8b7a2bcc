// The lists of accounts that relationships make: followers, following, blocks, mutes, requests. Each is paged by the id of the
// relationship, so that it is in the order in which things happened and no page misses or repeats anybody.

import type { Clock } from "@aviary/kit"
import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Db } from "../../db/database.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { Page } from "../../http/page.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import { notHiddenAccount } from "./relationship-store.ts"

/** An account with the id of the relationship that put it on the list. */
export type ListedAccount = AccountRow & { readonly list_id: number; readonly mute_expires_at?: Date | null }

export interface AccountLists {
  /** Who follows an account, for a viewer: empty when the account hides its lists or blocks the viewer. */
  followers(ofId: number, viewerId: number | undefined, page: Page): Promise<ListedAccount[]>
  following(ofId: number, viewerId: number | undefined, page: Page): Promise<ListedAccount[]>
  blocked(byId: number, page: Page): Promise<ListedAccount[]>
  muted(byId: number, page: Page): Promise<ListedAccount[]>
  /** Who asks to follow. */
  requests(ofId: number, page: Page): Promise<ListedAccount[]>
}

export function createAccountLists(deps: { db: Db; clock: Clock }): AccountLists {
  const { db, clock } = deps

  /** `from` names the relationship `l`, its conditions, and the account `a`. */
  async function read(page: Page, from: RawBuilder<unknown>, extra = sql``): Promise<ListedAccount[]> {
    const found = await sql<ListedAccount>`
      SELECT a.*, l.id AS list_id ${extra} ${from} AND a.suspended_at IS NULL${pageCondition(sql`l.id`, page)}
      ORDER BY l.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
    return pageRows(found.rows, page)
  }

  async function isClosed(ofId: number, viewerId: number | undefined): Promise<boolean> {
    if (ofId === viewerId) return false
    const found = await sql`SELECT 1 FROM accounts a WHERE a.id = ${ofId} AND (a.hide_collections
      OR a.suspended_at IS NOT NULL
      OR EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = ${viewerId ?? 0}))`.execute(
      db,
    )
    return found.rows.length > 0
  }

  /** The owner of a list sees all of it; others do not see whom they hide, or who hides from them. */
  function shown(ofId: number, viewerId: number | undefined): RawBuilder<unknown> {
    return ofId === viewerId
      ? sql``
      : sql` AND ${notHiddenAccount(sql`a.id`, viewerId, new Date(clock.now()))}`
  }

  return {
    async followers(ofId, viewerId, page) {
      if (await isClosed(ofId, viewerId)) return []
      return read(
        page,
        sql`FROM follows l JOIN accounts a ON a.id = l.follower_id
          WHERE l.followee_id = ${ofId}${shown(ofId, viewerId)}`,
      )
    },
    async following(ofId, viewerId, page) {
      if (await isClosed(ofId, viewerId)) return []
      return read(
        page,
        sql`FROM follows l JOIN accounts a ON a.id = l.followee_id
          WHERE l.follower_id = ${ofId}${shown(ofId, viewerId)}`,
      )
    },
    blocked: (byId, page) =>
      read(page, sql`FROM blocks l JOIN accounts a ON a.id = l.target_id WHERE l.account_id = ${byId}`),
    muted: (byId, page) =>
      read(
        page,
        sql`FROM mutes l JOIN accounts a ON a.id = l.target_id WHERE l.account_id = ${byId}
          AND (l.expires_at IS NULL OR l.expires_at > ${new Date(clock.now())})`,
        sql`, l.expires_at AS mute_expires_at`,
      ),
    requests: (ofId, page) =>
      read(
        page,
        sql`FROM follow_requests l JOIN accounts a ON a.id = l.follower_id WHERE l.followee_id = ${ofId}`,
      ),
  }
}
