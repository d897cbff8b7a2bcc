import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { createCreatePost } from "../posts/create-post.ts"
import { createPublishDuePosts } from "./publish-due-posts.ts"
import type { PublishDuePosts } from "./publish-due-posts.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
let publishDue: PublishDuePosts

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  const { core } = aviary.social
  publishDue = createPublishDuePosts({ ...core, createPost: createCreatePost(core) })
})
after(() => aviary.stop())

const inMinutes = (minutes: number) => new Date(aviary.clock.now() + minutes * 60_000).toISOString()

async function schedule(fields: Record<string, unknown>, minutes = 10) {
  const { status, body } = await alice.api.post("/api/v1/statuses", {
    scheduled_at: inMinutes(minutes),
    ...fields,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function texts(): Promise<string[]> {
  const rows = await aviary.social.core.db.selectFrom("posts").select("text").orderBy("id").execute()
  return rows.map((row) => row.text)
}

test("a post for later is kept, shown to its member, and published at its time", async () => {
  const at = inMinutes(10)
  const scheduled = await schedule({
    status: "later",
    visibility: "unlisted",
    poll: { options: ["a", "b"], expires_in: 600 },
  })
  assert.equal(scheduled.scheduled_at, at)
  assert.equal(scheduled.params.text, "later")
  assert.equal(scheduled.params.visibility, "unlisted")
  assert.deepEqual(scheduled.params.poll.options, ["a", "b"])
  assert.deepEqual((await alice.api.get("/api/v1/scheduled_statuses")).body, [scheduled])
  assert.deepEqual((await alice.api.get(`/api/v1/scheduled_statuses/${scheduled.id}`)).body, scheduled)
  assert.deepEqual((await bob.api.get("/api/v1/scheduled_statuses")).body, [])
  assert.equal((await bob.api.get(`/api/v1/scheduled_statuses/${scheduled.id}`)).status, 404)

  assert.equal(await publishDue(), 0)
  assert.deepEqual(await texts(), [])
  aviary.clock.advance(600_000)
  await Promise.all([publishDue(), publishDue(), publishDue()])
  assert.deepEqual(await texts(), ["later"])
  assert.deepEqual((await alice.api.get("/api/v1/scheduled_statuses")).body, [])
  const [post] = await aviary.social.core.db.selectFrom("posts").selectAll().execute()
  assert.equal(post?.visibility, "unlisted")
  assert.deepEqual(post?.application, { name: "Testkit", website: null })
  assert.notEqual(post?.poll_id, null)
})

test("the time must be five minutes ahead, and a time", async () => {
  const before = await texts()
  for (const scheduled_at of [inMinutes(4), inMinutes(-1), "soon", "2026-13-45"]) {
    const { status, body } = await alice.api.post("/api/v1/statuses", { status: "x", scheduled_at })
    assert.equal(status, 422, scheduled_at)
    assert.match(body.error, /scheduled_at/)
  }
  assert.deepEqual(await texts(), before)
  const blank = await alice.api.post("/api/v1/statuses", { status: "", scheduled_at: inMinutes(10) })
  assert.match(blank.body.error, /can't be blank/)
})

test("only the time can be changed, and a cancelled post does not come", async () => {
  const moved = await schedule({ status: "moved" })
  const cancelled = await schedule({ status: "cancelled" })
  const path = `/api/v1/scheduled_statuses/${moved.id}`
  const { body } = await alice.api.put(path, { scheduled_at: inMinutes(60), status: "other words" })
  assert.equal(body.scheduled_at, inMinutes(60))
  assert.equal(body.params.text, "moved")
  assert.equal((await alice.api.put(path, { scheduled_at: inMinutes(1) })).status, 422)
  assert.equal((await alice.api.put(path, {})).status, 422)
  assert.equal((await bob.api.put(path, { scheduled_at: inMinutes(70) })).status, 404)
  assert.equal((await bob.api.delete(path)).status, 404)
  const gone = await alice.api.delete(`/api/v1/scheduled_statuses/${cancelled.id}`)
  assert.deepEqual([gone.status, gone.body], [200, {}])
  assert.equal((await alice.api.delete(`/api/v1/scheduled_statuses/${cancelled.id}`)).status, 404)

  aviary.clock.advance(600_000)
  await publishDue()
  assert.ok(!(await texts()).some((text) => text === "moved" || text === "cancelled"))
  aviary.clock.advance(3_000_000)
  await publishDue()
  assert.equal((await texts()).filter((text) => text === "moved").length, 1)
})

test("the same idempotency key twice is one scheduled post", async () => {
  const body = { status: "keyed", scheduled_at: inMinutes(10) }
  const options = { headers: { "idempotency-key": "scheduled" } }
  const answers = await Promise.all([1, 2, 3].map(() => alice.api.post("/api/v1/statuses", body, options)))
  assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1)
  await alice.api.delete(`/api/v1/scheduled_statuses/${answers[0]?.body.id}`)
})

test("one that can no longer be published does not hold up the others", async () => {
  const parent = await bob.api.post("/api/v1/statuses", { status: "soon gone" })
  await schedule({ status: "orphan", in_reply_to_id: parent.body.id })
  await schedule({ status: "sound" })
  await bob.api.delete(`/api/v1/statuses/${parent.body.id}`)
  aviary.clock.advance(600_000)
  await publishDue()
  const all = await texts()
  assert.ok(all.includes("sound"))
  assert.ok(!all.includes("orphan"))
  assert.deepEqual((await alice.api.get("/api/v1/scheduled_statuses")).body, [])
})

test("a failure in the middle leaves the post scheduled, and the next round publishes it", async () => {
  const { core } = aviary.social
  await schedule({ status: "through a crash" }, 30)
  const createPost = createCreatePost(core)
  const crashing = createPublishDuePosts({
    ...core,
    // Dies after the row was taken and before the commit.
    createPost: (author, post, claim) =>
      createPost(author, post, async (tx) => {
        await claim?.(tx)
        throw new Error("killed")
      }),
  })
  // The clock is set, not moved: no ticker may come between.
  aviary.clock.set(aviary.clock.now() + 1_800_000)
  assert.equal(await crashing(), 0)
  assert.ok(!(await texts()).includes("through a crash"))
  assert.equal(await publishDue(), 1)
  assert.equal((await texts()).filter((text) => text === "through a crash").length, 1)
})

test("at most twenty-five posts for one day, also by requests at once", async () => {
  const carol = await aviary.member("carol")
  const send = (n: number) =>
    carol.api.post("/api/v1/statuses", { status: `bird ${n}`, scheduled_at: inMinutes(60 * 24 * 7) })
  const answers = await Promise.all(Array.from({ length: 27 }, (_, n) => send(n)))
  assert.equal(answers.filter((answer) => answer.status === 200).length, 25)
  assert.match(answers.find((answer) => answer.status !== 200)?.body.error, /25 posts for one day/)
  const page = await carol.api.get("/api/v1/scheduled_statuses?limit=20")
  assert.equal(page.body.length, 20)
  const next = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1] ?? ""
  assert.equal((await carol.api.get(next.slice(aviary.url.length))).body.length, 5)
})

test("media of a scheduled post belongs to it until it is published or cancelled", async () => {
  const { core } = aviary.social
  const id = core.nextId()
  await core.events.transact([], (tx) =>
    tx.append([
      {
        type: "media.created",
        stream: `media:${id}`,
        actor: Number(alice.id),
        data: {
          id,
          account_id: Number(alice.id),
          type: "image",
          files: { original: "a.png", small: "a-small.png" },
          description: "a bird",
          focus: null,
          blurhash: null,
          meta: {},
          ready: true,
        },
      },
    ]),
  )
  const media_ids = [String(id)]
  const scheduled = await schedule({ status: "with a picture", media_ids })
  assert.equal(scheduled.media_attachments[0].description, "a bird")
  assert.deepEqual(scheduled.params.media_ids, media_ids)
  assert.equal((await alice.api.post("/api/v1/statuses", { status: "now", media_ids })).status, 422)
  aviary.clock.advance(600_000)
  await publishDue()
  const [post] = await core.db.selectFrom("posts").selectAll().where("text", "=", "with a picture").execute()
  assert.deepEqual(post?.media_ids, [id])
})
