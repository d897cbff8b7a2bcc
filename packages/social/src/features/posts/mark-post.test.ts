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

async function eventsOf(id: string, type: string): Promise<number> {
  const found = await sql<{ n: number }>`SELECT count(*)::int AS n FROM events
    WHERE stream = ${`post:${id}`} AND type = ${type}`.execute(aviary.social.core.db)
  return found.rows[0]?.n ?? 0
}

const path = (id: string, action: string) => `/api/v1/statuses/${id}/${action}`

test("twenty likes of one member at once are one; two members' likes are two", async () => {
  const id = await publish(alice, { status: "like me" })
  const answers = await Promise.all(Array.from({ length: 20 }, () => bob.api.post(path(id, "favourite"))))
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]))
  assert.equal(await eventsOf(id, "post.liked"), 1)
  await carol.api.post(path(id, "favourite"))
  const { body } = await bob.api.get(`/api/v1/statuses/${id}`)
  assert.equal(body.favourites_count, 2)
  assert.equal(body.favourited, true)
  const back = await Promise.all(Array.from({ length: 5 }, () => bob.api.post(path(id, "unfavourite"))))
  assert.equal(back[0]?.body.favourited, false)
  assert.equal(await eventsOf(id, "post.unliked"), 1)
  assert.equal((await alice.api.get(`/api/v1/statuses/${id}`)).body.favourites_count, 1)
})

test("who liked a post is listed by when they did, in pages", async () => {
  const id = await publish(alice, { status: "a popular one" })
  const fans = await Promise.all(["fan1", "fan2", "fan3"].map((name) => aviary.member(name)))
  for (const fan of fans) assert.equal((await fan.api.post(path(id, "favourite"))).status, 200)
  const first = await alice.api.get(`${path(id, "favourited_by")}?limit=2`)
  assert.deepEqual(names(first.body), ["fan3", "fan2"])
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? ""
  const second = await alice.api.get(next.slice(aviary.url.length))
  assert.deepEqual(names(second.body), ["fan1"])
  assert.deepEqual(names((await aviary.api.get(path(id, "favourited_by"))).body), ["fan3", "fan2", "fan1"])
  const favourites = await fans[0]?.api.get("/api/v1/favourites")
  assert.deepEqual(ids(favourites?.body), [id])
})

test("a like and a deletion at once leave nothing behind", async () => {
  for (let round = 0; round < 5; round += 1) {
    const id = await publish(alice, { status: "here and gone" })
    const [like, , repost] = await Promise.all([
      bob.api.post(path(id, "favourite")),
      alice.api.delete(`/api/v1/statuses/${id}`),
      carol.api.post(path(id, "reblog")),
    ])
    assert.ok([200, 404].includes(like.status), `${like.status}`)
    assert.ok([200, 404].includes(repost.status), `${repost.status}`)
    const left = await sql<{ n: number }>`SELECT (SELECT count(*) FROM likes WHERE post_id = ${id})
      + (SELECT count(*) FROM posts WHERE id = ${id} OR repost_of_id = ${id})::int AS n`.execute(
      aviary.social.core.db,
    )
    assert.equal(Number(left.rows[0]?.n), 0)
  }
})

test("a repost is a wrapper; twice is the same; of a repost it is of the original", async () => {
  const id = await publish(alice, { status: "pass it on" })
  const answers = await Promise.all(Array.from({ length: 6 }, () => bob.api.post(path(id, "reblog"))))
  assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1)
  const wrapper = answers[0]?.body
  assert.equal(wrapper.reblog.id, id)
  assert.equal(wrapper.reblog.reblogs_count, 1)
  assert.equal(wrapper.reblog.reblogged, true)
  assert.equal(wrapper.account.acct, "bob")

  const again = await carol.api.post(path(wrapper.id, "reblog"), { visibility: "unlisted" })
  assert.equal(again.body.reblog.id, id)
  assert.equal(again.body.visibility, "unlisted")
  assert.deepEqual(names((await aviary.api.get(path(id, "reblogged_by"))).body), ["carol", "bob"])

  // What is done to the wrapper is done to the original.
  await carol.api.post(path(wrapper.id, "favourite"))
  assert.equal((await alice.api.get(`/api/v1/statuses/${id}`)).body.favourites_count, 1)

  const undone = await bob.api.post(path(id, "unreblog"))
  assert.equal(undone.body.id, id)
  assert.equal(undone.body.reblogged, false)
  assert.equal(undone.body.reblogs_count, 1)
  assert.equal((await bob.api.get(`/api/v1/statuses/${wrapper.id}`)).status, 404)
})

test("private posts are reposted by their author alone, to followers; direct ones by nobody", async () => {
  const quiet = await publish(alice, { status: "for friends @bob", visibility: "private" })
  assert.equal((await bob.api.post(path(quiet, "reblog"))).status, 422)
  assert.equal((await carol.api.post(path(quiet, "reblog"))).status, 404)
  const own = await alice.api.post(path(quiet, "reblog"), { visibility: "public" })
  assert.equal(own.body.visibility, "private")
  const direct = await publish(alice, { status: "to @bob", visibility: "direct" })
  assert.equal((await alice.api.post(path(direct, "reblog"))).status, 422)
  const open = await publish(alice, { status: "open" })
  assert.equal((await bob.api.post(path(open, "reblog"), { visibility: "direct" })).status, 422)
  const hidden = await bob.api.post(path(open, "reblog"), { visibility: "private" })
  assert.equal(hidden.body.visibility, "private")
  assert.deepEqual((await aviary.api.get(path(open, "reblogged_by"))).body, [])
})

