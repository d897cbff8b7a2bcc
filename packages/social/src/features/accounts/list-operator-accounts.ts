// Accounts as the operator sees them, with what members never see of each other.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Role } from "../../db/schema.ts"

export interface OperatorAccount {
  readonly id: number
  readonly username: string
  readonly display_name: string
  readonly email: string
  readonly role: Role
  readonly suspended: boolean
  readonly created_at: Date
  readonly last_post_at: Date | null
  readonly followers_count: number
  readonly following_count: number
  readonly posts_count: number
}

export interface OperatorAccountFilter {
  /** How the user name or the e-mail address begins. */
  readonly prefix?: string | undefined
  readonly role?: Role | undefined
  readonly suspended?: boolean | undefined
  /** Default 50, at most 500. */
  readonly limit?: number | undefined
  /** Only accounts older than this one: the last id of the page before. */
  readonly before?: number | undefined
}

/** Newest first. A page that is not full is the last. */
export type ListOperatorAccounts = (filter?: OperatorAccountFilter) => Promise<OperatorAccount[]>

export function createListOperatorAccounts(deps: { db: Db }): ListOperatorAccounts {
  return async function listOperatorAccounts(filter = {}) {
    const { prefix, role, suspended, before } = filter
    const limit = Math.min(Math.max(filter.limit ?? 50, 1), 500)
    const text = prefix?.trim().toLowerCase().replace(/^@/, "") || undefined
    const conditions = [
      ...(text === undefined
        ? []
        : [sql`(starts_with(a.username_key, ${text}) OR starts_with(c.email_key, ${text}))`]),
      ...(role === undefined ? [] : [sql`a.role = ${role}`]),
      ...(suspended === undefined ? [] : [sql`(a.suspended_at IS NOT NULL) = ${suspended}`]),
      ...(before === undefined ? [] : [sql`a.id < ${before}`]),
    ]
    const where = conditions.length > 0 ? sql`WHERE ${sql.join(conditions, sql` AND `)}` : sql``
    const found = await sql<OperatorAccount>`
      SELECT a.id, a.username, a.display_name, coalesce(c.email, '') AS email, a.role,
        a.suspended_at IS NOT NULL AS suspended, a.created_at, a.last_post_at, a.followers_count, a.following_count,
        a.posts_count
      FROM accounts a LEFT JOIN credentials c ON c.account_id = a.id ${where}
      ORDER BY a.id DESC LIMIT ${limit}`.execute(deps.db)
    return found.rows
  }
}
