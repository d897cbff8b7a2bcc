import assert from "node:assert/strict"
import { after, afterEach, before, test } from "node:test"
import { startAviary, validateEntity } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import type { NewDomainEvent } from "../../events/event-log.ts"
import type { Received, SocketClient, SocketOptions } from "./stream-client.testing.ts"
import { openSocket, roundTrip } from "./stream-client.testing.ts"

let aviary: TestAviary
let names = 0
const open = new Set<SocketClient>()

before(async () => {
  aviary = await startAviary()
  await aviary.settle()
})
afterEach(async () => {
  for (const client of open) client.ws.terminate()
  await Promise.all([...open].map((client) => client.closed()))
  open.clear()
})
after(() => aviary.stop())

async function member(options: { scopes?: string[] } = {}): Promise<TestMember> {
  names += 1
  return aviary.member(`bird${names}`, options)
}

async function connect(options: SocketOptions = {}): Promise<SocketClient> {
  const client = await openSocket(aviary.url, options)
  open.add(client)
  return client
}

/** A socket that listens to a stream already. */
async function listen(options: SocketOptions, ...streams: Record<string, string>[]): Promise<SocketClient> {
  const client = await connect(options)
  for (const stream of streams) client.send({ type: "subscribe", ...stream })
  await roundTrip(client)
  return client
}

async function happen(...events: NewDomainEvent[]): Promise<void> {
  await aviary.social.core.events.transact([], (tx) => tx.append(events))
}

const pair = (a: TestMember, b: TestMember): string => `pair:${a.id}:${b.id}`

async function follow(
  by: TestMember,
  whom: TestMember,
  options: Record<string, unknown> = {},
): Promise<void> {
  const data = {
    id: aviary.social.core.nextId(),
    follower_id: Number(by.id),
    followee_id: Number(whom.id),
    show_reposts: true,
    notify: false,
    languages: null,
    ...options,
  }
  await happen({ type: "follow.created", stream: pair(by, whom), actor: Number(by.id), data })
}

async function block(by: TestMember, whom: TestMember): Promise<void> {
  const data = { id: aviary.social.core.nextId(), account_id: Number(by.id), target_id: Number(whom.id) }
  await happen({ type: "block.created", stream: pair(by, whom), actor: Number(by.id), data })
}

async function mute(by: TestMember, whom: TestMember): Promise<void> {
  const data = {
    id: aviary.social.core.nextId(),
    account_id: Number(by.id),
    target_id: Number(whom.id),
    notifications: true,
    expires_at: null,
  }
  await happen({ type: "mute.created", stream: pair(by, whom), actor: Number(by.id), data })
}

