// A release goes on while the next one adds a column to a table that it reads: PostgreSQL refuses the statements which were prepared
// before, and nobody is to notice.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { createLog } from "@aviary/kit"
import { createTestDatabase, useTestPostgres } from "@aviary/kit/postgres/testing"
import { sql } from "kysely"
import { openDatabase } from "./database.ts"
import type { DatabaseHandle } from "./database.ts"
import { transact } from "./transact.ts"

const stack = new AsyncDisposableStack()
let old: DatabaseHandle
let next: DatabaseHandle

before(async () => {
  const server = await useTestPostgres()
  stack.defer(() => server.stop())
  const database = await createTestDatabase(server.url)
  stack.defer(() => database.drop())
  const open = (): DatabaseHandle => {
    const handle = openDatabase({
      url: database.connectionString,
      poolSize: 4,
      log: createLog({ level: "silent" }),
    })
    stack.defer(() => handle.close())
    return handle
  }
  old = open()
  next = open()
  await sql`CREATE TABLE birds (id int PRIMARY KEY, sightings int NOT NULL)`.execute(next.db)
  await sql`INSERT INTO birds VALUES (1, 0)`.execute(next.db)
})
after(() => stack.disposeAsync())

interface Bird {
  readonly id: number
  readonly sightings: number
}

const birds = (db: DatabaseHandle["db"]) => sql<Bird>`SELECT * FROM birds WHERE id = ${1}`.execute(db)
const addColumn = (name: string) => sql.raw(`ALTER TABLE birds ADD COLUMN ${name} text`).execute(next.db)

test("a statement, on whichever connection, is prepared anew", async () => {
  // At once, so that several connections have it.
  await Promise.all(Array.from({ length: 8 }, () => birds(old.db)))
  await addColumn("plumage")
  const found = await Promise.all(Array.from({ length: 8 }, () => birds(old.db)))
  for (const { rows } of found) assert.deepEqual(rows, [{ id: 1, sightings: 0, plumage: null }])
})

test("a transaction is run again as a whole, and takes effect once", async () => {
  const look = () =>
    transact(old.db, async (tx) => {
      await sql`UPDATE birds SET sightings = sightings + 1 WHERE id = ${1}`.execute(tx)
      await birds(tx)
    })
  await Promise.all(Array.from({ length: 4 }, look))
  await addColumn("song")
  await Promise.all(Array.from({ length: 4 }, look))
  assert.equal((await birds(old.db)).rows[0]?.sightings, 8)
})

test("what fails for another reason fails, in a transaction and outside", async () => {
  const nonsense = (db: DatabaseHandle["db"]) =>
    sql`SELECT * FROM birds WHERE id / ${0}::int = ${1}`.execute(db)
  await assert.rejects(nonsense(old.db), /division by zero/)
  await assert.rejects(
    transact(old.db, (tx) => nonsense(tx)),
    /division by zero/,
  )
})
