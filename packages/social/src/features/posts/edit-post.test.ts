import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { sql } from "kysely"
import { checkReplay } from "../../events/replay.ts"
import { countDifferences } from "../counters/recount.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
})
after(() => aviary.stop())

async function publish(by: TestMember, fields: Record<string, unknown>) {
  const { status, body } = await by.api.post("/api/v1/statuses", fields)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function edit(by: TestMember, id: string, fields: Record<string, unknown>) {
  aviary.clock.advance(1_000)
  const { status, body } = await by.api.put(`/api/v1/statuses/${id}`, fields)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function history(id: string) {
  const { status, body } = await bob.api.get(`/api/v1/statuses/${id}/history`)
  assert.equal(status, 200)
  return body
}

async function events(id: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const found = await sql<{ type: string; data: Record<string, unknown> }>`
    SELECT type, data FROM events WHERE stream = ${`post:${id}`} ORDER BY position`.execute(
    aviary.social.core.db,
  )
  return found.rows
}

/** An upload as the media feature leaves it, without a picture behind it. */
async function upload(by: TestMember, description: string | null): Promise<string> {
  const { core } = aviary.social
  const id = core.nextId()
  await core.events.transact([], (tx) =>
    tx.append([
      {
        type: "media.created",
        stream: `media:${id}`,
        actor: Number(by.id),
        data: {
          id,
          account_id: Number(by.id),
          type: "image",
          files: { original: `${id}.png`, small: `${id}-small.png` },
          description,
          focus: null,
          blurhash: null,
          meta: {},
          ready: true,
        },
      },
    ]),
  )
  return String(id)
}

test("an edit of every word keeps what was said before", async () => {
  const post = await publish(alice, { status: "first #one", language: "en" })
  const edited = await edit(alice, post.id, {
    status: "second #two @bob",
    spoiler_text: "careful",
    language: "de",
  })
  assert.match(edited.content, /second/)
  assert.equal(edited.spoiler_text, "careful")
  assert.equal(edited.sensitive, true)
  assert.equal(edited.language, "de")
  assert.deepEqual(
    edited.tags.map((tag: { name: string }) => tag.name),
    ["two"],
  )
  assert.equal(edited.mentions[0].acct, "bob")
  assert.notEqual(edited.edited_at, null)
  assert.deepEqual((await events(post.id))[1]?.data.added_mentions, [Number(bob.id)])

  const [original, present, ...none] = await history(post.id)
  assert.deepEqual(none, [])
  assert.match(original.content, /first/)
  assert.equal(original.created_at, post.created_at)
  assert.equal(original.sensitive, false)
  assert.match(present.content, /second/)
  assert.equal(present.spoiler_text, "careful")
  assert.equal(present.created_at, edited.edited_at)

  const source = await alice.api.get(`/api/v1/statuses/${post.id}/source`)
  assert.deepEqual(source.body, { id: post.id, text: "second #two @bob", spoiler_text: "careful" })
  assert.equal((await bob.api.get(`/api/v1/statuses/${post.id}/source`)).status, 404)
})

test("an edit that changes nothing leaves no trace", async () => {
  const media = await upload(alice, "a bird")
  const post = await publish(alice, { status: "as it is", media_ids: [media], sensitive: true })
  const same = await edit(alice, post.id, {
    status: "as it is",
    sensitive: true,
    media_ids: [media],
    media_attributes: [{ id: media, description: "a bird" }],
  })
  assert.equal(same.edited_at, null)
  assert.equal((await events(post.id)).length, 1)
  assert.equal((await history(post.id)).length, 1)
})

test("media is added, described and removed by edits", async () => {
  const [first, second] = [await upload(alice, null), await upload(alice, "two")]
  const post = await publish(alice, { status: "pictures", media_ids: [first] })
  const form = new URLSearchParams([
    ["status", "pictures"],
    ["media_ids[]", first],
    ["media_ids[]", second],
    ["media_attributes[][id]", first],
    ["media_attributes[][description]", "now described"],
    ["media_attributes[][focus]", "0.5,-0.5"],
    ["media_attributes[][id]", second],
    ["media_attributes[][description]", ""],
  ])
  aviary.clock.advance(1_000)
  const { status, body: described } = await alice.api.put(`/api/v1/statuses/${post.id}`, form)
  assert.equal(status, 200, JSON.stringify(described))
  assert.deepEqual(
    described.media_attachments.map((one: { id: string; description: string | null }) => [
      one.id,
      one.description,
    ]),
    [
      [first, "now described"],
      [second, null],
    ],
  )
  assert.deepEqual(described.media_attachments[0].meta.focus, { x: 0.5, y: -0.5 })
  await edit(alice, post.id, { status: "pictures", media_ids: [second] })

  const states = await history(post.id)
  assert.deepEqual(
    states.map((state: { media_attachments: { id: string; description: string | null }[] }) =>
      state.media_attachments.map((one) => [one.id, one.description]),
    ),
    [
      [[first, null]],
      [
        [first, "now described"],
        [second, null],
      ],
      [[second, null]],
    ],
  )
  // What was removed can be used again; what is in use cannot.
  assert.equal((await publish(alice, { status: "again", media_ids: [first] })).media_attachments.length, 1)
  const taken = await alice.api.put(`/api/v1/statuses/${post.id}`, { status: "x", media_ids: [first] })
  assert.equal(taken.status, 422)
})

test("a poll keeps its votes while its options stay, and starts anew with others", async () => {
  const poll = { options: ["yes", "no"], expires_in: 600 }
  const post = await publish(alice, { status: "well?", poll })
  await bob.api.post(`/api/v1/polls/${post.poll.id}/votes`, { choices: [0] })
  const longer = await edit(alice, post.id, { status: "well?", poll: { ...poll, expires_in: 3_600 } })
  assert.equal(longer.poll.id, post.poll.id)
  assert.equal(longer.poll.votes_count, 1)
  assert.ok(longer.poll.expires_at > post.poll.expires_at)
  const other = await edit(alice, post.id, {
    status: "well?",
    poll: { ...poll, options: ["yes", "no", "maybe"] },
  })
  assert.notEqual(other.poll.id, post.poll.id)
  assert.equal(other.poll.votes_count, 0)
  assert.equal((await bob.api.get(`/api/v1/polls/${post.poll.id}`)).status, 404)
  const none = await edit(alice, post.id, { status: "well?" })
  assert.equal(none.poll, null)
  const states = await history(post.id)
  assert.deepEqual(
    states.map((state: { poll: { options: unknown[] } | null }) => state.poll?.options.length ?? 0),
    [2, 2, 3, 0],
  )
})

test("edits at once are one after the other", async () => {
  const post = await publish(alice, { status: "version 0" })
  const answers = await Promise.all(
    [1, 2, 3, 4, 5].map((n) => alice.api.put(`/api/v1/statuses/${post.id}`, { status: `version ${n}` })),
  )
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]))
  const states = await history(post.id)
  assert.equal(states.length, 6)
  assert.match(states[0].content, /version 0/)
  assert.equal(new Set(states.map((state: { content: string }) => state.content)).size, 6)
})

