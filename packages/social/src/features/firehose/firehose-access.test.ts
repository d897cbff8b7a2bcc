// Who is let in, how many, how often, and how connections end.

import assert from "node:assert/strict"
import { after, afterEach, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { closeReaders, readFirehose } from "./firehose-client.testing.ts"

let aviary: TestAviary
let alice: TestMember

before(async () => {
  aviary = await startAviary({
    env: {
      AVIARY_FIREHOSE_ACCESS: "app",
      AVIARY_FIREHOSE_CONNECTIONS: "3",
      AVIARY_FIREHOSE_CONNECTS_PER_MINUTE: "40",
    },
  })
  alice = await aviary.member("alice")
})
afterEach(closeReaders)
after(() => aviary.stop())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const read = () => readFirehose(aviary.url, "", bearer(alice.token))

test("where it takes a token, none and a wrong one are refused; header and query are the same", async () => {
  await assert.rejects(readFirehose(aviary.url), /refused with 401/)
  await assert.rejects(readFirehose(aviary.url, "", bearer("nonsense")), /refused with 401/)
  for (const client of [await read(), await readFirehose(aviary.url, `?access_token=${alice.token}`)]) {
    await client.until((message) => message.type === "start")
  }
})

test("there is room for so many, and again when one has gone", async () => {
  const [first] = await Promise.all([read(), read(), read()])
  await assert.rejects(read(), /refused with 503 firehose.full/)
  await first?.close()
  await read()
})

test("peers are pinged each half minute, and cut when they do not answer", async () => {
  const [alive, dead] = [await read(), await read()]
  const pinged = new Promise((resolve) => alive.ws.once("ping", resolve))
  dead.ws.pause()
  aviary.clock.advance(30_000)
  await pinged
  // The pong has arrived when what was said after it has been answered.
  alive.ws.ping()
  await new Promise((resolve) => alive.ws.once("pong", resolve))
  aviary.clock.advance(30_000)
  dead.ws.resume()
  assert.equal((await dead.closed()).code, 1006)
  assert.equal(alive.ws.readyState, alive.ws.OPEN)
})

test("a reader whose token was revoked is ended at the next ping", async () => {
  const bob = await aviary.member("bob")
  const revoked = await readFirehose(aviary.url, "", bearer(bob.token))
  const other = await read()
  const { db, forgetAccess } = aviary.social.core
  await db
    .updateTable("oauth_tokens")
    .set({ revoked_at: new Date(aviary.clock.now()) })
    .where("account_id", "=", Number(bob.id))
    .execute()
  forgetAccess()
  aviary.clock.advance(30_000)
  assert.equal((await revoked.closed()).code, 1008)
  assert.equal(other.ws.readyState, other.ws.OPEN)
})

test("what a reader says is not listened to, and little of it taken", async () => {
  const client = await read()
  client.ws.send("x".repeat(2_000))
  assert.equal((await client.closed()).code, 1009)
})

test("one address connects so often in a minute and no more", async () => {
  const attempts = Array.from({ length: 60 }, () =>
    readFirehose(aviary.url).then(
      () => "connected",
      (error: Error) => error.message,
    ),
  )
  const refusals = await Promise.all(attempts)
  assert.ok(refusals.includes("refused with 429 rate.limited"))
})

test("a stop closes every connection with 1001", async () => {
  const other = await startAviary()
  const clients = [await readFirehose(other.url), await readFirehose(other.url, "?cursor=oldest")]
  await other.stop()
  for (const client of clients) assert.equal((await client.closed()).code, 1001)
})

test("switched off there is no such path", async () => {
  const other = await startAviary({ env: { AVIARY_FIREHOSE_ACCESS: "off" } })
  try {
    await assert.rejects(readFirehose(other.url), /refused with 404 route.not_found/)
  } finally {
    await other.stop()
  }
})
