// Accounts as the staff sees them in Mastodon's admin API. Reads only.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { AccountRow } from "../accounts/account-json.ts"

/** `pending`: those that wait for the staff. */
export type AdminAccountStatus = "active" | "pending" | "suspended"

export interface AdminAccountFilter {
  readonly status: AdminAccountStatus | undefined
  /** How the user name begins, in lower case. */
  readonly username: string | undefined
  readonly email: string | undefined
  readonly displayName: string | undefined
  readonly staff: boolean
  readonly invitedBy: number | undefined
}

export interface AdminAccountRow extends AccountRow {
  readonly email: string
  /** Null: it does not wait. */
  readonly request_reason: string | null
  readonly request_locale: string | null
  readonly request_app_id: number | null
  readonly invited_by: number | null
}

export type AdminAccounts = ReturnType<typeof createAdminAccounts>

const rows = sql`SELECT a.*, coalesce(c.email, '') AS email, r.reason AS request_reason,
    r.locale AS request_locale, r.app_id AS request_app_id, i.invited_by
  FROM accounts a LEFT JOIN credentials c ON c.account_id = a.id
    LEFT JOIN sign_up_requests r ON r.account_id = a.id LEFT JOIN invited_accounts i ON i.account_id = a.id`

export function createAdminAccounts({ db }: { db: Db }) {
  return {
    async list(filter: AdminAccountFilter, page: Page): Promise<AdminAccountRow[]> {
      const { username, email, displayName, invitedBy } = filter
      const conditions = [
        sql`a.closed_at IS NULL`,
        ...(filter.status === undefined ? [] : [STATUS[filter.status]]),
        ...(username === undefined ? [] : [sql`starts_with(a.username_key, ${username})`]),
        ...(email === undefined ? [] : [sql`starts_with(c.email_key, ${email})`]),
        ...(displayName === undefined
          ? []
          : [sql`starts_with(lower(a.display_name), ${displayName.toLowerCase()})`]),
        ...(filter.staff ? [sql`a.role <> 'member'`] : []),
        ...(invitedBy === undefined ? [] : [sql`i.invited_by = ${invitedBy}`]),
      ]
      const found = await sql<AdminAccountRow>`${rows} WHERE ${sql.join(conditions, sql` AND `)}
        ${pageCondition(sql`a.id`, page)} ORDER BY a.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
    /** Of these, whatever has become of them; in any order. */
    async load(ids: readonly number[]): Promise<AdminAccountRow[]> {
      if (ids.length === 0) return []
      const found = await sql<AdminAccountRow>`${rows} WHERE a.id = ANY(${[...ids]}::bigint[])`.execute(db)
      return found.rows
    },
    /** Fails with `record.not_found`. */
    async find(id: number): Promise<AdminAccountRow> {
      const found = await sql<AdminAccountRow>`${rows} WHERE a.id = ${id} AND a.closed_at IS NULL`.execute(db)
      const [row] = found.rows
      if (!row) throw new AppError("record.not_found")
      return row
    },
  }
}

const STATUS = {
  active: sql`a.suspended_at IS NULL`,
  pending: sql`r.account_id IS NOT NULL`,
  suspended: sql`a.suspended_at IS NOT NULL AND r.account_id IS NULL`,
}