async function post(by: TestMember, status: string, more: Record<string, unknown> = {}) {
  const answer = await by.api.post("/api/v1/statuses", { status, ...more })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

function payloadOf(frame: Received) {
  return JSON.parse(frame.payload ?? "") as Record<string, never> & { id: string }
}

/** The ids of posts that came as `event` (default `update`), once all that happened so far has been streamed. */
async function streamed(client: SocketClient, event = "update"): Promise<string[]> {
  await aviary.settle()
  await roundTrip(client)
  return client.received.filter((frame) => frame.event === event).map((frame) => payloadOf(frame).id)
}

interface Conversation {
  readonly unread: boolean
  readonly last_status: { readonly id: string }
  readonly accounts: readonly { readonly id: string }[]
}

const update = (frame: Received): boolean => frame.event === "update"

test("the home stream has what the home timeline has, and nothing else", async () => {
  const [me, friend, quiet, stranger, muted, blocker, third] = await Promise.all(
    Array.from({ length: 7 }, () => member()),
  )
  if (!me || !friend || !quiet || !stranger || !muted || !blocker || !third) return
  for (const one of [friend, muted, third]) await follow(me, one)
  await follow(me, quiet, { show_reposts: false, languages: ["de"] })
  await follow(third, friend)
  await mute(me, muted)
  await block(blocker, me)
  for (const tag of ["kites", "wrens"]) await me.api.post(`/api/v1/tags/${tag}/follow`)
  const client = await listen({ token: me.token }, { stream: "user" })

  const strange = await post(stranger, "nobody of mine")
  const blocked = await post(blocker, "you may not see me")
  await post(muted, "muted")
  await post(friend, "hello", { visibility: "private" })
  await post(stranger, "not for you", { visibility: "private" })
  await post(friend, "psst", { visibility: "direct" })
  await post(friend, `psst @${me.username}`, { visibility: "direct" })
  await post(friend, "to a stranger", { in_reply_to_id: strange.id })
  await post(friend, `with @${muted.username}`)
  await post(quiet, "english", { language: "en" })
  await post(quiet, "deutsch", { language: "de" })
  const mine = await post(me, "mine")
  await post(third, "to me", { in_reply_to_id: mine.id })
  await post(me, "to a stranger", { in_reply_to_id: strange.id })
  await friend.api.post(`/api/v1/statuses/${strange.id}/reblog`)
  await third.api.post(`/api/v1/statuses/${blocked.id}/reblog`)
  await quiet.api.post(`/api/v1/statuses/${mine.id}/reblog`)
  await post(stranger, "a followed tag, in reply to a stranger #kites", { in_reply_to_id: strange.id })
  await post(friend, "two followed tags, of somebody followed #kites #wrens")
  await post(quiet, "followed tag, unwanted language #wrens", { language: "en" })
  await post(stranger, "quiet #kites", { visibility: "unlisted" })
  await post(muted, "muted #kites")
  await post(blocker, "you may not see me #kites")
  await post(stranger, `#kites with @${muted.username}`)
  const ids = await streamed(client)
  const home = (await me.api.get("/api/v1/timelines/home?limit=40")).body.map(
    (status: { id: string }) => status.id,
  )
  assert.equal(ids.length, 10)
  assert.deepEqual(ids.toReversed(), home)
})

test("payloads are statuses, right for each viewer", async () => {
  const [author, fan, other] = await Promise.all([member(), member(), member()])
  await follow(fan, author)
  await follow(other, author)
  const original = await post(author, "like me")
  await fan.api.post(`/api/v1/statuses/${original.id}/favourite`)
  await fan.api.post(`/api/v1/statuses/${original.id}/bookmark`)
  const clients = [
    await listen({ token: fan.token }, { stream: "user" }),
    await listen({ token: other.token }, { stream: "user" }),
    await listen({ token: author.token }, { stream: "user" }),
  ]
  await author.api.put(`/api/v1/statuses/${original.id}`, { status: "like me more" })
  const seen = await Promise.all(
    clients.map((client) => client.next((frame) => frame.event === "status.update")),
  )
  const statuses = seen.map((frame) => JSON.parse(frame.payload ?? "") as Record<string, unknown>)
  for (const status of statuses) assert.deepEqual(validateEntity("Status", status), [])
  assert.deepEqual(
    statuses.map((status) => [status.favourited, status.bookmarked, "pinned" in status]),
    [
      [true, true, false],
      [false, false, false],
      [false, false, true],
    ],
  )
  assert.deepEqual(seen[0]?.stream, ["user"])
})

test("notifications come once they can be listed, on the user's and the notifications' stream", async () => {
  const [me, friend, foe] = await Promise.all([member(), member(), member()])
  await block(me, foe)
  const mine = await post(me, "mine")
  const client = await listen({ token: me.token }, { stream: "user" }, { stream: "user:notification" })
  await foe.api.post(`/api/v1/statuses/${mine.id}/favourite`)
  await post(foe, `@${me.username}`)
  await friend.api.post(`/api/v1/statuses/${mine.id}/favourite`)
  const frames = [
    await client.next((frame) => frame.event === "notification"),
    await client.next((frame) => frame.event === "notification"),
  ]
  assert.deepEqual(
    new Set(frames.map((frame) => frame.stream?.join())),
    new Set(["user", "user:notification"]),
  )
  const [notification] = frames.map(payloadOf)
  assert.deepEqual(validateEntity("Notification", notification), [])
  assert.equal((await me.api.get(`/api/v1/notifications/${notification?.id}`)).body.account.id, friend.id)
  await aviary.settle()
  await roundTrip(client)
  assert.equal(client.received.filter((frame) => frame.event === "notification").length, 2)
})

test("without the scope there are no notifications, and no stream of them", async () => {
  const me = await member({ scopes: ["read:statuses", "write:statuses"] })
  const friend = await member()
  const client = await listen({ token: me.token }, { stream: "user" })
  client.send({ type: "subscribe", stream: "user:notification" })
  const refusal = await client.next((frame) => frame.error !== undefined)
  assert.deepEqual(refusal, { error: "This action is outside the authorized scopes", status: 403 })
  await post(friend, `@${me.username}`)
  await post(me, "mine")
  await client.next(update)
  await aviary.settle()
  await roundTrip(client)
  assert.equal(
    client.received.some((frame) => frame.event === "notification"),
    false,
  )
})

test("public and tag streams: public posts only, with every parameter in `stream`", async () => {
  const [me, author, hidden] = await Promise.all([member(), member(), member()])
  await mute(me, hidden)
  const streams = [
    { stream: "public:local" },
    { stream: "hashtag", tag: "BIRDS" },
    { stream: "public:local:media" },
  ]
  const client = await listen({ token: me.token }, ...streams)
  const anonymous = await listen({}, { stream: "public" })
  await post(author, "#birds unlisted", { visibility: "unlisted" })
  await post(author, "#birds private", { visibility: "private" })
  const unseen = await post(hidden, "#birds muted")
  const seen = await post(author, "#Birds")
  const reply = await post(hidden, "a reply", { in_reply_to_id: seen.id })
  const tagged = await post(author, "a reply with #birds", { in_reply_to_id: reply.id })
  await aviary.settle()
  await roundTrip(client)
  await roundTrip(anonymous)
  const frames = client.received.filter(update).map((frame) => [frame.stream, payloadOf(frame).id])
  assert.deepEqual(frames, [
    [["hashtag", "BIRDS"], seen.id],
    [["public:local"], seen.id],
    [["hashtag", "BIRDS"], tagged.id],
  ])
  assert.deepEqual(
    anonymous.received.filter(update).map((frame) => payloadOf(frame).id),
    [unseen.id, seen.id],
  )
  assert.equal("favourited" in payloadOf(anonymous.received.filter(update)[0] ?? {}), false)
})

test("deletions reach those who may have had the post, as its bare id", async () => {
  const [author, follower, stranger] = await Promise.all([member(), member(), member()])
  await follow(follower, author)
  const clients = [
    await listen({ token: follower.token }, { stream: "user" }),
    await listen({ token: stranger.token }, { stream: "user" }),
  ]
  const open = await post(author, "open")
  const secret = await post(author, "for followers", { visibility: "private" })
  await author.api.delete(`/api/v1/statuses/${secret.id}`)
  await author.api.delete(`/api/v1/statuses/${open.id}`)
  await aviary.settle()
  for (const client of clients) await roundTrip(client)
  assert.deepEqual(
    clients.map((client) =>
      client.received.filter((frame) => frame.event === "delete").map((frame) => frame.payload),
    ),
    [[secret.id, open.id], [open.id]],
  )
})

test("direct posts come as conversations to those in them", async () => {
  const [me, friend, other] = await Promise.all([member(), member(), member()])
  const mine = await listen({ token: me.token }, { stream: "direct" })
  const others = await listen({ token: other.token }, { stream: "direct" })
  const direct = await post(friend, `@${me.username} psst`, { visibility: "direct" })
  const frame = await mine.next((one) => one.event === "conversation")
  const conversation = JSON.parse(frame.payload ?? "") as Conversation
  assert.deepEqual(validateEntity("Conversation", conversation), [])
  assert.equal(conversation.last_status.id, direct.id)
  assert.equal(conversation.unread, true)
  assert.deepEqual(
    conversation.accounts.map((account) => account.id),
    [friend.id],
  )
  assert.deepEqual(await streamed(others, "conversation"), [])
})

test("unsubscribing ends one stream and leaves the others", async () => {
  const me = await member()
  const client = await listen(
    { token: me.token },
    { stream: "user" },
    { stream: "public" },
    { stream: "public" },
  )
  await post(me, "one")
  assert.equal((await streamed(client)).length, 2)
  client.send({ type: "unsubscribe", stream: "public" })
  client.send({ type: "unsubscribe", stream: "hashtag", tag: "never" })
  await roundTrip(client)
  await post(me, "two")
  assert.equal((await streamed(client)).length, 3)
})

test("a token by header, by query, and by protocol, which is echoed", async () => {
  const me = await member()
  const clients = [
    await connect({ token: me.token, query: "?stream=user" }),
    await connect({ query: `/?access_token=${me.token}&stream=user` }),
    await connect({ protocols: [me.token], query: "?stream=user" }),
  ]
  assert.equal(clients[2]?.ws.protocol, me.token)
  for (const client of clients) await roundTrip(client)
  const mine = await post(me, "mine")
  for (const client of clients) assert.equal(payloadOf(await client.next(update)).id, mine.id)
})

test("a bad token is refused before the upgrade, another path is not found", async () => {
  await assert.rejects(openSocket(aviary.url, { token: "nonsense" }), /refused with 401/)
  await assert.rejects(openSocket(aviary.url, { protocols: ["nonsense"] }), /refused with 401/)
  await assert.rejects(openSocket(`${aviary.url}/elsewhere`), /refused with 404/)
})

test("what is wrong is told in a frame, and the socket stays open", async () => {
  const client = await connect({ query: "?stream=user" })
  const errors: [object | string, Received][] = [
    ["", { error: "The access token is invalid", status: 401 }],
    [
      { type: "subscribe", stream: "nonsense" },
      { error: "Unknown stream type", status: 400 },
    ],
    [
      { type: "subscribe", stream: "hashtag" },
      { error: "Validation failed: tag: is not a hashtag", status: 422 },
    ],
    [
      { type: "subscribe", stream: "direct" },
      { error: "The access token is invalid", status: 401 },
    ],
  ]
  for (const [message, expected] of errors) {
    if (message !== "") client.send(message)
    assert.deepEqual(await client.next((frame) => frame.error !== undefined), expected)
  }
  for (const message of ["{broken", "[]", "null", '{"type":"dance","stream":"user"}']) {
    client.send(message)
    assert.equal((await client.next((frame) => frame.error !== undefined)).status, 400)
  }
  assert.equal(client.ws.readyState, client.ws.OPEN)
})

test("messages, subscriptions and streams of a token are bounded", async () => {
  const me = await member()
  const client = await connect({ token: me.token })
  for (let index = 0; index < 64; index += 1)
    client.send({ type: "subscribe", stream: "hashtag", tag: `t${index}` })
  client.send({ type: "subscribe", stream: "hashtag", tag: "t0" })
  client.send({ type: "subscribe", stream: "user" })
  const refusal = await client.next((frame) => frame.error !== undefined)
  assert.deepEqual(refusal, { error: "Too many streams: 64 at most", status: 429 })
  client.send("x".repeat(5_000))
  assert.equal((await client.closed()).code, 1009)

  const clients = await Promise.all(Array.from({ length: 31 }, () => connect({ token: me.token })))
  await connect({ token: me.token })
  await assert.rejects(openSocket(aviary.url, { token: me.token }), /refused with 429/)
  const [first] = clients
  first?.ws.close()
  await first?.closed()
  await connect({ token: me.token })
})

test("the streams of a revoked token are closed within a second", async () => {
  const [me, other] = await Promise.all([member(), member()])
  const clients = [await connect({ token: me.token }), await connect({ token: other.token })]
  await aviary.social.core.db
    .updateTable("oauth_tokens")
    .set({ revoked_at: new Date(aviary.clock.now()) })
    .where("account_id", "=", Number(me.id))
    .execute()
  aviary.clock.advance(1_000)
  assert.equal((await clients[0]?.closed())?.code, 1008)
  if (clients[1]) await roundTrip(clients[1])
})

test("peers are pinged each half minute, and cut when they do not answer", async () => {
  const me = await member()
  const alive = await connect({ token: me.token })
  const dead = await connect({ token: me.token })
  const pinged = new Promise((resolve) => alive.ws.once("ping", resolve))
  dead.ws.pause()
  aviary.clock.advance(30_000)
  await pinged
  // The answer has arrived when what was sent after it is answered.
  await roundTrip(alive)
  aviary.clock.advance(30_000)
  await roundTrip(alive)
  dead.ws.resume()
  assert.equal((await dead.closed()).code, 1006)
})

test("a reader of streams that comes and goes leaves nothing behind", async () => {
  const me = await member()
  for (let index = 0; index < 40; index += 1) {
    const client = await connect({ token: me.token, query: "?stream=user" })
    client.ws.close()
    await client.closed()
    open.delete(client)
  }
  // Were closed ones still counted, this would be the 41st of at most 32.
  await connect({ token: me.token })
})
