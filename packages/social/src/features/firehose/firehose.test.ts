// The firehose over real sockets: what it tells, what it must not, where it begins, whom it lets in, how it ends.

import assert from "node:assert/strict"
import { after, afterEach, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { sql } from "kysely"
import { formatCursor } from "./firehose-cursor.ts"
import type { FirehoseClient, Told } from "./firehose-client.testing.ts"
import { closeReaders, readFirehose } from "./firehose-client.testing.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember

before(async () => {
  aviary = await startAviary({
    env: { AVIARY_FIREHOSE_CONNECTS_PER_MINUTE: "100000", AVIARY_METRICS_PORT: "0" },
  })
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  await aviary.settle()
})
afterEach(closeReaders)
after(() => aviary.stop())

const read = (query?: string, headers?: Record<string, string>) => readFirehose(aviary.url, query, headers)

let fences = 0

/** All that a reader was told up to now: a post that comes after everything else has arrived, and is not among it. */
async function toldTo(client: FirehoseClient): Promise<Told[]> {
  fences += 1
  const words = `fence ${fences}`
  const { body } = await bob.api.post("/api/v1/statuses", { status: words })
  const isFence = (message: Told) => message.type === "post.created" && message.data?.id === body.id
  await client.until(isFence)
  return client.events().filter((message) => !String(message.data?.text).startsWith("fence"))
}

/** What a reader is told who comes now and reads from a cursor on. */
async function toldFrom(cursor: string): Promise<Told[]> {
  const client = await read(`?cursor=${cursor}`)
  const told = await toldTo(client)
  await client.close()
  return told
}

async function post(member: TestMember, status: string, more: object = {}): Promise<string> {
  const { body, status: code } = await member.api.post("/api/v1/statuses", { status, ...more })
  assert.equal(code, 200)
  return String(body.id)
}

/** How a test names a message: its type and whose or which it is. */
const brief = ({ type, data }: Told): string => `${type} ${String(data?.id)}`

test("a post, its edit, its reposts and its deletion, as bots read them", async () => {
  const client = await read()
  const [start] = client.messages
  assert.deepEqual([start?.type, start?.data], ["start", undefined])
  const parent = await post(bob, "first", { language: "de" })
  const id = await post(alice, "hello @bob #Birds", {
    in_reply_to_id: parent,
    spoiler_text: "about birds",
    language: "en",
    poll: { options: ["robin", "wren"], expires_in: 600 },
  })
  await bob.api.post(`/api/v1/statuses/${id}/favourite`)
  await alice.api.put(`/api/v1/statuses/${id}`, { status: "bye" })
  const { body: repost } = await bob.api.post(`/api/v1/statuses/${id}/reblog`)
  // What is gone when it would be told is not told: each is waited for before it is taken back.
  await toldTo(client)
  await bob.api.post(`/api/v1/statuses/${id}/unreblog`)
  const told = await toldTo(client)
  await alice.api.delete(`/api/v1/statuses/${id}`)
  const [, created, edited, reposted, unreposted, deleted] = await toldTo(client)
  assert.equal(told.length, 5)
  const account = {
    id: alice.id,
    username: "alice",
    url: `${aviary.url}/@alice`,
    bot: false,
    indexable: true,
  }
  assert.deepEqual(
    { ...created, cursor: "", data: { ...created?.data, poll: undefined } },
    {
      cursor: "",
      type: "post.created",
      at: new Date(aviary.clock.now()).toISOString(),
      data: {
        id,
        url: `${aviary.url}/@alice/${id}`,
        created_at: new Date(aviary.clock.now()).toISOString(),
        account,
        text: "hello @bob #Birds",
        html: created?.data?.html,
        spoiler_text: "about birds",
        sensitive: true,
        language: "en",
        in_reply_to_id: parent,
        in_reply_to_account_id: bob.id,
        mentions: [{ id: bob.id, username: "bob", url: `${aviary.url}/@bob` }],
        tags: ["birds"],
        media: [],
        poll: undefined,
      },
    },
  )
  assert.match(String(created?.data?.html), /^<p>hello <span.*href="http/)
  const poll = created?.data?.poll as { options: string[]; multiple: boolean } | undefined
  assert.deepEqual([poll?.options, poll?.multiple], [["robin", "wren"], false])
  assert.deepEqual([edited?.type, edited?.data?.text, edited?.data?.poll], ["post.edited", "bye", null])
  assert.equal(reposted?.type, "post.reposted")
  assert.deepEqual(reposted?.data?.repost_of, { id, url: `${aviary.url}/@alice/${id}`, account })
  assert.equal(reposted?.data?.id, String(repost.id))
  assert.deepEqual(unreposted?.data, { id: String(repost.id), account_id: bob.id, repost_of_id: id })
  assert.deepEqual(deleted?.data, { id, account_id: alice.id })
})

test("accounts: new ones, profiles as they are now, suspensions; no address, no private setting", async () => {
  const client = await read()
  const carol = await aviary.member("carol")
  await carol.api.patch("/api/v1/accounts/update_credentials", { source: { privacy: "private" } })
  await carol.api.patch("/api/v1/accounts/update_credentials", { display_name: "Carol the First" })
  await carol.api.patch("/api/v1/accounts/update_credentials", { display_name: "Carol", note: "Wrens." })
  const told = await toldTo(client)
  assert.deepEqual(told.map(brief), [
    `account.created ${carol.id}`,
    `account.profile_changed ${carol.id}`,
    `account.profile_changed ${carol.id}`,
  ])
  assert.equal(JSON.stringify(client.messages).includes("birds.test"), false)
  assert.deepEqual(
    [told[2]?.data?.display_name, told[2]?.data?.note, told[2]?.data?.url],
    ["Carol", "Wrens.", `${aviary.url}/@carol`],
  )
  // Whoever comes later is not told what the profile said once.
  const later = await toldFrom(client.messages[0]?.cursor ?? "")
  assert.deepEqual(
    later.map((message) => message.data?.display_name),
    ["Carol", "Carol", "Carol"],
  )
})

test("nothing that is not public is told, live or later", async () => {
  const client = await read()
  const start = client.cursor()
  const unlisted = await post(alice, "unlisted", { visibility: "unlisted" })
  const hidden = await post(alice, "private", { visibility: "private" })
  await post(alice, "@bob direct", { visibility: "direct" })
  await post(alice, "later", { scheduled_at: new Date(aviary.clock.now() + 900_000).toISOString() })
  await alice.api.post(`/api/v1/statuses/${hidden}/reblog`)
  await bob.api.post(`/api/v1/statuses/${unlisted}/reblog`)
  await bob.api.post(`/api/v1/statuses/${unlisted}/unreblog`)
  await bob.api.post(`/api/v1/accounts/${alice.id}/follow`)
  for (const id of [hidden, unlisted]) await alice.api.put(`/api/v1/statuses/${id}`, { status: "still so" })
  const open = await post(alice, "public")
  await bob.api.post(`/api/v1/statuses/${open}/reblog`, { visibility: "unlisted" })
  await bob.api.post(`/api/v1/statuses/${open}/unreblog`)
  await bob.api.post(`/api/v1/statuses/${open}/bookmark`)
  const answer = await post(bob, "to a private one", { in_reply_to_id: unlisted })
  for (const id of [unlisted, hidden]) await alice.api.delete(`/api/v1/statuses/${id}`)
  for (const told of [await toldTo(client), await toldFrom(start)]) {
    assert.deepEqual(told.map(brief), [`post.created ${open}`, `post.created ${answer}`])
    assert.equal(told[1]?.data?.in_reply_to_id, null)
  }
})

test("what is deleted by now has no words, wherever one begins", async () => {
  const client = await read()
  const start = client.cursor()
  const id = await post(alice, "words that are taken back #taken", {
    spoiler_text: "warning",
    poll: { options: ["secret one", "secret two"], expires_in: 600 },
  })
  await alice.api.put(`/api/v1/statuses/${id}`, { status: "more words that are taken back" })
  await bob.api.post(`/api/v1/statuses/${id}/reblog`)
  assert.equal((await toldTo(client)).length, 3)
  await alice.api.delete(`/api/v1/statuses/${id}`)
  await aviary.settle()
  const later = await toldFrom(start)
  assert.deepEqual(later.map(brief), [`post.deleted ${id}`])
  const all = await toldFrom("oldest")
  assert.doesNotMatch(JSON.stringify(all), /taken|secret|warning/)
  assert.ok(all.some((message) => brief(message) === `post.deleted ${id}`))
})

test("nothing of a suspended account, but that it is", async () => {
  const dave = await aviary.member("dave")
  const client = await read()
  const start = client.cursor()
  const id = await post(dave, "by dave")
  const other = await post(alice, "by alice")
  await dave.api.post(`/api/v1/statuses/${other}/reblog`)
  await bob.api.post(`/api/v1/statuses/${id}/reblog`)
  assert.equal((await toldTo(client)).length, 4)
  const { events, db } = aviary.social.core
  const stream = `account:${dave.id}`
  const data = { id: Number(dave.id) }
  await events.transact([stream], (tx) =>
    tx.append([{ type: "account.suspended", stream, actor: null, data }]),
  )
  assert.deepEqual((await toldTo(client)).slice(4).map(brief), [`account.suspended ${dave.id}`])
  const expected = [`post.created ${other}`, `account.suspended ${dave.id}`]
  assert.deepEqual((await toldFrom(start)).map(brief), expected)
  await events.transact([stream], (tx) =>
    tx.append([{ type: "account.unsuspended", stream, actor: null, data }]),
  )
  const found = await sql`SELECT 1 FROM accounts WHERE id = ${data.id} AND suspended_at IS NULL`.execute(db)
  assert.equal(found.rows.length, 1)
  assert.deepEqual(
    (await toldFrom(start)).map(({ type }) => type),
    [
      "post.created",
      "post.created",
      "post.reposted",
      "post.reposted",
      "account.suspended",
      "account.unsuspended",
    ],
  )
})

test("only the types that are asked for; the cursor goes on all the same", async () => {
  const client = await read("?types=post.deleted,account.created")
  const id = await post(alice, "short")
  await alice.api.delete(`/api/v1/statuses/${id}`)
  await client.until((message) => message.type === "post.deleted")
  assert.deepEqual(client.events().map(brief), [`post.deleted ${id}`])
  await post(alice, "unasked")
  await aviary.settle()
  aviary.clock.advance(30_000)
  const progress = await client.until((message) => message.type === "progress")
  assert.deepEqual(await toldFrom(progress.cursor), [])
  await assert.rejects(read("?types=post.liked"), /refused with 422 input.invalid/)
})

test("without a cursor only what is new; with one what came after it, each once", async () => {
  const before = await post(alice, "before")
  const first = await read()
  const ids = [await post(alice, "one"), await post(alice, "two"), await post(alice, "three")]
  const told = await toldTo(first)
  assert.deepEqual(
    told.map((message) => message.data?.id),
    ids,
  )
  assert.deepEqual(
    (await toldFrom(told[0]?.cursor ?? "")).map((message) => message.data?.id),
    ids.slice(1),
  )
  assert.ok((await toldFrom("oldest")).some((message) => message.data?.id === before))
})

test("what is no cursor is refused with a 400, by words that say what to send", async () => {
  const stranger = formatCursor({ transactionId: "12", position: 999_999_999 })
  const wrongTransaction = formatCursor({ transactionId: "999999999", position: 1 })
  for (const garbage of ["garbage", "MQ", "%00", "1", stranger, wrongTransaction, "x".repeat(5_000), "[]"]) {
    await assert.rejects(read(`?cursor=${garbage}`), /refused with 400 firehose.cursor_invalid/, garbage)
  }
  await assert.rejects(read("?cursor[]=a&cursor[]=b"), /refused with 400 firehose.cursor_invalid/)
  const plain = await fetch(`${aviary.url}/api/aviary/v1/firehose?cursor=garbage`)
  assert.equal(plain.status, 400)
  assert.match(((await plain.json()) as { error: string }).error, /`oldest`, or none/)
})

test("a plain request is told to upgrade; other upgrades are as before", async () => {
  const plain = await fetch(`${aviary.url}/api/aviary/v1/firehose`)
  assert.equal(plain.status, 426)
  assert.equal(plain.headers.get("upgrade"), "websocket")
  await assert.rejects(readFirehose(`${aviary.url}/nowhere`), /refused with 404 route.not_found/)
})

test("readers are counted, and what they were sent", async () => {
  const client = await read()
  await post(alice, "counted")
  await toldTo(client)
  const answer = await fetch(`${aviary.social.operators.address()}/metrics`)
  const text = await answer.text()
  assert.match(text, /^aviary_firehose_readers 1$/m)
  assert.match(text, /^aviary_firehose_messages_total [1-9]/m)
  assert.match(
    text,
    /^aviary_http_requests_total\{method="GET",route="\/api\/aviary\/v1\/firehose",status="1xx"\} /m,
  )
})
