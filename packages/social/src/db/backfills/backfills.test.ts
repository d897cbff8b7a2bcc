// Back-fills on a real PostgreSQL: to the end in batches, interrupted anywhere, shared by two processes, and the ones that are
// declared.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { TestContext } from "node:test"
import { createLog, createMetrics, systemClock } from "@aviary/kit"
import { createTestDatabase, useTestPostgres } from "@aviary/kit/postgres/testing"
import { sql } from "kysely"
import type { Db } from "../database.ts"
import { openDatabase } from "../database.ts"
import { migrate } from "../migrate.ts"
import type { IndexBackfill, RowsBackfill } from "./backfill.ts"
import { observeBackfills, readBackfills } from "./backfill-progress.ts"
import { FIRST_PACE, nextPace } from "./batch-pace.ts"
import { backfills } from "./index.ts"
import { recountCounters } from "./recount-counters.ts"
import { runBackfill } from "./run-backfill.ts"

const stack = new AsyncDisposableStack()
let serverUrl = ""
before(async () => {
  const server = await useTestPostgres()
  stack.defer(() => server.stop())
  serverUrl = server.url
})
after(() => stack.disposeAsync())

const ROWS = 1_000

async function nests(t: TestContext): Promise<Db> {
  const database = await createTestDatabase(serverUrl)
  const { db, close } = openDatabase({
    url: database.connectionString,
    poolSize: 4,
    log: createLog({ level: "silent" }),
  })
  t.after(async () => {
    await close()
    await database.drop()
  })
  await migrate(db)
  await sql`CREATE TABLE nests (id int PRIMARY KEY, name text NOT NULL, name_key text, touched int NOT NULL DEFAULT 0)`.execute(
    db,
  )
  await sql`INSERT INTO nests (id, name) SELECT n, 'Nest ' || n FROM generate_series(1, ${ROWS}) n`.execute(
    db,
  )
  return db
}

/** As after an expand migration that added `name_key`. `touched` would tell of a row that was done twice. */
const keys: RowsBackfill = {
  kind: "rows",
  name: "nest-keys",
  summary: "lower-cased names",
  total: async () => ROWS,
  async batch(db, cursor, size) {
    const done = await sql<{ id: number }>`
      WITH next AS (SELECT id FROM nests WHERE id > ${Number(cursor?.after ?? 0)} ORDER BY id LIMIT ${size})
      UPDATE nests n SET name_key = lower(name), touched = touched + 1 FROM next WHERE n.id = next.id
      RETURNING n.id`.execute(db)
    const last = Math.max(...done.rows.map(({ id }) => id))
    return { done: done.rows.length, next: done.rows.length < size ? undefined : { after: last } }
  },
}

const deps = (db: Db) => ({ db, clock: systemClock, now: () => performance.now() })

async function wrong(db: Db): Promise<number> {
  const found = await sql<{ n: number }>`
    SELECT count(*) AS n FROM nests WHERE name_key IS DISTINCT FROM lower(name) OR touched <> 1`.execute(db)
  return found.rows[0]?.n ?? -1
}

test("every row once, in batches, with its progress told; a second run does nothing", async (t) => {
  const db = await nests(t)
  const told: number[] = []
  const onProgress = (done: number, total: number): void => {
    assert.equal(total, ROWS)
    told.push(done)
  }
  assert.equal(await runBackfill({ ...deps(db), onProgress }, keys), true)
  assert.equal(await wrong(db), 0)
  assert.ok(told.length > 3, "in several batches")
  assert.equal(told.at(-1), ROWS)
  assert.equal(await runBackfill({ ...deps(db), onProgress: () => assert.fail("again") }, keys), true)
  assert.equal((await readBackfills(db, [keys]))[0]?.state, "ended")
  const metrics = createMetrics()
  observeBackfills(metrics, { db, backfills: [keys] })
  assert.match(await metrics.text(), /aviary_backfill_rows\{name="nest-keys",which="done"\} 1000/)
})

