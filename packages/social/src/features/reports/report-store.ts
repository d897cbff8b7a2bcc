// Reports: the SQL that reads them.

import { sql } from "kysely"
import type { Selectable } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Database } from "../../db/schema.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"

export type ReportRow = Selectable<Database["reports"]>

export interface ReportFilter {
  readonly resolved: boolean
  /** Who reported. */
  readonly accountId: number | undefined
  /** Who was reported. */
  readonly targetId: number | undefined
}

export type ReportStore = ReturnType<typeof createReportStore>

export function createReportStore({ db }: { db: Db }) {
  return {
    async list(filter: ReportFilter, page: Page): Promise<ReportRow[]> {
      const { accountId, targetId } = filter
      const conditions = [
        filter.resolved ? sql`resolved_at IS NOT NULL` : sql`resolved_at IS NULL`,
        ...(accountId === undefined ? [] : [sql`account_id = ${accountId}`]),
        ...(targetId === undefined ? [] : [sql`target_id = ${targetId}`]),
      ]
      const found = await sql<ReportRow>`SELECT * FROM reports WHERE ${sql.join(conditions, sql` AND `)}
        ${pageCondition(sql`id`, page)} ORDER BY id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
    async find(ids: readonly number[], of: Db = db): Promise<ReportRow[]> {
      if (ids.length === 0) return []
      const found = await sql<ReportRow>`SELECT * FROM reports WHERE id = ANY(${[...ids]}::bigint[])`.execute(
        of,
      )
      return found.rows
    },
  }
}
