// Rebuilds the inline projections from the log into a shadow schema, to compare them with the live tables or to see the
// network as it was. Reads the live side in one read-only snapshot, so that writes may go on meanwhile; writes the shadow in
// short transactions, so that the readers of the log are not held up. The live tables are never written.

import type { Log } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import { openDatabase } from "../db/database.ts"
import { projectedTables } from "./catalogue.ts"
import type { LogCursor, StoredEvent } from "./event.ts"
import { LOG_START } from "./event.ts"
import { applyEvents } from "./event-log.ts"
import type { EventRow } from "./read-log.ts"
import { toStoredEvent } from "./read-log.ts"

export interface ReplayDeps {
  readonly databaseUrl: string
  readonly log: Log
  /** Called after each batch with the events applied so far and those in the log. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface TableComparison {
  readonly table: string
  readonly live: number
  readonly rebuilt: number
  /** Rows that only the live table has, and only the rebuilt one: at most a few as examples, with all of them counted. */
  readonly onlyLive: RowDifferences
  readonly onlyRebuilt: RowDifferences
}

export interface RowDifferences {
  readonly count: number
  readonly examples: readonly string[]
}

export interface ReplayResult {
  readonly events: number
  readonly tables: readonly TableComparison[]
  readonly differences: number
}

const BATCH = 2_000
const EXAMPLES = 5
const FETCH = 5_000

/** Rebuilds every inline projection and compares it with the live tables, row by row. */
export async function checkReplay(deps: ReplayDeps): Promise<ReplayResult> {
  return withShadow(deps, undefined, async ({ live, shadow, events }) => {
    const tables: TableComparison[] = []
    for (const table of projectedTables) tables.push(await compareTable(live, shadow, table))
    const differences = tables.reduce((sum, t) => sum + t.onlyLive.count + t.onlyRebuilt.count, 0)
    return { events, tables, differences }
  })
}

export interface PastNetwork {
  readonly events: number
  readonly rows: readonly { table: string; then: number; now: number }[]
  /** The schema that holds the tables as they were, when it was kept. */
  readonly schema: string | undefined
}

/** The network as it was at `until`: rows per table then and now. With `keep` the shadow schema stays, to be queried. */
export async function replayUntil(deps: ReplayDeps, until: Date, keep: boolean): Promise<PastNetwork> {
  return withShadow({ ...deps, keep }, until, async ({ live, shadow, events, schema }) => {
    const rows: { table: string; then: number; now: number }[] = []
    for (const table of projectedTables) {
      rows.push({ table, then: await countRows(shadow, table), now: await countRows(live, table) })
    }
    return { events, rows, schema: keep ? schema : undefined }
  })
}

interface Shadow {
  readonly live: Db
  readonly shadow: Db
  readonly schema: string
  readonly events: number
}

async function withShadow<T>(
  deps: ReplayDeps & { keep?: boolean },
  until: Date | undefined,
  use: (shadow: Shadow) => Promise<T>,
): Promise<T> {
  const schema = `replay_${Date.now().toString(36)}_${process.pid}`
  const main = openDatabase({ url: deps.databaseUrl, poolSize: 2, log: deps.log })
  const shadow = openDatabase({
    url: deps.databaseUrl,
    poolSize: 1,
    searchPath: `${schema},public`,
    log: deps.log,
  })
  let failed = true
  try {
    await sql`CREATE SCHEMA ${sql.ref(schema)}`.execute(main.db)
    for (const table of projectedTables) {
      await sql
        .raw(`CREATE TABLE ${schema}.${table} (LIKE public.${table} INCLUDING ALL)`)
        .execute(main.db)
    }
    const result = await main.db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute(async (live) => {
        await sql`SET LOCAL statement_timeout = 0`.execute(live)
        await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(live)
        const events = await rebuild(live, shadow.db, { until, onProgress: deps.onProgress })
        return use({ live, shadow: shadow.db, schema, events })
      })
    failed = false
    return result
  } finally {
    await shadow.close()
    if (failed || !deps.keep) await sql`DROP SCHEMA IF EXISTS ${sql.ref(schema)} CASCADE`.execute(main.db)
    await main.close()
  }
}

