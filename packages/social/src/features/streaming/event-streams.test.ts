import assert from "node:assert/strict"
import { after, afterEach, before, test } from "node:test"
import { startAviary, validateEntity } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import type { EventStreamClient } from "./stream-client.testing.ts"
import { openEvents } from "./stream-client.testing.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
const open = new Set<EventStreamClient>()

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  await aviary.settle()
})
afterEach(() => {
  for (const client of open) client.close()
  open.clear()
})
after(() => aviary.stop())

async function connect(path: string, token?: string): Promise<EventStreamClient> {
  const client = await openEvents(aviary.url, path, token)
  open.add(client)
  await client.until(":)\n")
  return client
}

/** Events as a client reads them, ended by empty lines. */
function eventsOf(text: string): { event: string | undefined; data: string | undefined }[] {
  return text
    .split("\n\n")
    .slice(0, -1)
    .map((block) => {
      const lines = block.split("\n")
      const of = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      return { event: of("event"), data: of("data") }
    })
}

test("a stream never ends, is not cached, and other sites may read it", async () => {
  const { response } = await connect("public")
  assert.equal(response.status, 200)
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/)
  assert.equal(response.headers.get("cache-control"), "no-store")
  assert.equal(response.headers.get("x-accel-buffering"), "no")
  assert.equal(response.headers.get("access-control-allow-origin"), "*")
})

test("updates, notifications and deletions, each as an event with one line of data", async () => {
  const client = await connect("user", alice.token)
  const { body } = await alice.api.post("/api/v1/statuses", { status: "two\nlines" })
  await bob.api.post(`/api/v1/statuses/${body.id}/favourite`)
  await client.until("event: notification")
  await alice.api.delete(`/api/v1/statuses/${body.id}`)
  const text = await client.until(`event: delete\ndata: ${body.id}\n\n`)
  assert.equal(text.includes("\r"), false)
  const events = eventsOf(text)
  assert.deepEqual(
    events.map((one) => one.event),
    ["update", "notification", "delete"],
  )
  assert.deepEqual(validateEntity("Status", JSON.parse(events[0]?.data ?? "")), [])
  assert.deepEqual(validateEntity("Notification", JSON.parse(events[1]?.data ?? "")), [])
})

test("each path streams what it says", async () => {
  const clients = {
    notifications: await connect("user/notification", alice.token),
    direct: await connect("direct", alice.token),
    public: await connect("public?only_media=true"),
    local: await connect("public/local"),
    remote: await connect("public/remote"),
    tag: await connect("hashtag?tag=Finch"),
    localTag: await connect("hashtag/local?tag=finch"),
  }
  await bob.api.post("/api/v1/statuses", { status: `@${alice.username} #finch` })
  await bob.api.post("/api/v1/statuses", { status: `@${alice.username}`, visibility: "direct" })
  await clients.notifications.until(/(event: notification[^]*){2}/)
  await clients.direct.until("event: conversation")
  for (const client of [clients.local, clients.tag, clients.localTag])
    await client.until(/event: update\n.*\n\n/)
  for (const client of [clients.public, clients.remote]) assert.deepEqual(eventsOf(client.text()), [])
})

test("a heartbeat each 15 seconds, without an empty line after it", async () => {
  const client = await connect("public")
  aviary.clock.advance(30_000)
  assert.equal(await client.until(":thump\n:thump\n"), ":)\n:thump\n:thump\n")
})

test("tokens and scopes are asked for before the stream begins", async () => {
  const writer = await aviary.member("writer", { scopes: ["write"] })
  assert.equal((await aviary.api.get("/api/v1/streaming/user")).status, 401)
  assert.equal((await aviary.apiWith("nonsense").get("/api/v1/streaming/public")).status, 401)
  assert.equal((await writer.api.get("/api/v1/streaming/user")).status, 403)
  assert.equal((await writer.api.get("/api/v1/streaming/user/notification")).status, 403)
  assert.equal((await writer.api.get("/api/v1/streaming/direct")).status, 403)
  assert.equal((await aviary.api.get("/api/v1/streaming/hashtag")).status, 422)
})

test("health is OK", async () => {
  const { status, body } = await aviary.api.get("/api/v1/streaming/health")
  assert.deepEqual([status, body], [200, "OK"])
})

test("the stream of a revoked token ends within a second", async () => {
  const carol = await aviary.member("carol")
  const client = await connect("user", carol.token)
  await aviary.social.core.db
    .updateTable("oauth_tokens")
    .set({ revoked_at: new Date(aviary.clock.now()) })
    .where("account_id", "=", Number(carol.id))
    .execute()
  aviary.clock.advance(1_000)
  await client.ended()
})
