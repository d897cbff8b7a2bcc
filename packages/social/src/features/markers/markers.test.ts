import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { sql } from "kysely"

let aviary: TestAviary
let alice: TestMember
before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
})
after(() => aviary.stop())

test("markers are set in any encoding, versioned, and read in both spellings", async () => {
  const form = new URLSearchParams({ "home[last_read_id]": "103" })
  const first = await alice.api.post("/api/v1/markers", form)
  assert.deepEqual([first.body.home.last_read_id, first.body.home.version], ["103", 0])
  const second = await alice.api.post("/api/v1/markers", {
    home: { last_read_id: 200 },
    notifications: { last_read_id: "7" },
  })
  assert.deepEqual([second.body.home.version, second.body.notifications.version], [1, 0])

  const one = await alice.api.get("/api/v1/markers?timeline=home")
  assert.deepEqual(Object.keys(one.body), ["home"])
  assert.equal(one.body.home.last_read_id, "200")
  const both = await alice.api.get("/api/v1/markers?timeline[]=home&timeline[]=notifications")
  assert.deepEqual(Object.keys(both.body).sort(), ["home", "notifications"])
  assert.deepEqual((await alice.api.get("/api/v1/markers")).body, {})

  const bob = await aviary.member("bob")
  assert.deepEqual((await bob.api.get("/api/v1/markers?timeline=home")).body, {})
  assert.equal((await alice.api.get("/api/v1/markers?timeline=elsewhere")).status, 422)
  assert.equal((await alice.api.post("/api/v1/markers", { home: { last_read_id: "x" } })).status, 422)
})

test("of writes at once each succeeds or is told of the conflict, and none is lost silently", async () => {
  const carol = await aviary.member("carol")
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      carol.api.post("/api/v1/markers", { home: { last_read_id: 100 + n } }),
    ),
  )
  for (const answer of answers) assert.ok([200, 409].includes(answer.status), String(answer.status))
  const written = answers.filter((answer) => answer.status === 200)
  const { body } = await carol.api.get("/api/v1/markers?timeline=home")
  assert.equal(body.home.version, written.length - 1)
  assert.deepEqual(
    new Set(written.map((answer) => answer.body.home.version)).size,
    written.length,
    "every version was written once",
  )
})

test("a write that has not seen the one before it is told of the conflict", async () => {
  const dora = await aviary.member("dora")
  await dora.api.post("/api/v1/markers", { home: { last_read_id: "1" } })
  const { db } = aviary.social.core
  const { answer } = await db.transaction().execute(async (tx) => {
    await sql`UPDATE markers SET last_read_id = 2, version = version + 1 WHERE account_id = ${dora.id}`.execute(
      tx,
    )
    // It reads the marker as it was, then waits for this transaction.
    const pending = dora.api.post("/api/v1/markers", { home: { last_read_id: "3" } })
    for (let waiting = 0; waiting === 0;) {
      const locks = await sql`SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%UPDATE markers%'`.execute(
        db,
      )
      waiting = locks.rows.length
    }
    return { answer: pending }
  })
  const { status, body } = await answer
  assert.deepEqual([status, body.code], [409, "marker.conflict"])
  assert.equal((await dora.api.get("/api/v1/markers?timeline=home")).body.home.last_read_id, "2")
})
