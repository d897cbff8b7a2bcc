// The directory: accounts that want to be found, by when they posted last or by when they joined.

import type { Clock } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { notHiddenAccount } from "../relationships/relationship-store.ts"
import type { AccountRow } from "./account-json.ts"
import type { AccountRankings } from "./account-rankings.ts"

export interface DirectoryQuery {
  readonly order: "active" | "new"
  readonly viewerId: number | undefined
  readonly limit: number
  readonly offset: number
}

export type ListDirectory = (query: DirectoryQuery) => Promise<AccountRow[]>

/** Accounts that the viewer hides, or that hide from the viewer, are left out. */
export function createListDirectory(deps: {
  db: Db
  clock: Clock
  rankings: AccountRankings
}): ListDirectory {
  const { db, clock, rankings } = deps
  return async function listDirectory({ order, viewerId, limit, offset }) {
    const shown = sql`a.discoverable AND a.suspended_at IS NULL
      AND ${notHiddenAccount(sql`a.id`, viewerId, new Date(clock.now()))}`
    const page = sql`LIMIT ${limit} OFFSET ${offset}`
    if (order === "new") {
      const found = await sql<AccountRow>`
        SELECT a.* FROM accounts a WHERE ${shown} ORDER BY a.id DESC ${page}`.execute(db)
      return found.rows
    }
    const ids = await rankings.active()
    const found = await sql<AccountRow>`
      SELECT a.* FROM unnest(${[...ids]}::bigint[]) WITH ORDINALITY r (id, place) JOIN accounts a ON a.id = r.id
      WHERE ${shown} ORDER BY r.place ${page}`.execute(db)
    return found.rows
  }
}
