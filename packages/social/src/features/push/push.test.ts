import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { setTimeout as pause } from "node:timers/promises"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import type { PushReceiver } from "./push-receiver.testing.ts"
import { startPushReceiver } from "./push-receiver.testing.ts"
import { createPushTokens } from "./push-tokens.ts"

const PATH = "/api/v1/push/subscription"
let aviary: TestAviary
const receivers: PushReceiver[] = []
let made = 0

before(async () => {
  aviary = await startAviary({ env: { AVIARY_PUSH_PRIVATE_SERVICES: "true" } })
})
after(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()))
  await aviary.stop()
})

interface Subscribed {
  readonly member: TestMember
  readonly receiver: PushReceiver
}

async function subscribe(
  data: Record<string, unknown>,
  subscription: Record<string, unknown> = { standard: true },
): Promise<Subscribed> {
  const receiver = await startPushReceiver()
  receivers.push(receiver)
  made += 1
  const member = await aviary.member(`reader${made}`)
  const { endpoint, keys } = receiver
  const { status, body } = await member.api.post(PATH, {
    subscription: { endpoint, keys, ...subscription },
    data,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return { member, receiver }
}

async function mention({ member }: Subscribed, by?: TestMember, text = "hello"): Promise<TestMember> {
  made += 1
  const author = by ?? (await aviary.member(`writer${made}`))
  await author.api.post("/api/v1/statuses", { status: `@${member.username} ${text}` })
  await aviary.settle()
  return author
}

const rowsOf = (table: "push_subscriptions" | "push_deliveries") =>
  aviary.social.core.db.selectFrom(table).selectAll().execute()

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 20) {
    if (waited > 10_000) throw new Error(`never: ${what}`)
    await pause(20)
  }
}

test("a mention is pushed as apps read it, encrypted for the browser, in either encoding", async () => {
  for (const standard of [true, false]) {
    const reader = await subscribe({ alerts: { mention: true } }, { standard })
    const author = await mention(reader, undefined, "how are the <b>kites</b>?")
    const [{ headers, message } = { headers: {}, message: {} }] = await reader.receiver.count(1)
    assert.equal(headers["content-encoding"], standard ? "aes128gcm" : "aesgcm")
    assert.match(String(headers.authorization), standard ? /^vapid t=/ : /^WebPush /)
    assert.equal(headers.ttl, "172800")
    assert.equal(message.title, `${author.username} mentioned you`)
    assert.equal(message.body, `@${reader.member.username} how are the <b>kites</b>?`)
    assert.equal(message.notification_type, "mention")
    assert.equal(message.access_token, reader.member.token)
    assert.equal(message.preferred_locale, "en")
    assert.match(String(message.icon), /^http/)
    const shown = await reader.member.api.get(`/api/v1/notifications/${String(message.notification_id)}`)
    assert.equal(shown.body.account.username, author.username)
  }
})

test("the key is made once, told by the instance, the app and the subscription, and is the signer's", async () => {
  const instance = await aviary.api.get("/api/v2/instance")
  const key = instance.body.configuration.vapid.public_key
  assert.equal(Buffer.from(key, "base64url").length, 65)
  const twin = await aviary.twin()
  assert.equal(
    (await twin.apiWith("").get("/api/v2/instance")).body.configuration.vapid.public_key,
    key,
    "one for all processes",
  )
  const app = await aviary.api.post("/api/v1/apps", {
    client_name: "x",
    redirect_uris: "urn:ietf:wg:oauth:2.0:oob",
  })
  assert.equal(app.body.vapid_key, key)
  const reader = await subscribe({ alerts: { mention: true } })
  assert.equal((await reader.member.api.get(PATH)).body.server_key, key)
  await mention(reader)
  const [received] = await reader.receiver.count(1)
  assert.ok(String(received?.headers.authorization).endsWith(`k=${key}`))
})

test("a subscription is one a token: shown, changed, replaced, ended", async () => {
  const { member, receiver } = await subscribe({ alerts: { mention: "1", poll: "0" }, policy: "followed" })
  const shown = (await member.api.get(PATH)).body
  assert.deepEqual(
    [shown.alerts.mention, shown.alerts.poll, shown.alerts["admin.report"], shown.policy, shown.endpoint],
    [true, false, false, "followed", receiver.endpoint],
  )
  const changed = await member.api.put(PATH, { data: { alerts: { poll: true }, policy: "none" } })
  assert.deepEqual(
    [changed.body.alerts.mention, changed.body.alerts.poll, changed.body.policy],
    [false, true, "none"],
  )
  const again = await member.api.post(PATH, {
    subscription: { endpoint: `${receiver.endpoint}2`, keys: receiver.keys },
  })
  assert.notEqual(again.body.id, shown.id)
  assert.equal((await member.api.get(PATH)).body.endpoint, `${receiver.endpoint}2`)
  assert.deepEqual((await member.api.delete(PATH)).body, {})
  assert.equal((await member.api.get(PATH)).status, 404)
  assert.equal((await member.api.put(PATH, { data: {} })).status, 404)
})

test("only what was asked for is pushed, and only from whom the policy lets", async () => {
  const all = await subscribe({ alerts: { favourite: true } })
  const followed = await subscribe({ alerts: { mention: true }, policy: "followed" })
  const none = await subscribe({ alerts: { mention: true }, policy: "none" })
  for (const reader of [all, followed, none]) await mention(reader)
  const friend = await aviary.member("friend")
  await followed.member.api.post(`/api/v1/accounts/${friend.id}/follow`)
  await mention(followed, friend, "from a friend")
  const [only] = await followed.receiver.count(1)
  assert.match(String(only?.message.title), /^friend /)
  await until("nothing waits", async () => (await rowsOf("push_deliveries")).length === 0)
  assert.deepEqual(
    [all, followed, none].map(({ receiver }) => receiver.requests()),
    [0, 1, 0],
  )
})

