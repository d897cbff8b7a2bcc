// Counters of posts and accounts are stored by a consumer of the log from here on. Everything that is in the log was counted by
// the transactions that appended it, so the consumer starts at the end of the log.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  // Waits for who is appending, so that no event appears behind the cursor that has been counted.
  await sql`LOCK TABLE events IN SHARE MODE`.execute(db)
  await sql`
    INSERT INTO consumer_cursors (name, transaction_id, position)
    SELECT 'counters', coalesce(e.transaction_id, '0'), coalesce(e.position, 0)
    FROM (SELECT 1) one LEFT JOIN
      (SELECT transaction_id, position FROM events ORDER BY transaction_id DESC, position DESC LIMIT 1) e ON true`.execute(
    db,
  )
}
