// Rebuilds the inline projections from the log into a shadow schema, to compare them with the live tables or to see the
// network as it was. Writes may go on meanwhile: the log is read in short transactions up to its settled end, and only the rest
// of it and the live tables in one read-only snapshot. A snapshot held all along would keep every old version of every row
// that the rebuild changes, and the rebuild would slow down with each batch. The live tables are never written. Counters of the
// live tables are compared as they are shown: what is stored, and what the log has counted since.

import type { Log } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import { openDatabase } from "../db/database.ts"
import { projectedTables } from "./catalogue.ts"
import { COUNTERS } from "../features/counters/counters-consumer.ts"
import { countedTable } from "../features/counters/counted-table.ts"
import { sumEvents } from "../features/counters/count-sums.ts"
import { sumCommitted } from "../features/counters/flush-counts.ts"
import { storeCounts } from "../features/counters/store-counts.ts"
import { storedCursor } from "./consumer.ts"
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

const BATCH = 5_000
const EXAMPLES = 5
const FETCH = 5_000

/** Rebuilds every inline projection and compares it with the live tables, row by row. */
export async function checkReplay(deps: ReplayDeps): Promise<ReplayResult> {
  return withShadow(deps, undefined, async ({ live, shadow, events }) => {
    const pending = await sumCommitted(live, await storedCursor(live, COUNTERS))
    const tables: TableComparison[] = []
    for (const table of projectedTables) {
      const shown = countedTable(table, await columnsOf(live, table), pending)
      tables.push(await compareTable({ live, shadow, table, shown }))
    }
    const differences = tables.reduce((sum, t) => sum + t.onlyLive.count + t.onlyRebuilt.count, 0)
    return { events, tables, differences }
  })
}

export interface PastNetwork {
  readonly events: number
  readonly rows: readonly { table: string; past: number; now: number }[]
  /** The schema that holds the tables as they were, when it was kept. */
  readonly schema: string | undefined
}

