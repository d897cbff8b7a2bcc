// Stores what the log has counted, at once and to its end, where no service runs that would do it within a second.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { moveCursor, storedCursor } from "../../events/consumer.ts"
import type { LogCursor } from "../../events/event.ts"
import { readCommitted, readLog } from "../../events/read-log.ts"
import { countedTypes } from "./count-deltas.ts"
import type { CountSums } from "./count-sums.ts"
import { addEvents, createCountSums } from "./count-sums.ts"
import { COUNTERS } from "./counters-consumer.ts"
import { storeCounts } from "./store-counts.ts"

/** Events read at once. */
const PAGE = 5_000
/** Events of one transaction: what an import has made is summed up as a whole, and each account is written once. */
const EVENTS = 1_000_000

/** Transactions that are still running hide what was committed after they began: for so long it waits for them. */
const HIDDEN_MOST_MS = 10_000
const HIDDEN_RETRY_MS = 20

/**
 * Stores what has been counted up to the end of the log, beside a service that may be running. What a transaction hides for
 * longer than ten seconds is left to that service, or to the next.
 */
export async function flushCounts(deps: { db: Db; signal?: AbortSignal | undefined }): Promise<void> {
  for (let waited = 0; waited < HIDDEN_MOST_MS;) {
    deps.signal?.throwIfAborted()
    const { handled, more } = await flushSome(deps)
    if (!more) return
    if (handled > 0) continue
    await new Promise((resolve) => setTimeout(resolve, HIDDEN_RETRY_MS))
    waited += HIDDEN_RETRY_MS
  }
}

async function flushSome(deps: {
  db: Db
  signal?: AbortSignal | undefined
}): Promise<{ handled: number; more: boolean }> {
  return deps.db.transaction().execute(async (tx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(tx)
    // Waits for another process that stores counters at the moment.
    await sql`SELECT FROM consumer_cursors WHERE name = ${COUNTERS} FOR UPDATE`.execute(tx)
    const sums = createCountSums()
    let cursor = await storedCursor(tx, COUNTERS)
    let handled = 0
    for (;;) {
      deps.signal?.throwIfAborted()
      const { events, cursor: next, more } = await readLog(tx, cursor, PAGE)
      addEvents(sums, events)
      cursor = next
      handled += events.length
      if (events.length === PAGE && handled < EVENTS) continue
      if (handled > 0) {
        await storeCounts(tx, sums)
        await moveCursor(tx, COUNTERS, cursor)
      }
      return { handled, more }
    }
  })
}

/** What is committed behind a cursor, added up, settled or not: as of the snapshot where `db` is a transaction that has one. */
export async function sumCommitted(db: Db, cursor: LogCursor): Promise<CountSums> {
  const sums = createCountSums()
  let after = cursor
  for (;;) {
    const events = await readCommitted(db, { after, types: countedTypes, limit: PAGE })
    addEvents(sums, events)
    const last = events.at(-1)
    if (!last || events.length < PAGE) return sums
    after = last
  }
}

/** Stores all that is committed, and moves the cursor behind it. For a log that nobody writes to meanwhile. */
export async function storeAllCounts(tx: Db): Promise<void> {
  await storeCounts(tx, await sumCommitted(tx, await storedCursor(tx, COUNTERS)))
  await sql`
    UPDATE consumer_cursors c SET transaction_id = e.transaction_id, position = e.position, updated_at = now()
    FROM (SELECT transaction_id, position FROM events ORDER BY transaction_id DESC, position DESC LIMIT 1) e
    WHERE c.name = ${COUNTERS}`.execute(tx)
}