test("stopped or broken anywhere it goes on where it was, and no row is done twice", async (t) => {
  const db = await nests(t)
  const stopping = new AbortController()
  const stopped = { ...deps(db), signal: stopping.signal, onProgress: () => stopping.abort() }
  assert.equal(await runBackfill(stopped, keys), false)
  const [begun] = await readBackfills(db, [keys])
  assert.equal(begun?.state, "begun")
  assert.ok((begun?.done ?? 0) > 0 && (begun?.done ?? 0) < ROWS)
  const broken: RowsBackfill = {
    ...keys,
    async batch(tx, cursor, size) {
      await keys.batch(tx, cursor, size)
      throw new Error("killed")
    },
  }
  await assert.rejects(runBackfill(deps(db), broken), /killed/)
  assert.equal(await runBackfill(deps(db), keys), true)
  assert.equal(await wrong(db), 0)
})

test("two processes share it", async (t) => {
  const db = await nests(t)
  const ended = await Promise.all([1, 2, 3].map(() => runBackfill(deps(db), keys)))
  assert.deepEqual(ended, [true, true, true])
  assert.equal(await wrong(db), 0)
})

test("an index is built beside the traffic, and what an attempt has left is made anew", async (t) => {
  const db = await nests(t)
  const index: IndexBackfill = {
    kind: "index",
    name: "nest-touched",
    summary: "finds nests by how often",
    index: "nests_touched",
    on: "ON nests (touched)",
  }
  // What PostgreSQL leaves when the building of a unique index fails.
  await assert.rejects(sql`CREATE UNIQUE INDEX CONCURRENTLY nests_touched ON nests (touched)`.execute(db))
  assert.equal(await runBackfill(deps(db), index), true)
  const found = await sql<{ valid: boolean; def: string }>`
    SELECT indisvalid AS valid, pg_get_indexdef(indexrelid) AS def FROM pg_index
    WHERE indexrelid = 'nests_touched'::regclass`.execute(db)
  assert.equal(found.rows[0]?.valid, true)
  assert.doesNotMatch(found.rows[0]?.def ?? "", /UNIQUE/)
  assert.equal(await runBackfill(deps(db), index), true)
})

test("counters that differ from their rows are mended, all others stay", async (t) => {
  const db = await nests(t)
  await sql`INSERT INTO accounts (id, username, username_key, created_at, followers_count)
    SELECT n, 'a' || n, 'a' || n, now(), CASE n WHEN 7 THEN 5 ELSE 0 END FROM generate_series(1, 120) n`.execute(
    db,
  )
  await sql`INSERT INTO follows (id, follower_id, followee_id) VALUES (1, 2, 3), (2, 4, 3)`.execute(db)
  assert.equal(await runBackfill(deps(db), recountCounters), true)
  const found = await sql<{ id: number; followers: number; following: number }>`
    SELECT id, followers_count AS followers, following_count AS following FROM accounts
    WHERE followers_count <> 0 OR following_count <> 0 ORDER BY id`.execute(db)
  assert.deepEqual(found.rows, [
    { id: 2, followers: 0, following: 1 },
    { id: 3, followers: 2, following: 0 },
    { id: 4, followers: 0, following: 1 },
  ])
})

test("names are unique, for the progress is kept under them", () => {
  assert.equal(new Set(backfills.map(({ name }) => name)).size, backfills.length)
})

test("a slow database makes batches small and rests long, a quick one the other way round", () => {
  let pace = FIRST_PACE
  for (let n = 0; n < 200; n += 1) pace = nextPace(pace, 5)
  assert.equal(pace.size, 5_000)
  assert.equal(pace.restMs, 5, "half of its time at most")
  for (let n = 0; n < 20; n += 1) pace = nextPace(pace, 400)
  assert.deepEqual(pace, { size: 1, restMs: 800 })
  assert.equal(nextPace(pace, 60_000).restMs, 5_000)
})