/** The network as it was at `until`: rows per table in that past and now. With `keep` the shadow schema stays, to be queried. */
export async function replayUntil(deps: ReplayDeps, until: Date, keep: boolean): Promise<PastNetwork> {
  return withShadow({ ...deps, keep }, until, async ({ live, shadow, events, schema }) => {
    const rows: { table: string; past: number; now: number }[] = []
    for (const table of projectedTables) {
      rows.push({ table, past: await countRows(shadow, table), now: await countRows(live, table) })
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
        // Unlogged: what a crash loses here is made again by the next replay.
        .raw(`CREATE UNLOGGED TABLE ${schema}.${table} (LIKE public.${table} INCLUDING ALL)`)
        .execute(main.db)
    }
    const rebuild = createRebuild({ shadow: shadow.db, until, onProgress: deps.onProgress })
    await rebuild.settled(main.db)
    const result = await main.db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute(async (live) => {
        await sql`SET LOCAL statement_timeout = 0`.execute(live)
        await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(live)
        const events = await rebuild.rest(live)
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

interface Rebuild {
  /** Applies what no running transaction can still precede. */
  settled(db: Db): Promise<void>
  /** Applies what is visible in a snapshot besides. Gives the number of all events applied. */
  rest(snapshot: Db): Promise<number>
}

function createRebuild(deps: {
  shadow: Db
  until: Date | undefined
  onProgress: ReplayDeps["onProgress"]
}): Rebuild {
  const until = deps.until === undefined ? "infinity" : deps.until.toISOString()
  let cursor: LogCursor = LOG_START
  let done = 0
  let total = 0

  async function apply(live: Db, settledOnly: boolean): Promise<void> {
    const read = () => nextEvents(live, { after: cursor, until, settledOnly })
    let next = read()
    for (;;) {
      const events = await next
      const last = events.at(-1)
      if (!last) return
      cursor = { transactionId: last.transactionId, position: last.position }
      // The next batch is read while this one is applied; its failure is met in the next round.
      next = events.length < BATCH ? Promise.resolve([]) : read()
      next.catch(() => undefined)
      await deps.shadow.transaction().execute(async (tx) => {
        await applyEvents(tx, events)
        await storeCounts(tx, sumEvents(events))
      })
      done += events.length
      deps.onProgress?.(done, Math.max(done, total))
    }
  }

  return {
    async settled(db) {
      total = await unhurried(db, (tx) => countEvents(tx, until))
      await apply(db, true)
    },
    async rest(snapshot) {
      await apply(snapshot, false)
      return done
    },
  }
}

async function countEvents(db: Db, until: string): Promise<number> {
  const counted = await sql<{ n: number }>`
    SELECT count(*) AS n FROM events WHERE occurred_at <= ${until}::timestamptz`.execute(db)
  return counted.rows[0]?.n ?? 0
}

/** A transaction whose statements may take as long as tables are large. */
async function unhurried<T>(db: Db, use: (tx: Db) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(tx)
    await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(tx)
    return use(tx)
  })
}

async function nextEvents(
  live: Db,
  { after, until, settledOnly }: { after: LogCursor; until: string; settledOnly: boolean },
): Promise<StoredEvent[]> {
  const settled = settledOnly ? sql`AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())` : sql``
  const found = await sql<EventRow>`
    SELECT position, transaction_id, stream, type, version, actor, data, occurred_at FROM events
    WHERE (transaction_id, position) > (${after.transactionId}::text::xid8, ${after.position}::bigint)
      AND occurred_at <= ${until}::timestamptz ${settled}
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

/** The columns of a table, in their order. */
async function columnsOf(db: Db, table: string): Promise<string[]> {
  const found = await sql<{ name: string }>`
    SELECT attname AS name FROM pg_attribute
    WHERE attrelid = ${table}::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`.execute(db)
  return found.rows.map((row) => row.name)
}

interface Sides {
  readonly live: Db
  readonly shadow: Db
  readonly table: string
  /** The live table as SQL that stands behind `FROM`. */
  readonly shown: string
}

/** Row by row only where the two sides' digests differ: sorting and reading both takes ten times as long. */
async function compareTable(sides: Sides): Promise<TableComparison> {
  const { live, shadow, table, shown } = sides
  const [left, right] = await Promise.all([
    digestOf(live, shown),
    unhurried(shadow, (tx) => digestOf(tx, table)),
  ])
  if (left.rows !== right.rows || left.digest !== right.digest) return findDifferences(sides)
  const none: RowDifferences = { count: 0, examples: [] }
  return { table, live: left.rows, rebuilt: right.rows, onlyLive: none, onlyRebuilt: none }
}

/** Two sums of 64-bit hashes of the rows, with different seeds, so that no order matters and no chance hides a difference. */
async function digestOf(db: Db, relation: string): Promise<{ rows: number; digest: string }> {
  const found = await sql<{ rows: number; digest: string | null }>`
    SELECT count(*) AS rows,
      concat_ws(' ', sum(hashtextextended(t::text, 1)::numeric), sum(hashtextextended(t::text, 2)::numeric)) AS digest
    FROM ${sql.raw(relation)} t`.execute(db)
  const row = found.rows[0]
  return { rows: row?.rows ?? 0, digest: row?.digest ?? "" }
}

/** Merges both sides in the order of their rows' hashes, so that tables of any size are compared in little memory. */
async function findDifferences({ live, shadow, table, shown }: Sides): Promise<TableComparison> {
  const onlyLive = collectDifferences()
  const onlyRebuilt = collectDifferences()
  const left = hashedRows(live, { table, relation: shown })
  let counts = { live: 0, rebuilt: 0 }
  await unhurried(shadow, async (tx) => {
    const right = hashedRows(tx, { table, relation: table })
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

async function* hashedRows(
  db: Db,
  { table, relation }: { table: string; relation: string },
): AsyncGenerator<HashedRow, undefined> {
  const cursor = `rows_of_${table}`
  await sql
    .raw(`DECLARE ${cursor} NO SCROLL CURSOR FOR
      SELECT md5(t::text) AS hash, left(t::text, 500) AS row FROM ${relation} t ORDER BY 1`)
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
