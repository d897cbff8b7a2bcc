// Cursors of a log that is no longer as it was: its oldest events were dropped, or it was restored into another cluster.

import assert from "node:assert/strict"
import { after, afterEach, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { sql } from "kysely"
import type { Told } from "./firehose-client.testing.ts"
import { closeReaders, readFirehose } from "./firehose-client.testing.ts"
import { parseCursor } from "./firehose-cursor.ts"

let aviary: TestAviary
let alice: TestMember

before(async () => {
  // The log is cut here, so that it cannot rebuild the tables any more.
  aviary = await startAviary({ replayCheck: false })
  alice = await aviary.member("alice")
})
afterEach(closeReaders)
after(() => aviary.stop())

async function post(): Promise<string> {
  const { body } = await alice.api.post("/api/v1/statuses", { status: "hello" })
  return String(body.id)
}

/** Posts, and gives what a reader was told of them, and their ids. */
async function toldOf(count: number): Promise<{ told: Told[]; ids: string[] }> {
  const client = await readFirehose(aviary.url)
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) ids.push(await post())
  await client.until(({ data }) => data?.id === ids.at(-1))
  return { told: client.events(), ids }
}

const idsOf = (messages: readonly Told[]): unknown[] => messages.map(({ data }) => data?.id)

test("a cursor older than the oldest event is told, and goes on with what is kept", async () => {
  const { told, ids } = await toldOf(4)
  const cut = parseCursor(told[1]?.cursor ?? "")
  assert.ok(cut)
  const { db } = aviary.social.core
  await sql`DELETE FROM events WHERE position <= ${cut.position}`.execute(db)
  const outdated = await readFirehose(aviary.url, `?cursor=${told[0]?.cursor}`)
  await outdated.until(({ data }) => data?.id === ids[3])
  assert.deepEqual(outdated.messages[0]?.type, "outdated")
  assert.deepEqual(idsOf(outdated.events()), ids.slice(2))
  const kept = await readFirehose(aviary.url, `?cursor=${told[2]?.cursor}`)
  await kept.until(({ data }) => data?.id === ids[3])
  assert.deepEqual(kept.messages[0]?.type, "start")
  assert.deepEqual(idsOf(kept.events()), ids.slice(3))
})

test("a restored log is numbered anew, and cursors of before still find their event", async () => {
  const { told, ids } = await toldOf(3)
  await aviary.settle()
  await sql`UPDATE events SET transaction_id = '0'`.execute(aviary.social.core.db)
  const client = await readFirehose(aviary.url, `?cursor=${told[0]?.cursor}`)
  await client.until(({ data }) => data?.id === ids[2])
  const last = await post()
  await client.until(({ data }) => data?.id === last)
  assert.deepEqual(client.messages[0]?.type, "start")
  assert.deepEqual(idsOf(client.events()), [...ids.slice(1), last])
})
