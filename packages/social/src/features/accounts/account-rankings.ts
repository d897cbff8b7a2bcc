// Who is most followed and who posted last, as lists of ids in memory. An index would keep them exact, and make every follow
// and every post rewrite all indexes of its account; a minute-old list is as good for those who look around.

import type { Clock } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"

export interface AccountRankings {
  /** The newest first; nobody who has never posted. */
  active(): Promise<readonly number[]>
  /** The most followed first; nobody without followers. */
  popular(): Promise<readonly number[]>
}

/** Accounts in a list. */
const RANKED = 10_000
/** Milliseconds for which a list is used. */
const FRESH_MS = 60_000

/** Only accounts that want to be discovered and are not suspended. */
export function createAccountRankings(deps: { db: Db; clock: Clock }): AccountRankings {
  const { db, clock } = deps

  function ranking(read: () => Promise<readonly number[]>): () => Promise<readonly number[]> {
    let list: { at: number; ids: Promise<readonly number[]> } | undefined
    return async () => {
      if (list && clock.now() - list.at < FRESH_MS) return list.ids
      const mine = { at: clock.now(), ids: read() }
      list = mine
      try {
        return await mine.ids
      } catch (error) {
        // A failure is not a list: the next caller reads again.
        if (list === mine) list = undefined
        throw error
      }
    }
  }

  async function readIds(condition: "last_post_at" | "followers_count"): Promise<readonly number[]> {
    const column = sql.ref(condition)
    const some = condition === "last_post_at" ? sql`last_post_at IS NOT NULL` : sql`followers_count > 0`
    const found = await sql<{ id: number }>`
      SELECT id FROM accounts WHERE discoverable AND suspended_at IS NULL AND ${some}
      ORDER BY ${column} DESC, id DESC LIMIT ${RANKED}`.execute(db)
    return found.rows.map((row) => row.id)
  }

  return {
    active: ranking(() => readIds("last_post_at")),
    popular: ranking(() => readIds("followers_count")),
  }
}