async function rebuild(
  live: Db,
  shadow: Db,
  options: { until: Date | undefined; onProgress: ReplayDeps["onProgress"] },
): Promise<number> {
  const until = options.until ?? new Date(8.64e15)
  const counted = await sql<{ n: number }>`
    SELECT count(*) AS n FROM events WHERE occurred_at <= ${boundedTime(until)}::timestamptz`.execute(live)
  const total = counted.rows[0]?.n ?? 0
  let cursor: LogCursor = LOG_START
  let done = 0
  for (;;) {
    const events = await nextEvents(live, cursor, until)
    const last = events.at(-1)
    if (!last) return done
    await shadow.transaction().execute((tx) => applyEvents(tx, events))
    cursor = { transactionId: last.transactionId, position: last.position }
    done += events.length
    options.onProgress?.(done, total)
  }
}

function boundedTime(time: Date): string {
  return time.getTime() >= 8.64e15 ? "infinity" : time.toISOString()
}

async function nextEvents(live: Db, cursor: LogCursor, until: Date): Promise<StoredEvent[]> {
  const found = await sql<EventRow>`
    SELECT position, transaction_id, stream, type, version, actor, data, occurred_at FROM events
    WHERE (transaction_id, position) > (${cursor.transactionId}::text::xid8, ${cursor.position}::bigint)
      AND occurred_at <= ${boundedTime(until)}::timestamptz
    ORDER BY transaction_id, position LIMIT ${BATCH}`.execute(live)
  return found.rows.map(toStoredEvent)
}

async function countRows(db: Db, table: string): Promise<number> {
  const found = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.ref(table)}`.execute(db)
  return found.rows[0]?.n ?? 0
}

interface HashedRow {
  readonly hash: string
  readonly row: string
}

/** Merges both sides in the order of their rows' hashes, so that tables of any size are compared in little memory. */
async function compareTable(live: Db, shadow: Db, table: string): Promise<TableComparison> {
  const onlyLive = collectDifferences()
  const onlyRebuilt = collectDifferences()
  const left = hashedRows(live, table)
  let counts = { live: 0, rebuilt: 0 }
  await shadow.transaction().execute(async (tx) => {
    const right = hashedRows(tx, table)
    let a = await left.next()
    let b = await right.next()
    while (!a.done || !b.done) {
      if (!a.done && (b.done || a.value.hash < b.value.hash)) {
        onlyLive.add(a.value.row)
        counts = { ...counts, live: counts.live + 1 }
        a = await left.next()
      } else if (!b.done && (a.done || b.value.hash < a.value.hash)) {
        onlyRebuilt.add(b.value.row)
        counts = { ...counts, rebuilt: counts.rebuilt + 1 }
        b = await right.next()
      } else {
        counts = { live: counts.live + 1, rebuilt: counts.rebuilt + 1 }
        a = await left.next()
        b = await right.next()
      }
    }
  })
  return { table, ...counts, onlyLive: onlyLive.result(), onlyRebuilt: onlyRebuilt.result() }
}

async function* hashedRows(db: Db, table: string): AsyncGenerator<HashedRow, undefined> {
  const cursor = `rows_of_${table}`
  await sql
    .raw(`DECLARE ${cursor} NO SCROLL CURSOR FOR
      SELECT md5(t::text) AS hash, left(t::text, 500) AS row FROM ${table} t ORDER BY 1`)
    .execute(db)
  for (;;) {
    const batch = await sql.raw<HashedRow>(`FETCH ${FETCH} FROM ${cursor}`).execute(db)
    yield* batch.rows
    if (batch.rows.length < FETCH) break
  }
  await sql.raw(`CLOSE ${cursor}`).execute(db)
  return undefined
}

function collectDifferences() {
  let count = 0
  const examples: string[] = []
  return {
    add(row: string) {
      count += 1
      if (examples.length < EXAMPLES) examples.push(row)
    },
    result: (): RowDifferences => ({ count, examples }),
  }
}
