// Durable consumers of the log: notifications, search, and what else is projected after the commit. The cursor moves in the
// transaction that holds the effects, so each event takes effect exactly once even though it may be delivered again. The
// row lock on the cursor makes one process at a time the consumer.

import type { Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import type { LogCursor, StoredEvent } from "./event.ts"
import { LOG_START } from "./event.ts"
import type { DomainEvent } from "./catalogue.ts"
import { isBefore, readLog } from "./read-log.ts"

export interface Consumer {
  /** Stable: the cursor is stored under it. */
  readonly name: string
  /** The event types that it looks at; default all. It is not woken for others, and its stored cursor may lag behind them. */
  readonly types?: readonly DomainEvent["type"][]
  /** Milliseconds that it rests after each run, so that it takes many events at once; default 50. */
  readonly restMs?: number
  /** Events that it is given at once at most; default 500. */
  readonly batch?: number
  /** Applies events in the transaction that also moves the cursor. Returns what to do once that has committed. */
  handle(db: Db, events: readonly StoredEvent[]): Promise<(() => void) | undefined>
}

export interface ConsumerRunner {
  readonly name: string
  /** Handles what is in the log. Concurrent calls share one run. */
  run(): Promise<{ handled: number; more: boolean }>
}

const BATCH = 500
/** Events passed over before the cursor is stored without need: what a restart reads again at most. */
const STORE_AFTER = 5_000

export function createConsumerRunner(deps: { db: Db; consumer: Consumer; log: Log }): ConsumerRunner {
  const { db, consumer, log } = deps
  const types = consumer.types && new Set<string>(consumer.types)
  const most = consumer.batch ?? BATCH
  let running: Promise<{ handled: number; more: boolean }> | undefined
  /** How far this process knows that the consumer has nothing to do; at or after the stored cursor once it was read. */
  let seen: LogCursor | undefined
  let passed = 0
  /** The last batch held something for the consumer, and the next one probably does: looking first would read it twice. */
  let busy = false

  /** Without a transaction, passes over what the consumer does not look at. */
  async function passOver(): Promise<{ handled: number; more: boolean } | undefined> {
    if (!types) return undefined
    seen ??= await storedCursor(db, consumer.name)
    const batch = await readLog(db, seen, most)
    if (batch.events.some((event) => types.has(event.type))) return undefined
    seen = batch.cursor
    passed += batch.events.length
    if (passed >= STORE_AFTER) {
      await moveCursor(db, consumer.name, seen)
      passed = 0
    }
    return { handled: batch.events.length, more: batch.more }
  }

  async function step(): Promise<{ handled: number; more: boolean }> {
    const nothing = busy ? undefined : await passOver()
    if (nothing) return nothing
    let after: (() => void) | undefined
    let reached: LogCursor | undefined
    const result = await db.transaction().execute(async (tx) => {
      const stored = await lockCursor(tx, consumer.name)
      if (!stored) return { handled: 0, more: true }
      const batch = await readLog(tx, seen && isBefore(stored, seen) ? seen : stored, most)
      busy = false
      if (batch.events.length === 0) return { handled: 0, more: batch.more }
      const wanted = types ? batch.events.filter((event) => types.has(event.type)) : batch.events
      busy = wanted.length > 0
      if (busy) after = await consumer.handle(tx, wanted)
      await moveCursor(tx, consumer.name, batch.cursor)
      reached = batch.cursor
      return { handled: batch.events.length, more: batch.more }
    })
    seen = reached ?? seen
    after?.()
    return result
  }

  return {
    name: consumer.name,
    run() {
      running ??= step()
        .catch((error: unknown) => {
          log.error(
            { consumer: consumer.name, error: messageOf(error) },
            "consumer failed; it will try again",
          )
          throw error
        })
        .finally(() => {
          running = undefined
        })
      return running
    },
  }
}

/** The consumer's cursor, locked; undefined when another process has it. */
async function lockCursor(db: Db, name: string): Promise<LogCursor | undefined> {
  const found = await sql<{ transaction_id: string; position: number }>`
    SELECT transaction_id, position FROM consumer_cursors WHERE name = ${name} FOR UPDATE SKIP LOCKED`.execute(
    db,
  )
  const row = found.rows[0]
  if (row) return { transactionId: row.transaction_id, position: row.position }
  const created = await sql`
    INSERT INTO consumer_cursors (name, transaction_id, position) VALUES (${name}, '0', 0)
    ON CONFLICT DO NOTHING`.execute(db)
  return created.numAffectedRows === 1n ? LOG_START : undefined
}

/** How far a consumer has come, without its lock. */
export async function storedCursor(db: Db, name: string): Promise<LogCursor> {
  const found = await sql<{ transaction_id: string; position: number }>`
    SELECT transaction_id, position FROM consumer_cursors WHERE name = ${name}`.execute(db)
  const row = found.rows[0]
  return row ? { transactionId: row.transaction_id, position: row.position } : LOG_START
}

/** Forwards only: another process may have moved it further. */
export async function moveCursor(db: Db, name: string, cursor: LogCursor): Promise<void> {
  await sql`UPDATE consumer_cursors
    SET transaction_id = ${cursor.transactionId}::text::xid8, position = ${cursor.position}, updated_at = now()
    WHERE name = ${name}
      AND (transaction_id, position) < (${cursor.transactionId}::text::xid8, ${cursor.position}::bigint)`.execute(
    db,
  )
}
