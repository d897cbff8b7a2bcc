// Reads the log in commit order. A reader never passes a position whose transaction may still commit below it: it sees only
// events whose transaction is older than every transaction still running. Positions alone are not enough, for a transaction
// with a higher id may hold a lower position; the cursor is therefore the pair (transaction id, position).

import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import type { DomainEvent } from "./catalogue.ts"
import type { LogCursor, StoredEvent } from "./event.ts"
import { eventTypeOf } from "./event-log.ts"
import { upcast } from "./projection.ts"

export interface LogBatch {
  readonly events: readonly StoredEvent[]
  /** Where the reader stands after this batch. */
  readonly cursor: LogCursor
  /** There may be more in the log: the batch was full, or a running transaction still hides the rest. */
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
  // In commit order all settled events come before all that are not, so that the first unsettled one ends the batch.
  const found = await sql<EventRow & { settled: boolean }>`
    SELECT position, transaction_id, stream, type, version, actor, data, occurred_at,
      transaction_id < pg_snapshot_xmin(pg_current_snapshot()) AS settled
    FROM events
    WHERE (transaction_id, position) > (${cursor.transactionId}::text::xid8, ${cursor.position}::bigint)
    ORDER BY transaction_id, position LIMIT ${limit}`.execute(db)
  const rows = found.rows.filter((row) => row.settled)
  const last = rows.at(-1)
  return {
    events: rows.map(toStoredEvent),
    cursor: last ? { transactionId: last.transaction_id, position: last.position } : cursor,
    more: found.rows.length === limit || rows.length < found.rows.length,
  }
}

/**
 * The next at most `limit` events of some types after `cursor` that are committed, settled or not, in commit order. For what
 * is held against tables of the same moment; a reader that goes on from the last of them may miss events.
 */
export async function readCommitted(
  db: Db,
  { after, types, limit }: { after: LogCursor; types: readonly DomainEvent["type"][]; limit: number },
): Promise<StoredEvent[]> {
  const found = await sql<EventRow>`
    SELECT position, transaction_id, stream, type, version, actor, data, occurred_at FROM events
    WHERE (transaction_id, position) > (${after.transactionId}::text::xid8, ${after.position}::bigint)
      AND type = ANY(${[...types]}::text[])
    ORDER BY transaction_id, position LIMIT ${limit}`.execute(db)
  return found.rows.map(toStoredEvent)
}

/** The place behind the newest event that no running transaction can still precede: where a live follower starts. */
export async function endOfLog(db: Db): Promise<LogCursor> {
  const found = await sql<{ transaction_id: string; position: number }>`
    SELECT transaction_id, position FROM events
    WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY transaction_id DESC, position DESC LIMIT 1`.execute(db)
  const last = found.rows[0]
  return last
    ? { transactionId: last.transaction_id, position: last.position }
    : { transactionId: "0", position: 0 }
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

/** Whether `a` stands before `b` in the log. */
export function isBefore(a: LogCursor, b: LogCursor): boolean {
  const [left, right] = [BigInt(a.transactionId), BigInt(b.transactionId)]
  return left < right || (left === right && a.position < b.position)
}
