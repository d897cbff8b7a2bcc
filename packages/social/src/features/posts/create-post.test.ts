import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
})
after(() => aviary.stop())

test("a post has its HTML, mentions and tags, and others see it", async () => {
  const { status, body } = await alice.api.post("/api/v1/statuses", {
    status: "Hello @bob, look at #Birds <b>now</b>",
    visibility: "public",
  })
  assert.equal(status, 200)
  assert.match(body.content, /class="u-url mention"/)
  assert.match(body.content, /&lt;b&gt;now/)
  assert.deepEqual(
    body.mentions.map((mention: { acct: string }) => mention.acct),
    ["bob"],
  )
  assert.deepEqual(
    body.tags.map((tag: { name: string }) => tag.name),
    ["birds"],
  )
  const seen = await bob.api.get(`/api/v1/statuses/${body.id}`)
  assert.equal(seen.status, 200)
  assert.equal(seen.body.account.acct, "alice")
})

test("the same idempotency key twice, at once, is one post", async () => {
  const send = () =>
    alice.api.post("/api/v1/statuses", { status: "once" }, { headers: { "idempotency-key": "k1" } })
  const answers = await Promise.all(Array.from({ length: 8 }, send))
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]))
  assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1)
  const { rows } = await aviary.social.core.db
    .selectFrom("posts")
    .select("id")
    .where("text", "=", "once")
    .execute()
    .then((found) => ({ rows: found }))
  assert.equal(rows.length, 1)
})

test("private and direct posts are seen by those they are for", async () => {
  const carol = await aviary.member("carol")
  const direct = await alice.api.post("/api/v1/statuses", { status: "psst @bob", visibility: "direct" })
  const followersOnly = await alice.api.post("/api/v1/statuses", { status: "friends", visibility: "private" })
  assert.equal((await bob.api.get(`/api/v1/statuses/${direct.body.id}`)).status, 200)
  assert.equal((await carol.api.get(`/api/v1/statuses/${direct.body.id}`)).status, 404)
  assert.equal((await aviary.api.get(`/api/v1/statuses/${direct.body.id}`)).status, 404)
  assert.equal((await bob.api.get(`/api/v1/statuses/${followersOnly.body.id}`)).status, 404)
})

test("bad input names the field and is never a 500", async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ status: "" }, /status: can't be blank/],
    [{ status: "x".repeat(501) }, /501 characters/],
    [{ status: "x", visibility: "secret" }, /visibility/],
    [{ status: "x", media_ids: ["nonsense"] }, /media_ids/],
    [{ status: "x", media_ids: ["123"] }, /media_ids: no such file/],
    [{ status: "x", poll: { options: ["a"], expires_in: 300 } }, /poll.options/],
    [{ status: "x", in_reply_to_id: "abc" }, /in_reply_to_id/],
  ]
  for (const [body, expected] of cases) {
    const answer = await alice.api.post("/api/v1/statuses", body)
    assert.equal(answer.status, 422, JSON.stringify(body))
    assert.match(answer.body.error, expected)
  }
  assert.equal((await alice.api.get("/api/v1/statuses/not-an-id")).status, 404)
  assert.equal((await alice.api.post("/api/v1/statuses", "{broken")).status, 400)
})