test("only the author edits and deletes, and limits hold", async () => {
  const post = await publish(alice, { status: "mine" })
  assert.equal((await bob.api.put(`/api/v1/statuses/${post.id}`, { status: "x" })).status, 404)
  assert.equal((await bob.api.delete(`/api/v1/statuses/${post.id}`)).status, 404)
  assert.equal((await alice.api.put(`/api/v1/statuses/${post.id}`, { status: "" })).status, 422)
  assert.equal((await alice.api.put(`/api/v1/statuses/${post.id}`, { status: "x".repeat(501) })).status, 422)
  assert.equal((await alice.api.put("/api/v1/statuses/77", { status: "x" })).status, 404)
  const theirs = await upload(bob, null)
  const stolen = await alice.api.put(`/api/v1/statuses/${post.id}`, { status: "mine", media_ids: [theirs] })
  assert.equal(stolen.status, 422)
})

test("a deleted post answers its text and media, and the log forgets its words", async () => {
  const media = await upload(alice, "a heron")
  const root = await publish(alice, { status: "the root" })
  const secret = await publish(alice, {
    status: "a secret #heron @bob",
    spoiler_text: "hush",
    media_ids: [media],
    in_reply_to_id: root.id,
  })
  await edit(alice, secret.id, { status: "another secret", spoiler_text: "hush", media_ids: [media] })
  await bob.api.post(`/api/v1/statuses/${secret.id}/favourite`)
  await bob.api.post(`/api/v1/statuses/${secret.id}/reblog`)
  const reply = await publish(bob, { status: "an answer", in_reply_to_id: secret.id })
  const { status, body } = await alice.api.delete(`/api/v1/statuses/${secret.id}`)
  assert.equal(status, 200)
  assert.equal(body.text, "another secret")
  assert.equal(body.media_attachments[0].id, media)
  assert.equal((await alice.api.get(`/api/v1/statuses/${secret.id}`)).status, 404)
  assert.equal((await bob.api.get(`/api/v1/statuses/${reply.id}`)).body.in_reply_to_id, null)
  assert.equal((await bob.api.get(`/api/v1/statuses/${root.id}`)).body.replies_count, 0)

  const log = await events(secret.id)
  assert.deepEqual(
    log.map((event) => event.type),
    ["post.created", "post.edited", "post.liked", "post.reposted", "post.deleted"],
  )
  assert.doesNotMatch(JSON.stringify(log), /secret|hush|heron/)

  const again = await publish(alice, {
    status: body.text,
    media_ids: [media],
    spoiler_text: body.spoiler_text,
  })
  assert.equal(again.media_attachments.length, 1)
})

