import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { sql } from "kysely"
import { LOG_START } from "./event.ts"
import { readLog } from "./read-log.ts"
import { mendRestoredLog } from "./restored-log.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

test("a log restored from another cluster is read to its end, and each consumer goes on where it was", async () => {
  const { db } = aviary.social.core
  const alice = await aviary.member("alice")
  for (const status of ["one", "two", "three"]) await alice.api.post("/api/v1/statuses", { status })
  await aviary.settle()
  const before = await readLog(db, LOG_START, 100)
  const seen = before.events.at(-2)
  assert.ok(seen)

  // What a restore leaves: ids of a cluster that had done a lot more.
  const shift = 4_000_000_000
  const shifted = (id: string): string => String(BigInt(id) + BigInt(shift))
  await sql`UPDATE events SET transaction_id = (transaction_id::text::bigint + ${shift})::text::xid8`.execute(
    db,
  )
  await sql`INSERT INTO consumer_cursors (name, transaction_id, position)
    VALUES ('restored', ${shifted(seen.transactionId)}::text::xid8, ${seen.position})`.execute(db)
  assert.deepEqual((await readLog(db, LOG_START, 100)).events, [])

  assert.equal(await mendRestoredLog(db), true)
  const after = await readLog(db, LOG_START, 100)
  assert.deepEqual(
    after.events.map((event) => event.position),
    before.events.map((event) => event.position),
  )
  const cursor = await sql<{ position: number }>`
    SELECT position FROM consumer_cursors WHERE name = 'restored'`.execute(db)
  assert.equal(cursor.rows[0]?.position, seen.position)
  assert.equal(await mendRestoredLog(db), false)
})
