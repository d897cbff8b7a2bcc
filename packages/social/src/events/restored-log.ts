// A log that was restored into another PostgreSQL cluster carries transaction ids of the old one, which may lie in the new
// one's future: its readers would wait for them for ever. At start such a log is renumbered: all ids to 0, so that the order
// is that of the positions, and each consumer's cursor to before the first event that it had not seen. What must see each event
// once only, the counters, is brought to the end first.

import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import { storeAllCounts } from "../features/counters/flush-counts.ts"

/** Whether the log holds transaction ids that this cluster has not yet reached. */
export async function isRestoredLog(db: Db): Promise<boolean> {
  const found = await sql`SELECT 1 FROM events
    WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) LIMIT 1`.execute(db)
  return found.rows.length > 0
}

/** Renumbers a restored log; does nothing to any other. Consumers may see a few events again, which changes nothing of what they do; but for the counters, which see none again. */
export async function mendRestoredLog(db: Db): Promise<boolean> {
  if (!(await isRestoredLog(db))) return false
  await db.transaction().execute(async (tx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(tx)
    await sql`LOCK TABLE events IN EXCLUSIVE MODE`.execute(tx)
    await storeAllCounts(tx)
    await sql`UPDATE consumer_cursors c SET transaction_id = '0', position = coalesce(
        (SELECT min(e.position) - 1 FROM events e
         WHERE (e.transaction_id, e.position) > (c.transaction_id, c.position)),
        (SELECT max(e.position) FROM events e), 0)`.execute(tx)
    await sql`UPDATE events SET transaction_id = '0'`.execute(tx)
  })
  return true
}
