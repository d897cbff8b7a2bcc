// Followers of an account whom the viewer follows: "followed by people you know".

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { AccountRow } from "../accounts/account-json.ts"

/** Familiar followers shown of one account at most. */
const SHOWN = 40

export interface FamiliarFollowers {
  readonly id: number
  readonly accounts: readonly AccountRow[]
}

/** For each of `ids`, in that order: the newest of its followers whom the viewer follows and who do not hide their lists. */
export type LoadFamiliarFollowers = (viewerId: number, ids: readonly number[]) => Promise<FamiliarFollowers[]>

export function createLoadFamiliarFollowers(deps: { db: Db }): LoadFamiliarFollowers {
  return async function loadFamiliarFollowers(viewerId, ids) {
    const unique = [...new Set(ids)]
    if (unique.length === 0) return []
    const found = await sql<AccountRow & { target_id: number }>`
      SELECT t.id AS target_id, k.* FROM accounts t
      CROSS JOIN LATERAL (
        SELECT a.* FROM follows mine
        JOIN follows theirs ON theirs.follower_id = mine.followee_id AND theirs.followee_id = t.id
        JOIN accounts a ON a.id = theirs.follower_id
        WHERE mine.follower_id = ${viewerId} AND NOT a.hide_collections AND a.suspended_at IS NULL
        ORDER BY theirs.id DESC LIMIT ${SHOWN}) k
      WHERE t.id = ANY(${unique}::bigint[]) AND NOT t.hide_collections AND t.suspended_at IS NULL`.execute(
      deps.db,
    )
    return unique.map((id) => ({ id, accounts: found.rows.filter((row) => row.target_id === id) }))
  }
}