test("a poll's options are forgotten too, and their number is kept", async () => {
  const post = await publish(alice, {
    status: "which?",
    poll: { options: ["crow", "raven"], expires_in: 600 },
  })
  await bob.api.post(`/api/v1/polls/${post.poll.id}/votes`, { choices: [1] })
  await alice.api.delete(`/api/v1/statuses/${post.id}`)
  const [created] = await events(post.id)
  assert.deepEqual((created?.data.poll as { options: string[] } | undefined)?.options, ["", ""])
  assert.equal((await bob.api.get(`/api/v1/polls/${post.poll.id}`)).status, 404)
})

test("deleting a repost takes it back", async () => {
  const post = await publish(alice, { status: "shared" })
  const { body: repost } = await bob.api.post(`/api/v1/statuses/${post.id}/reblog`)
  assert.equal((await bob.api.delete(`/api/v1/statuses/${repost.id}`)).status, 200)
  assert.equal((await bob.api.get(`/api/v1/statuses/${post.id}`)).body.reblogs_count, 0)
})

test("a reply and the deletion of what it answers at once leave no loose end", async () => {
  for (let round = 0; round < 5; round += 1) {
    const post = await publish(alice, { status: "going" })
    const [reply] = await Promise.all([
      bob.api.post("/api/v1/statuses", { status: "wait", in_reply_to_id: post.id }),
      alice.api.delete(`/api/v1/statuses/${post.id}`),
    ])
    assert.ok([200, 404].includes(reply.status))
    if (reply.status === 200) {
      assert.equal((await bob.api.get(`/api/v1/statuses/${reply.body.id}`)).body.in_reply_to_id, null)
    }
  }
})

test("a reply that waits while what it answers is deleted is refused", async () => {
  const post = await publish(alice, { status: "about to go" })
  const { core } = aviary.social
  let settled = false
  const waiting = await core.events.transact([`post:${post.id}`], async (tx) => {
    const reply = bob.api
      .post("/api/v1/statuses", { status: "too late", in_reply_to_id: post.id })
      .finally(() => (settled = true))
    // The reply has found the post and now waits for its lock.
    for (let waits = 0; waits === 0 && !settled;) {
      const found = await sql`SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`.execute(tx.db)
      waits = found.rows.length
    }
    const data = { id: Number(post.id), author_id: Number(alice.id) }
    await tx.append([{ type: "post.deleted", stream: `post:${post.id}`, actor: Number(alice.id), data }])
    return [reply]
  })
  assert.equal((await Promise.all(waiting))[0]?.status, 404)
})

test("afterwards counters equal the tables, and the log gives the same tables again", async () => {
  assert.deepEqual(await countDifferences(aviary.social.core.db), [])
  const replay = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.deepEqual(
    replay.tables.filter((table) => table.onlyLive.count + table.onlyRebuilt.count > 0),
    [],
  )
})
