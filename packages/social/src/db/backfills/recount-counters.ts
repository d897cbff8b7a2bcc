// Holds every stored counter of posts and accounts against the rows that it counts, and mends what differs: what was counted by
// releases before the counters had a consumer of their own, nobody has looked at since.

import { sql } from "kysely"
import { COUNTERS } from "../../features/counters/counters-consumer.ts"
import { recount } from "../../features/counters/recount.ts"
import { storeCounts } from "../../features/counters/store-counts.ts"
import type { Db } from "../database.ts"
import type { BackfillBatch, BackfillCursor, RowsBackfill } from "./backfill.ts"

const TABLES = ["accounts", "posts"] as const
type Table = (typeof TABLES)[number]

export const recountCounters: RowsBackfill = {
  kind: "rows",
  name: "recount-counters",
  summary: "counts likes, reposts, replies, posts and follows anew, and mends counters that differ",

  async total(db) {
    const found = await sql<{ total: number }>`
      SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM posts) AS total`.execute(db)
    return found.rows[0]?.total ?? 0
  },

  async batch(db, cursor, size) {
    const { table, after } = placeOf(cursor)
    const ids = await nextIds(db, { table, after, size })
    if (ids.length > 0) {
      // With the consumer's cursor held, nobody stores counters between the comparison and the correction.
      await sql`SELECT FROM consumer_cursors WHERE name = ${COUNTERS} FOR UPDATE`.execute(db)
      const subjects = { posts: [], accounts: [], [table]: ids }
      const counted = await recount(db, subjects)
      // The consumer is far behind: the same batch again, once it has caught up.
      if (!counted) return { done: 0, next: { table, after } }
      await storeCounts(db, counted.corrections)
    }
    return { done: ids.length, next: nextPlace(table, ids, size) }
  },
}

function placeOf(cursor: BackfillCursor): { table: Table; after: number } {
  const table = TABLES.find((one) => one === cursor?.table) ?? TABLES[0]
  return { table, after: Number(cursor?.after ?? 0) }
}

function nextPlace(table: Table, ids: readonly number[], size: number): BackfillBatch["next"] {
  const last = ids.at(-1)
  if (last !== undefined && ids.length >= size) return { table, after: last }
  const following = TABLES[TABLES.indexOf(table) + 1]
  return following && { table: following, after: 0 }
}

async function nextIds(db: Db, from: { table: Table; after: number; size: number }): Promise<number[]> {
  const found = await sql<{ id: number }>`
    SELECT id FROM ${sql.ref(from.table)} WHERE id > ${from.after} ORDER BY id LIMIT ${from.size}`.execute(db)
  return found.rows.map(({ id }) => id)
}