test("what has failed rests, comes again, and comes once", async () => {
  const reader = await subscribe({ alerts: { mention: true } })
  reader.receiver.answer(503, { "retry-after": "100" })
  await mention(reader)
  await until("a first try", () => reader.receiver.requests() === 1)
  await until("it rests", async () => (await rowsOf("push_subscriptions")).some((row) => row.failures === 1))
  aviary.clock.advance(60_000)
  await pause(100)
  assert.equal(reader.receiver.requests(), 1, "the service said when")
  reader.receiver.answer(201)
  aviary.clock.advance(60_000)
  await reader.receiver.count(1)
  await until("it is settled", async () => (await rowsOf("push_deliveries")).length === 0)
  aviary.clock.advance(600_000)
  assert.equal(reader.receiver.requests(), 2)
})

test("a subscription that is gone is dropped; so is one whose token was revoked", async () => {
  const gone = await subscribe({ alerts: { mention: true } })
  gone.receiver.answer(410)
  await mention(gone)
  await until("it is dropped", async () => {
    const { status } = await gone.member.api.get(PATH)
    return status === 404
  })
  const revoked = await subscribe({ alerts: { mention: true } })
  const { body } = await revoked.member.api.get("/api/aviary/v1/account/apps")
  await revoked.member.api.delete(`/api/aviary/v1/account/apps/${body[0].id}`)
  await mention(revoked)
  aviary.clock.advance(5_000)
  await until("it is dropped", async () =>
    (await rowsOf("push_subscriptions")).every((row) => row.endpoint !== revoked.receiver.endpoint),
  )
  assert.equal(revoked.receiver.requests(), 0)
})

test("a token that did not come with the request is learnt when a gateway asks whose it is", async () => {
  const reader = await subscribe({ alerts: { mention: true } })
  const { db, seal } = aviary.social.core
  const where = { endpoint: reader.receiver.endpoint }
  const row = await db
    .updateTable("push_subscriptions")
    .set({ sealed_token: null })
    .where("endpoint", "=", where.endpoint)
    .returning(["token_id", "account_id"])
    .executeTakeFirstOrThrow()
  const tokens = createPushTokens({ db, seal })
  assert.equal(await tokens.seal("eyJ0.signed.elsewhere", row.token_id), null)
  const viewer = { tokenId: row.token_id, appId: 1, accountId: row.account_id }
  await tokens.learn("somebody-else", { ...viewer, scopes: ["read"] })
  await mention(reader)
  await reader.receiver.count(1)
  await tokens.learn(reader.member.token, { ...viewer, scopes: ["push"] })
  await tokens.learn("a later one", { ...viewer, scopes: ["push"] })
  await mention(reader)
  const messages = (await reader.receiver.count(2)).map(({ message }) => message.access_token)
  assert.deepEqual(messages, ["", reader.member.token])
})

test("no token is stored as it is", async () => {
  const reader = await subscribe({ alerts: {} })
  const rows = await rowsOf("push_subscriptions")
  const mine = rows.find((row) => row.endpoint === reader.receiver.endpoint)
  assert.ok(mine?.sealed_token && mine.sealed_token.length > 40)
  assert.ok(!mine.sealed_token.includes(reader.member.token))
})

test("keys that are none are refused, field by field", async () => {
  const { member, receiver } = await subscribe({ alerts: {} })
  const post = (subscription: object) => member.api.post(PATH, { subscription })
  const { endpoint, keys } = receiver
  assert.match((await post({ endpoint, keys: { ...keys, p256dh: "AAAA" } })).body.error, /p256dh/)
  const offCurve = Buffer.alloc(65, 4).toString("base64url")
  assert.match((await post({ endpoint, keys: { ...keys, p256dh: offCurve } })).body.error, /p256dh/)
  assert.match((await post({ endpoint, keys: { ...keys, auth: "AAAA" } })).body.error, /auth/)
  assert.match((await post({ endpoint: "ftp://x", keys })).body.error, /endpoint/)
  assert.equal((await member.api.post(PATH, {})).status, 422)
})

test("where private services are not allowed, nobody can make the server knock on inner doors", async () => {
  const strict = await startAviary()
  const inner = await startPushReceiver()
  try {
    const member = await strict.member("wren")
    const post = (endpoint: string) =>
      member.api.post(PATH, {
        subscription: { endpoint, keys: inner.keys, standard: true },
        data: { alerts: { mention: true } },
      })
    for (const endpoint of [
      inner.endpoint,
      "https://127.0.0.1/x",
      "https://10.0.0.1/",
      "https://[::1]/",
      "https://[::ffff:127.0.0.1]/",
      "https://169.254.169.254/latest",
      "http://push.example/",
      "https://user:secret@push.example/",
    ]) {
      assert.equal((await post(endpoint)).status, 422, endpoint)
    }
    // A name that leads inside: it is taken, and found out when it is resolved.
    const { port } = new URL(inner.endpoint)
    assert.equal((await post(`https://localhost:${port}/`)).status, 200)
    const author = await strict.member("crow")
    await author.api.post("/api/v1/statuses", { status: "@wren psst" })
    await strict.settle()
    const { db } = strict.social.core
    await until("it has failed", async () => {
      const rows = await db.selectFrom("push_subscriptions").select("failures").execute()
      return rows[0]?.failures === 1
    })
    assert.equal(inner.connections(), 0)
  } finally {
    await inner.close()
    await strict.stop()
  }
})
