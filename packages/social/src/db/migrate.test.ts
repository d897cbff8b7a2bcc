// Two releases on one schema, with a real PostgreSQL: the newer expands it, the older goes on, and what takes away waits until
// it is asked for, after which the older refuses to start.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { TestContext } from "node:test"
import { AppError, createLog } from "@aviary/kit"
import { createTestDatabase, useTestPostgres } from "@aviary/kit/postgres/testing"
import { sql } from "kysely"
import type { Kysely } from "kysely"
import type { DatabaseHandle, Db } from "./database.ts"
import { openDatabase } from "./database.ts"
import { readExecuted, readLiveSchema } from "./live-schema.ts"
import { migrate } from "./migrate.ts"
import { migrations as landed } from "./migrations/index.ts"
import type { SchemaMigration } from "./schema-migration.ts"

const stack = new AsyncDisposableStack()
let serverUrl = ""

before(async () => {
  const server = await useTestPostgres()
  stack.defer(() => server.stop())
  serverUrl = server.url
})
after(() => stack.disposeAsync())

async function emptyDatabase(t: TestContext): Promise<DatabaseHandle> {
  const database = await createTestDatabase(serverUrl)
  const handle = openDatabase({
    url: database.connectionString,
    poolSize: 6,
    log: createLog({ level: "silent" }),
  })
  t.after(async () => {
    await handle.close()
    await database.drop()
  })
  return handle
}

const run =
  (statement: string) =>
  async (db: Kysely<unknown>): Promise<void> => {
    await sql.raw(statement).execute(db)
  }

/** A release of tomorrow, one of the day after, and what they do to a table. */
const newest = Object.keys(landed).length
const at = (ahead: number, name: string): string => `${String(newest + ahead).padStart(4, "0")}-${name}`
const ADD = at(1, "nests")
const DROP = at(2, "no-more-twigs")
const ADD_MORE = at(3, "eggs")
const tomorrow: Record<string, SchemaMigration> = {
  ...landed,
  [ADD]: {
    kind: "expand",
    oldestRelease: 2,
    up: run("CREATE TABLE nests (id int PRIMARY KEY, twigs int DEFAULT 0)"),
  },
}
const later: Record<string, SchemaMigration> = {
  ...tomorrow,
  [DROP]: {
    kind: "contract",
    oldestRelease: newest + 1,
    afterBackfills: ["count-straws"],
    up: run("ALTER TABLE nests DROP COLUMN twigs"),
  },
  [ADD_MORE]: { kind: "expand", oldestRelease: 2, up: run("ALTER TABLE nests ADD COLUMN eggs int") },
}

async function refusal(db: Db): Promise<AppError> {
  return migrate(db).then(
    () => assert.fail("it was not refused"),
    (error: unknown) => AppError.from(error),
  )
}

test("an older release starts on what a newer one has expanded, and not on what it has taken away", async (t) => {
  const { db } = await emptyDatabase(t)
  assert.deepEqual(await migrate(db), Object.keys(landed))
  assert.deepEqual(await migrate(db, { migrations: tomorrow }), [ADD])
  assert.deepEqual(await migrate(db), [], "the older one is content")
  assert.deepEqual(await migrate(db, { migrations: later }), [ADD_MORE], "what contracts is left out")
  const options = { migrations: later, contractFor: newest + 1 }
  assert.deepEqual(await migrate(db, options), [], "its back-fill has not ended")
  await sql`INSERT INTO backfill_progress (name, finished_at) VALUES ('count-straws', now())`.execute(db)
  assert.deepEqual(await migrate(db, { ...options, contractFor: newest }), [], "an older one may come back")
  assert.deepEqual(await migrate(db, options), [DROP], "though a later one has run before it")
  assert.deepEqual(await readLiveSchema(db), {
    version: newest + 3,
    expanded: newest + 3,
    oldestRelease: newest + 1,
  })
  const error = await refusal(db)
  assert.equal(error.code, "schema.unsupported")
  assert.match(error.message, new RegExp(`from ${newest + 1} on`))
  assert.deepEqual(await migrate(db, { migrations: tomorrow }), [])
})

test("an empty database gets everything, also what contracts", async (t) => {
  const { db } = await emptyDatabase(t)
  assert.deepEqual(await migrate(db, { migrations: later }), Object.keys(later))
})

test("releases that start at the same moment migrate once", async (t) => {
  const { db } = await emptyDatabase(t)
  const ran = await Promise.all([migrate(db), migrate(db, { migrations: tomorrow }), migrate(db)])
  assert.deepEqual(ran.flat().toSorted(), Object.keys(tomorrow))
  assert.deepEqual(await readExecuted(db), Object.keys(tomorrow))
})

test("a migration that fails leaves nothing and names itself", async (t) => {
  const { db } = await emptyDatabase(t)
  await migrate(db)
  const broken = {
    ...tomorrow,
    [at(2, "broken")]: { kind: "expand", oldestRelease: 2, up: run("ALTER TABLE nowhere ADD a int") },
  } as const
  const error = await migrate(db, { migrations: broken }).catch((thrown: unknown) => AppError.from(thrown))
  assert.match(String(error), /Migration \d+-broken failed: relation "nowhere" does not exist/)
  assert.deepEqual(await readExecuted(db), Object.keys(landed))
  assert.equal((await readLiveSchema(db)).version, newest)
})

test("a migration that cannot get its lock lets others through and tries again", async (t) => {
  const { db, pool } = await emptyDatabase(t)
  await migrate(db)
  const holder = await pool.connect()
  await holder.query("BEGIN")
  await holder.query("SELECT count(*) FROM accounts")
  const altering = {
    ...landed,
    [at(1, "alter")]: {
      kind: "expand",
      oldestRelease: 2,
      up: run("ALTER TABLE accounts ADD COLUMN plumage text"),
    },
  } as const
  const migrated = migrate(db, { migrations: altering })
  const waiting = async (): Promise<boolean> => {
    const found =
      await sql`SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'accounts'::regclass`.execute(db)
    return found.rows.length > 0
  }
  while (!(await waiting())) await new Promise((resolve) => setTimeout(resolve, 20))
  // Queues behind the migration, and is let through when that gives up for the moment.
  const read = await db.selectFrom("accounts").selectAll().execute()
  assert.deepEqual(read, [])
  await holder.query("COMMIT")
  holder.release()
  assert.deepEqual(await migrated, [at(1, "alter")])
})
