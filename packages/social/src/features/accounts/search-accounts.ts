// Finds accounts by the beginning of their user name or display name; the exact address comes first.

import type { Clock } from "@aviary/kit"
import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Urls } from "../../http/urls.ts"
import type { AccountRow } from "./account-json.ts"
import { localName } from "./account-store.ts"
import { notHiddenAccount } from "../relationships/relationship-store.ts"

export interface AccountSearch {
  readonly text: string
  /** Undefined for somebody who is not signed in. */
  readonly viewerId: number | undefined
  /** Only accounts that the viewer follows, and the viewer's own. */
  readonly following: boolean
  readonly limit: number
  readonly offset: number
}

export type SearchAccounts = (search: AccountSearch) => Promise<AccountRow[]>

/** Above every character that a name may hold, in bytes: the end of a prefix's range. */
const LAST = "\u{10ffff}"
/** How many matches are ranked: a single letter may begin every tenth name. */
const RANKED = 2_000

/** Exact name first, then those whom the viewer follows, then by followers. Suspended and hidden accounts are left out. */
export function createSearchAccounts(deps: { db: Db; urls: Urls; clock: Clock }): SearchAccounts {
  const { db, clock } = deps
  return async function searchAccounts(search) {
    const text = search.text.trim().toLowerCase().replace(/^@/, "").replaceAll("\0", "")
    if (text === "") return []
    const name = localName(text, deps.urls.domain)
    // An address elsewhere is nobody here, though a display name may begin like it.
    const key = name ?? text
    const viewer = search.viewerId ?? 0
    const followed = sql`(a.id = ${viewer} OR EXISTS (
      SELECT 1 FROM follows f WHERE f.follower_id = ${viewer} AND f.followee_id = a.id))`
    const found = await sql<AccountRow>`
      WITH matches AS (${nameMatches(key, text)})
      SELECT a.* FROM matches JOIN accounts a USING (id)
      WHERE a.suspended_at IS NULL AND ${notHiddenAccount(sql`a.id`, search.viewerId, new Date(clock.now()))}
        AND (NOT ${search.following} OR ${followed})
      ORDER BY a.username_key = ${key} DESC, ${followed} DESC, a.followers_count DESC, a.id
      LIMIT ${search.limit} OFFSET ${search.offset}`.execute(db)
    return found.rows
  }
}

/** The ids of accounts whose user name or display name begins so, by the two prefix indexes: C order, as `LIKE` would be. */
export function nameMatches(key: string, text: string): RawBuilder<unknown> {
  return sql`
    (SELECT id FROM accounts WHERE username_key = ${key})
    UNION (SELECT id FROM accounts
      WHERE username_key ~>=~ ${key} AND username_key ~<~ ${key + LAST}
      ORDER BY username_key USING ~<~ LIMIT ${RANKED})
    UNION (SELECT id FROM accounts
      WHERE lower(display_name) ~>=~ lower(${text}) AND lower(display_name) ~<~ (lower(${text}) || ${LAST})
      ORDER BY lower(display_name) USING ~<~ LIMIT ${RANKED})`
}