test("bookmarks are listed by when they were made, for their member alone", async () => {
  const older = await publish(alice, { status: "older" })
  const newer = await publish(alice, { status: "newer" })
  await bob.api.post(path(newer, "bookmark"))
  await bob.api.post(path(older, "bookmark"))
  await bob.api.post(path(older, "bookmark"))
  const first = await bob.api.get("/api/v1/bookmarks?limit=1")
  assert.deepEqual(ids(first.body), [older])
  assert.equal(first.body[0].bookmarked, true)
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? ""
  assert.deepEqual(ids((await bob.api.get(next.slice(aviary.url.length))).body), [newer])
  assert.deepEqual((await carol.api.get("/api/v1/bookmarks")).body, [])
  assert.equal((await bob.api.post(path(older, "unbookmark"))).body.bookmarked, false)
  assert.deepEqual(ids((await bob.api.get("/api/v1/bookmarks")).body), [newer])
})

test("at most five own posts are pinned, also by requests at once", async () => {
  const posts: string[] = []
  for (let n = 0; n < 7; n += 1) posts.push(await publish(carol, { status: `post ${n}` }))
  const answers = await Promise.all(posts.map((id) => carol.api.post(path(id, "pin"))))
  assert.equal(answers.filter((answer) => answer.status === 200).length, 5)
  assert.match(answers.find((answer) => answer.status === 422)?.body.error, /maximum number/)
  const pinned = answers.find((answer) => answer.status === 200)?.body
  assert.equal(pinned.pinned, true)
  assert.equal((await carol.api.post(path(pinned.id, "pin"))).status, 200)
  assert.equal((await carol.api.post(path(pinned.id, "unpin"))).body.pinned, false)

  const theirs = await publish(alice, { status: "not yours" })
  assert.equal((await carol.api.post(path(theirs, "pin"))).status, 422)
  const direct = await publish(carol, { status: "psst", visibility: "direct" })
  assert.equal((await carol.api.post(path(direct, "pin"))).status, 422)
  const repost = await carol.api.post(path(theirs, "reblog"))
  assert.equal((await carol.api.post(path(repost.body.id, "pin"))).status, 422)
})

test("a muted conversation is muted in all its posts", async () => {
  const root = await publish(alice, { status: "start" })
  const reply = await publish(bob, { status: "more", in_reply_to_id: root })
  assert.equal((await alice.api.post(path(reply, "mute"))).body.muted, true)
  assert.equal((await alice.api.post(path(reply, "mute"))).status, 200)
  assert.equal((await alice.api.get(`/api/v1/statuses/${root}`)).body.muted, true)
  assert.equal((await bob.api.get(`/api/v1/statuses/${root}`)).body.muted, false)
  assert.equal((await alice.api.post(path(root, "unmute"))).body.muted, false)
})

test("what cannot be seen cannot be marked, and a block shuts out likes", async () => {
  const direct = await publish(alice, { status: "only @bob", visibility: "direct" })
  for (const action of ["favourite", "bookmark", "pin", "mute", "unfavourite"]) {
    assert.equal((await carol.api.post(path(direct, action))).status, 404, action)
  }
  assert.equal((await carol.api.post(path("123", "favourite"))).status, 404)
  assert.equal((await aviary.api.post(path(direct, "favourite"))).status, 401)
  const reader = await aviary.member("reader", { scopes: ["read"] })
  const open = await publish(alice, { status: "open" })
  assert.equal((await reader.api.post(path(open, "favourite"))).status, 403)
  const shutOut = await aviary.member("shut_out")
  const post = await publish(shutOut, { status: "nobody listens" })
  const { events, nextId } = aviary.social.core
  await events.transact([], (tx) =>
    tx.append([
      {
        type: "block.created",
        stream: "pair:test",
        actor: Number(bob.id),
        data: { id: nextId(), account_id: Number(bob.id), target_id: Number(shutOut.id) },
      },
    ]),
  )
  assert.equal((await bob.api.post(path(post, "favourite"))).status, 403)
  assert.equal((await bob.api.post(path(post, "reblog"))).status, 403)
  await shutOut.api.post(path(open, "favourite"))
  await carol.api.post(path(open, "favourite"))
  assert.deepEqual(names((await bob.api.get(path(open, "favourited_by"))).body), ["carol"])
})

test("afterwards every counter equals what the tables hold", async () => {
  assert.deepEqual(await countDifferences(aviary.social.core.db), [])
  const replay = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.deepEqual(
    replay.tables.filter((table) => table.onlyLive.count + table.onlyRebuilt.count > 0),
    [],
  )
})

function names(accounts: { acct: string }[]): string[] {
  return accounts.map((account) => account.acct)
}

function ids(posts: { id: string }[]): string[] {
  return posts.map((post) => post.id)
}
