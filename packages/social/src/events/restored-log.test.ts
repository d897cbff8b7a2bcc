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
  for (const table of ["events", "consumer_cursors"]) {
    await sql`UPDATE ${sql.table(table)}
      SET transaction_id = (transaction_id::text::bigint + ${shift})::text::xid8`.execute(db)
  }
  const place = sql`${shifted(seen.transactionId)}::text::xid8, ${seen.position}::bigint`
  await sql`INSERT INTO consumer_cursors (name, transaction_id, position) VALUES ('restored', ${place})`.execute(
    db,
  )
  // The dump was made before the last post was counted.
  await sql`UPDATE consumer_cursors SET (transaction_id, position) = (${place}) WHERE name = 'counters'`.execute(
    db,
  )
  await sql`UPDATE accounts SET posts_count = posts_count - 1`.execute(db)
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
  await aviary.settle()
  const counted = await sql<{ posts_count: number }>`SELECT posts_count FROM accounts`.execute(db)
  assert.deepEqual(counted.rows, [{ posts_count: 3 }], "each post is counted once")
})
