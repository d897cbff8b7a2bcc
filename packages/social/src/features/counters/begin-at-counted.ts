// Where a process begins to follow the log: where the stored counters stand, so that memory knows what is to be added to them.
// From the end of the log it would not, and each post would have to be counted by PostgreSQL until the counters are stored next.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { storedCursor } from "../../events/consumer.ts"
import type { LogCursor } from "../../events/event.ts"
import { isBefore, endOfLog } from "../../events/read-log.ts"
import { COUNTERS } from "./counters-consumer.ts"

/** Counters that are further behind than so many events are left to catch up by themselves. */
const MOST = 20_000

export async function beginAtCounted(db: Db): Promise<LogCursor> {
  const end = await endOfLog(db)
  const counted = await storedCursor(db, COUNTERS)
  if (!isBefore(counted, end)) return end
  const behind = await sql<{ n: number }>`
    SELECT count(*) AS n FROM (SELECT FROM events
      WHERE (transaction_id, position) > (${counted.transactionId}::text::xid8, ${counted.position}::bigint)
      LIMIT ${MOST + 1}) later`.execute(db)
  return (behind.rows[0]?.n ?? 0) > MOST ? end : counted
}
