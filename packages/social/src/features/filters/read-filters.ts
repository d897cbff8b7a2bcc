// Reads members' filters from PostgreSQL.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Snapshot } from "../../events/snapshot.ts"
import { parseSnapshot } from "../../events/snapshot.ts"
import type { FilterData } from "./filter-events.ts"
import type { FilterSet } from "./filter-set.ts"
import { createFilterSet, filterOf } from "./filter-set.ts"

/** A row of `filters` as JSON has it. */
export type FilterRow = FilterData

interface MemberRow {
  readonly member: number
  readonly snapshot: string
  readonly filters: FilterRow[] | null
}

/** The filters of several members, and what the reading could see. */
export async function readMembersFilters(
  db: Db,
  memberIds: readonly number[],
): Promise<{ filters: Map<number, FilterRow[]>; snapshot: Snapshot } | undefined> {
  const found = await sql<MemberRow>`
    SELECT m.id AS member, pg_current_snapshot()::text AS snapshot,
      (SELECT json_agg(f ORDER BY f.id) FROM filters f WHERE f.account_id = m.id) AS filters
    FROM unnest(${[...memberIds]}::bigint[]) AS m (id)`.execute(db)
  const [first] = found.rows
  if (!first) return undefined
  const filters = new Map(found.rows.map((row) => [row.member, row.filters ?? []]))
  return { filters, snapshot: parseSnapshot(first.snapshot) }
}

/** One member's filters as they are now. */
export async function readFilterSet(db: Db, memberId: number): Promise<FilterSet> {
  const found = await sql<{ filter: FilterRow }>`
    SELECT to_json(f) AS filter FROM filters f WHERE f.account_id = ${memberId}`.execute(db)
  return createFilterSet(found.rows.map((row) => filterOf(row.filter)))
}
