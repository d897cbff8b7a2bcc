// Stores what the log has counted, at once and to its end, where no service runs that would do it within a second.

import type { Log } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { createConsumerRunner, storedCursor } from "../../events/consumer.ts"
import type { LogCursor } from "../../events/event.ts"
import { endOfLog, isBefore, readCommitted } from "../../events/read-log.ts"
import { countedTypes } from "./count-deltas.ts"
import type { CountSums } from "./count-sums.ts"
import { addEvents, createCountSums } from "./count-sums.ts"
import { COUNTERS, createCountersConsumer } from "./counters-consumer.ts"
import { storeCounts } from "./store-counts.ts"

/** Events of one transaction: of an import that many share few accounts. */
const BATCH = 20_000
/** How long it waits for another process that stores counters at the moment, in milliseconds. */
const BUSY_MS = 20

/** Runs the counters' consumer to what is the end of the log now, beside any that runs elsewhere. */
export async function flushCounts(deps: {
  db: Db
  log: Log
  signal?: AbortSignal | undefined
}): Promise<void> {
  const { db } = deps
  const end = await endOfLog(db)
  const runner = createConsumerRunner({ ...deps, consumer: createCountersConsumer({ batch: BATCH }) })
  for (;;) {
    deps.signal?.throwIfAborted()
    const { handled, more } = await runner.run()
    if (!more || !isBefore(await storedCursor(db, COUNTERS), end)) return
    if (handled === 0) await new Promise((resolve) => setTimeout(resolve, BUSY_MS))
  }
}

/** What is committed behind a cursor, added up, settled or not: as of the snapshot where `db` is a transaction that has one. */
export async function sumCommitted(db: Db, cursor: LogCursor): Promise<CountSums> {
  const sums = createCountSums()
  let after = cursor
  for (;;) {
    const events = await readCommitted(db, { after, types: countedTypes, limit: BATCH })
    addEvents(sums, events)
    const last = events.at(-1)
    if (!last || events.length < BATCH) return sums
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
