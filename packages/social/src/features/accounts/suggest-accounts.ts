// Whom a member may want to follow: those whom the ones they follow follow, most first; then the most followed of all.

import type { Clock } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { notHiddenAccount } from "../relationships/relationship-store.ts"
import type { AccountRow } from "./account-json.ts"
import type { AccountRankings } from "./account-rankings.ts"

export interface SuggestedAccount {
  readonly account: AccountRow
  readonly reason: "friends_of_friends" | "most_followed"
}

export type SuggestAccounts = (viewerId: number, limit: number) => Promise<SuggestedAccount[]>

/** Newest follows that are looked at, of the member and of each whom the member follows: bounds the work to 40,000 rows. */
const FRIENDS = 200

/** Never oneself, nor anybody whom the member follows, asked, hides, or is hidden from; only who wants to be discovered. */
export function createSuggestAccounts(deps: {
  db: Db
  clock: Clock
  rankings: AccountRankings
}): SuggestAccounts {
  const { db, clock, rankings } = deps

  function eligible(viewerId: number) {
    return sql`a.id <> ${viewerId} AND a.discoverable AND a.suspended_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = ${viewerId} AND f.followee_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM follow_requests f WHERE f.follower_id = ${viewerId} AND f.followee_id = a.id)
      AND ${notHiddenAccount(sql`a.id`, viewerId, new Date(clock.now()))}`
  }

  async function friendsOfFriends(viewerId: number, limit: number): Promise<AccountRow[]> {
    const found = await sql<AccountRow>`
      WITH friends AS (
        SELECT followee_id AS id FROM follows WHERE follower_id = ${viewerId} ORDER BY id DESC LIMIT ${FRIENDS}
      ), theirs AS (
        SELECT t.followee_id AS id, count(*) AS n FROM friends JOIN accounts k ON k.id = friends.id
        CROSS JOIN LATERAL (
          SELECT followee_id FROM follows WHERE follower_id = friends.id ORDER BY id DESC LIMIT ${FRIENDS}) t
        WHERE NOT k.hide_collections GROUP BY t.followee_id
      )
      SELECT a.* FROM theirs JOIN accounts a USING (id) WHERE ${eligible(viewerId)}
      ORDER BY theirs.n DESC, a.followers_count DESC, a.id LIMIT ${limit}`.execute(db)
    return found.rows
  }

  async function mostFollowed(
    viewerId: number,
    limit: number,
    except: readonly number[],
  ): Promise<AccountRow[]> {
    const ids = await rankings.popular()
    const found = await sql<AccountRow>`
      SELECT a.* FROM unnest(${[...ids]}::bigint[]) WITH ORDINALITY r (id, place) JOIN accounts a ON a.id = r.id
      WHERE ${eligible(viewerId)} AND a.id <> ALL(${[...except]}::bigint[])
      ORDER BY r.place LIMIT ${limit}`.execute(db)
    return found.rows
  }

  return async function suggestAccounts(viewerId, limit) {
    const near = await friendsOfFriends(viewerId, limit)
    const nearIds = near.map((account) => account.id)
    const far = near.length < limit ? await mostFollowed(viewerId, limit - near.length, nearIds) : []
    return [
      ...near.map((account) => ({ account, reason: "friends_of_friends" as const })),
      ...far.map((account) => ({ account, reason: "most_followed" as const })),
    ]
  }
}
