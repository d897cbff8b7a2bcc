import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
let carol: TestMember

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  carol = await aviary.member("carol")
})
after(() => aviary.stop())

async function publish(by: TestMember, fields: Record<string, unknown>): Promise<string> {
  const { status, body } = await by.api.post("/api/v1/statuses", fields)
  assert.equal(status, 200, JSON.stringify(body))
  return body.id
}

async function context(by: { api: TestMember["api"] }, id: string) {
  const { status, body } = await by.api.get(`/api/v1/statuses/${id}/context`)
  assert.equal(status, 200)
  const ids = (posts: { id: string }[]) => posts.map((post) => post.id)
  return { ancestors: ids(body.ancestors), descendants: ids(body.descendants) }
}

test("a thread has what a post answers above, and what answers it below in order", async () => {
  const root = await publish(alice, { status: "root" })
  const first = await publish(bob, { status: "first", in_reply_to_id: root })
  const second = await publish(carol, { status: "second", in_reply_to_id: root })
  const own = await publish(alice, { status: "own", in_reply_to_id: root })
  const deep = await publish(carol, { status: "deep", in_reply_to_id: first })
  const deeper = await publish(bob, { status: "deeper", in_reply_to_id: deep })
  assert.deepEqual(await context(alice, root), {
    ancestors: [],
    descendants: [own, first, deep, deeper, second],
  })
  assert.deepEqual(await context(aviary, deep), { ancestors: [root, first], descendants: [deeper] })
  assert.equal((await alice.api.get(`/api/v1/statuses/${root}`)).body.replies_count, 3)
})

test("what the viewer may not see is left out, and what answers it stays", async () => {
  const root = await publish(alice, { status: "root" })
  const hidden = await publish(bob, { status: "to @alice", visibility: "direct", in_reply_to_id: root })
  const below = await publish(alice, { status: "openly", in_reply_to_id: hidden })
  assert.deepEqual((await context(alice, root)).descendants, [hidden, below])
  assert.deepEqual((await context(carol, root)).descendants, [below])
  assert.deepEqual((await context(aviary, below)).ancestors, [root])
  assert.equal((await carol.api.get(`/api/v1/statuses/${hidden}/context`)).status, 404)
  assert.equal((await carol.api.get(`/api/v1/statuses/${root}`)).body.replies_count, 0)
})

test("whom the viewer mutes is not in the thread", async () => {
  const root = await publish(alice, { status: "root" })
  const reply = await publish(bob, { status: "noise", in_reply_to_id: root })
  const { events, nextId } = aviary.social.core
  await events.transact([], (tx) =>
    tx.append([
      {
        type: "mute.created",
        stream: "pair:test",
        actor: Number(carol.id),
        data: {
          id: nextId(),
          account_id: Number(carol.id),
          target_id: Number(bob.id),
          notifications: true,
          expires_at: new Date(aviary.clock.now() + 60_000).toISOString(),
        },
      },
    ]),
  )
  assert.deepEqual((await context(carol, root)).descendants, [])
  assert.deepEqual((await context(alice, root)).descendants, [reply])
  aviary.clock.advance(60_001)
  assert.deepEqual((await context(carol, root)).descendants, [reply])
})

test("somebody who is not signed in gets forty above and sixty below", async () => {
  const { core } = aviary.social
  const ids = Array.from({ length: 46 + 65 }, () => core.nextId())
  const last = String(ids[45])
  await core.events.transact([], (tx) =>
    tx.append(
      ids.map((id, index) => ({
        type: "post.created" as const,
        stream: `post:${id}`,
        actor: Number(alice.id),
        data: {
          ...plainPost(id),
          reply_to_id: ids[Math.min(index - 1, 45)] ?? null,
          conversation_id: ids[0] ?? 0,
        },
      })),
    ),
  )
  const anonymous = await context(aviary, last)
  assert.equal(anonymous.ancestors.length, 40)
  assert.equal(anonymous.descendants.length, 60)
  const member = await context(carol, last)
  assert.equal(member.ancestors.length, 45)
  assert.equal(member.descendants.length, 65)
  assert.deepEqual(anonymous.ancestors, member.ancestors.slice(5))
})

function plainPost(id: number) {
  return {
    id,
    author_id: Number(alice.id),
    text: "x",
    html: "<p>x</p>",
    spoiler_text: "",
    visibility: "public" as const,
    sensitive: false,
    language: null,
    reply_to_account_id: null,
    mentions: [],
    tags: [],
    media_ids: [],
    poll: null,
    application: null,
  }
}

test("several posts by id: in the order asked for, without those one may not see, twenty at most", async () => {
  const one = await publish(alice, { status: "one" })
  const two = await publish(alice, { status: "two" })
  const direct = await publish(alice, { status: "psst", visibility: "direct" })
  const { body } = await bob.api.get(`/api/v1/statuses?id[]=${two}&id[]=${direct}&id[]=${one}&id[]=5`)
  assert.deepEqual(
    body.map((post: { id: string }) => post.id),
    [two, one],
  )
  assert.deepEqual((await bob.api.get("/api/v1/statuses")).body, [])
  const many = Array.from({ length: 21 }, (_, n) => `id[]=${n + 1}`).join("&")
  assert.equal((await bob.api.get(`/api/v1/statuses?${many}`)).status, 422)
})

test("defaults, the app, quotes and translation", async () => {
  const { status, body } = await alice.api.post("/api/v1/statuses", {
    status: "",
    spoiler_text: "only a warning",
    language: "not a language",
    quote_approval_policy: "public",
    quoted_status_id: "",
    poll: null,
  })
  assert.equal(status, 200)
  assert.match(body.content, /only a warning/)
  assert.equal(body.spoiler_text, "")
  assert.equal(body.language, null)
  assert.deepEqual(body.application, { name: "Testkit", website: null })
  const warned = await alice.api.post("/api/v1/statuses", {
    status: "x",
    spoiler_text: "cw",
    sensitive: false,
  })
  assert.equal(warned.body.sensitive, true)
  assert.deepEqual((await alice.api.get(`/api/v1/statuses/${body.id}/quotes`)).body, [])
  const quoting = await alice.api.post("/api/v1/statuses", { status: "see", quoted_status_id: body.id })
  assert.deepEqual(
    [quoting.status, quoting.body.error],
    [422, "Validation failed: quoted_status_id: posts cannot be quoted here"],
  )
  assert.equal((await alice.api.post(`/api/v1/statuses/${body.id}/translate`)).status, 501)
})
