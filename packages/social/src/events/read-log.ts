// Reads the log in commit order. A reader never passes a position whose transaction may still commit below it: it sees only
// events whose transaction is older than every transaction still running. Positions alone are not enough, for a transaction
// with a higher id may hold a lower position; the cursor is therefore the pair (transaction id, position).

import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import type { LogCursor, StoredEvent } from "./event.ts"
import { eventTypeOf } from "./event-log.ts"
import { upcast } from "./projection.ts"

export interface LogBatch {
  readonly events: readonly StoredEvent[]
  /** Where the reader stands after this batch. */
  readonly cursor: LogCursor
  /** More is in the log: the batch was full, or a running transaction still hides the rest. */
  readonly more: boolean
}

/** A row of `events`. */
export interface EventRow {
  position: number
  transaction_id: string
  stream: string
  type: string
  version: number
  actor: number | null
  data: object
  occurred_at: Date
}

/** The next at most `limit` events after `cursor`. */
export async function readLog(db: Db, cursor: LogCursor, limit: number): Promise<LogBatch> {
  const found = await sql<EventRow>`
    SELECT position, transaction_id, stream, type, version, actor, data, occurred_at FROM events
    WHERE (transaction_id, position) > (${cursor.transactionId}::text::xid8, ${cursor.position}::bigint)
      AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY transaction_id, position LIMIT ${limit}`.execute(db)
  const last = found.rows.at(-1)
  const next = last ? { transactionId: last.transaction_id, position: last.position } : cursor
  const events = found.rows.map(toStoredEvent)
  if (events.length === limit) return { events, cursor: next, more: true }
  return { events, cursor: next, more: await hasEventsAfter(db, next) }
}

async function hasEventsAfter(db: Db, cursor: LogCursor): Promise<boolean> {
  const found = await sql`SELECT 1 FROM events
    WHERE (transaction_id, position) > (${cursor.transactionId}::text::xid8, ${cursor.position}::bigint) LIMIT 1`.execute(db)
  return found.rows.length > 0
}

/** The place behind the newest event that no running transaction can still precede: where a live follower starts. */
export async function endOfLog(db: Db): Promise<LogCursor> {
  const found = await sql<{ transaction_id: string; position: number }>`
    SELECT transaction_id, position FROM events
    WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY transaction_id DESC, position DESC LIMIT 1`.execute(db)
  const last = found.rows[0]
  return last ? { transactionId: last.transaction_id, position: last.position } : { transactionId: "0", position: 0 }
}

/** A row of `events` as an event, its data in today's version. */
export function toStoredEvent(row: EventRow): StoredEvent {
  return {
    position: row.position,
    transactionId: row.transaction_id,
    stream: row.stream,
    type: row.type,
    actor: row.actor,
    data: upcast(eventTypeOf(row.type), row.version, row.data),
    occurredAt: row.occurred_at,
  }
}
