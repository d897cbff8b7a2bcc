// Durable consumers of the log: notifications, search, and what else is projected after the commit. The cursor moves in the
// transaction that holds the effects, so each event takes effect exactly once even though it may be delivered again. The
// row lock on the cursor makes one process at a time the consumer.

import type { Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import type { LogCursor, StoredEvent } from "./event.ts"
import { LOG_START } from "./event.ts"
import { readLog } from "./read-log.ts"

export interface Consumer {
  /** Stable: the cursor is stored under it. */
  readonly name: string
  /** Applies events in the transaction that also moves the cursor. Returns what to do once that has committed. */
  handle(db: Db, events: readonly StoredEvent[]): Promise<(() => void) | undefined>
}

export interface ConsumerRunner {
  readonly name: string
  /** Handles what is in the log. Concurrent calls share one run. */
  run(): Promise<{ handled: number; more: boolean }>
}

const BATCH = 500

export function createConsumerRunner(deps: { db: Db; consumer: Consumer; log: Log }): ConsumerRunner {
  const { db, consumer, log } = deps
  let running: Promise<{ handled: number; more: boolean }> | undefined

  async function step(): Promise<{ handled: number; more: boolean }> {
    let after: (() => void) | undefined
    const result = await db.transaction().execute(async (tx) => {
      const cursor = await lockCursor(tx, consumer.name)
      if (!cursor) return { handled: 0, more: true }
      const batch = await readLog(tx, cursor, BATCH)
      if (batch.events.length === 0) return { handled: 0, more: batch.more }
      after = await consumer.handle(tx, batch.events)
      await moveCursor(tx, consumer.name, batch.cursor)
      return { handled: batch.events.length, more: batch.more }
    })
    after?.()
    return result
  }

  return {
    name: consumer.name,
    run() {
      running ??= step()
        .catch((error: unknown) => {
          log.error({ consumer: consumer.name, error: messageOf(error) }, "consumer failed; it will try again")
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
    SELECT transaction_id, position FROM consumer_cursors WHERE name = ${name} FOR UPDATE SKIP LOCKED`.execute(db)
  const row = found.rows[0]
  if (row) return { transactionId: row.transaction_id, position: row.position }
  const created = await sql`
    INSERT INTO consumer_cursors (name, transaction_id, position) VALUES (${name}, '0', 0)
    ON CONFLICT DO NOTHING`.execute(db)
  return created.numAffectedRows === 1n ? LOG_START : undefined
}

async function moveCursor(db: Db, name: string, cursor: LogCursor): Promise<void> {
  await sql`UPDATE consumer_cursors
    SET transaction_id = ${cursor.transactionId}::text::xid8, position = ${cursor.position}, updated_at = now()
    WHERE name = ${name}`.execute(db)
}
