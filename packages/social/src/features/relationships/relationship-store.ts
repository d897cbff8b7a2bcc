// Reads what stands between two accounts. Decides nothing and changes nothing.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Db } from "../../db/database.ts"

/** How `follower` stands to `followee`: following, having asked to, or (undefined) neither. */
export interface Following {
  readonly state: "following" | "requested"
  readonly id: number
  readonly show_reposts: boolean
  readonly notify: boolean
  readonly languages: readonly string[] | null
}

/** The follow or the request of one account to another. */
export async function findFollowing(
  db: Db,
  follower: number,
  followee: number,
): Promise<Following | undefined> {
  const found = await sql<Following>`
    SELECT 'following' AS state, id, show_reposts, notify, languages FROM follows
    WHERE follower_id = ${follower} AND followee_id = ${followee}
    UNION ALL
    SELECT 'requested', id, show_reposts, notify, languages FROM follow_requests
    WHERE follower_id = ${follower} AND followee_id = ${followee}`.execute(db)
  return found.rows[0]
}

/** Whether either of the two blocks the other. */
export async function isBlockedBetween(db: Db, a: number, b: number): Promise<boolean> {
  const found = await sql`
    SELECT 1 FROM blocks WHERE account_id = ${a} AND target_id = ${b}
    UNION ALL SELECT 1 FROM blocks WHERE account_id = ${b} AND target_id = ${a}`.execute(db)
  return found.rows.length > 0
}

export interface TargetAccount {
  readonly id: number
  readonly locked: boolean
  readonly suspended: boolean
}

/**
 * The account that a member acts on. Fails with `relationship.self` for the member's own, `record.not_found` for one that
 * does not exist, or is suspended unless `evenSuspended`: what was done to it before can still be undone.
 */
export async function requireTarget(
  db: Db,
  pair: { actorId: number; targetId: number },
  options: { evenSuspended?: boolean } = {},
): Promise<TargetAccount> {
  if (pair.actorId === pair.targetId) throw new AppError("relationship.self")
  const row = await db
    .selectFrom("accounts")
    .select(["id", "locked", "suspended_at"])
    .where("id", "=", pair.targetId)
    .executeTakeFirst()
  if (!row) throw new AppError("record.not_found")
  const suspended = row.suspended_at !== null
  if (suspended && !options.evenSuspended) throw new AppError("record.not_found")
  return { id: row.id, locked: row.locked, suspended }
}

/**
 * A condition on an account id: the viewer neither hides that account (by a block, or a mute in force at `now`) nor is blocked
 * by it. True for all where nobody is signed in.
 */
export function notHiddenAccount(
  account: RawBuilder<unknown>,
  viewerId: number | undefined,
  now: Date,
): RawBuilder<boolean> {
  if (viewerId === undefined) return sql<boolean>`true`
  return sql<boolean>`(
    NOT EXISTS (SELECT 1 FROM blocks hb WHERE hb.account_id = ${viewerId} AND hb.target_id = ${account})
    AND NOT EXISTS (SELECT 1 FROM blocks hb WHERE hb.account_id = ${account} AND hb.target_id = ${viewerId})
    AND NOT EXISTS (SELECT 1 FROM mutes hm WHERE hm.account_id = ${viewerId} AND hm.target_id = ${account}
      AND (hm.expires_at IS NULL OR hm.expires_at > ${now})))`
}
