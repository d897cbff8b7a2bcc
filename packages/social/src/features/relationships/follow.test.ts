import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { sql } from "kysely"
import { checkReplay } from "../../events/replay.ts"

let aviary: TestAviary
let made = 0
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

async function members(count: number): Promise<TestMember[]> {
  const all: TestMember[] = []
  for (let index = 0; index < count; index += 1) all.push(await aviary.member(`follow${(made += 1)}`))
  return all
}

async function pair(): Promise<[TestMember, TestMember]> {
  const [a, b] = await members(2)
  assert.ok(a && b)
  return [a, b]
}

const act = (actor: TestMember, name: string, target: TestMember, body?: Record<string, unknown>) =>
  actor.api.post(`/api/v1/accounts/${target.id}/${name}`, body ?? {})

async function relationship(viewer: TestMember, target: TestMember) {
  return (await viewer.api.get(`/api/v1/accounts/relationships?id=${target.id}`)).body[0]
}

async function eventsBetween(a: TestMember, b: TestMember): Promise<string[]> {
  const [low, high] = [Number(a.id), Number(b.id)].sort((x, y) => x - y)
  const rows = await aviary.social.core.db
    .selectFrom("events")
    .select("type")
    .where("stream", "=", `pair:${low}:${high}`)
    .orderBy("position")
    .execute()
  return rows.map((row) => row.type)
}

async function counters(member: TestMember): Promise<[number, number]> {
  const { body } = await aviary.api.get(`/api/v1/accounts/${member.id}`)
  return [body.followers_count, body.following_count]
}

/** How many deadlocks PostgreSQL has had to break; each costs a second. */
async function deadlocks(): Promise<number> {
  const found = await sql<{ deadlocks: number }>`
    SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`.execute(aviary.social.core.db)
  return found.rows[0]?.deadlocks ?? 0
}

test("following, changing the follow and unfollowing", async () => {
  const [alice, bob] = await pair()
  const followed = await act(alice, "follow", bob)
  assert.equal(followed.status, 200)
  assert.deepEqual(
    [
      followed.body.following,
      followed.body.showing_reblogs,
      followed.body.notifying,
      followed.body.languages,
    ],
    [true, true, false, null],
  )
  assert.equal((await relationship(bob, alice)).followed_by, true)
  const changed = await act(alice, "follow", bob, {
    reblogs: "false",
    notify: true,
    languages: ["fr", "en", "fr"],
  })
  assert.deepEqual(
    [changed.body.showing_reblogs, changed.body.notifying, changed.body.languages],
    [false, true, ["en", "fr"]],
  )
  const again = await act(alice, "follow", bob)
  assert.deepEqual(
    [again.body.showing_reblogs, again.body.languages],
    [false, ["en", "fr"]],
    "what is not given stays",
  )
  assert.equal((await act(alice, "follow", bob, { languages: [] })).body.languages, null)
  assert.deepEqual(await counters(bob), [1, 0])

  assert.equal((await act(alice, "unfollow", bob)).body.following, false)
  await act(alice, "unfollow", bob)
  assert.deepEqual(await counters(bob), [0, 0])
  assert.deepEqual(await counters(alice), [0, 0])
  assert.deepEqual(await eventsBetween(alice, bob), [
    "follow.created",
    "follow.changed",
    "follow.changed",
    "follow.removed",
  ])
})

test("a locked account is asked, and answers", async () => {
  const [alice, bob] = await pair()
  await bob.api.patch("/api/v1/accounts/update_credentials", { locked: true })
  const asked = await act(alice, "follow", bob, { notify: true })
  assert.deepEqual([asked.body.following, asked.body.requested, asked.body.notifying], [false, true, true])
  assert.equal((await relationship(bob, alice)).requested_by, true)
  const own = await bob.api.get("/api/v1/accounts/verify_credentials")
  assert.equal(own.body.source.follow_requests_count, 1)
  const requests = await bob.api.get("/api/v1/follow_requests")
  assert.deepEqual(
    requests.body.map((account: { id: string }) => account.id),
    [alice.id],
  )
  assert.deepEqual(await counters(bob), [0, 0])

  const answered = await bob.api.post(`/api/v1/follow_requests/${alice.id}/authorize`)
  assert.equal(answered.body.followed_by, true)
  const now = await relationship(alice, bob)
  assert.deepEqual([now.following, now.requested, now.notifying], [true, false, true])
  assert.deepEqual(await counters(bob), [1, 0])
  assert.equal((await bob.api.post(`/api/v1/follow_requests/${alice.id}/authorize`)).status, 404)

  const [carol] = await members(1)
  assert.ok(carol)
  await act(carol, "follow", bob)
  await bob.api.patch("/api/v1/accounts/update_credentials", { locked: false })
  assert.equal((await relationship(carol, bob)).requested, true, "unlocking leaves requests to be answered")
  assert.equal((await bob.api.post(`/api/v1/follow_requests/${carol.id}/reject`)).status, 200)
  assert.equal((await relationship(carol, bob)).requested, false)
})

test("a request is taken back by unfollowing", async () => {
  const [alice, bob] = await pair()
  await bob.api.patch("/api/v1/accounts/update_credentials", { locked: true })
  await act(alice, "follow", bob)
  assert.equal((await act(alice, "unfollow", bob)).body.requested, false)
  assert.deepEqual((await bob.api.get("/api/v1/follow_requests")).body, [])
})

test("a follower is sent away", async () => {
  const [alice, bob] = await pair()
  await act(alice, "follow", bob)
  await act(bob, "follow", alice)
  const sent = await act(bob, "remove_from_followers", alice)
  assert.deepEqual([sent.body.followed_by, sent.body.following], [false, true])
})

test("a block ends follows and requests both ways, and forbids new ones", async () => {
  const [alice, bob] = await pair()
  await act(alice, "follow", bob)
  await alice.api.patch("/api/v1/accounts/update_credentials", { locked: true })
  await act(bob, "follow", alice)
  const blocked = await act(bob, "block", alice)
  assert.deepEqual(
    [blocked.body.blocking, blocked.body.following, blocked.body.followed_by, blocked.body.requested],
    [true, false, false, false],
  )
  assert.equal((await relationship(alice, bob)).blocked_by, true)
  assert.equal((await act(alice, "follow", bob)).status, 403)
  assert.equal((await act(bob, "follow", alice)).status, 403)
  assert.deepEqual(await counters(bob), [0, 0])
  assert.deepEqual(await counters(alice), [0, 0])
  await act(bob, "block", alice)
  assert.equal((await eventsBetween(alice, bob)).filter((type) => type === "block.created").length, 1)
  assert.equal((await act(bob, "unblock", alice)).body.blocking, false)
  assert.equal((await act(bob, "follow", alice)).body.requested, true)
})

test("oneself, nobody and nonsense", async () => {
  const [alice, bob] = await pair()
  for (const name of [
    "follow",
    "unfollow",
    "block",
    "unblock",
    "mute",
    "unmute",
    "note",
    "remove_from_followers",
  ]) {
    assert.equal((await act(alice, name, alice)).status, 422, name)
    assert.equal((await alice.api.post(`/api/v1/accounts/12345/${name}`)).status, 404, name)
    assert.equal((await alice.api.post(`/api/v1/accounts/nonsense/${name}`)).status, 404, name)
    assert.equal((await aviary.api.post(`/api/v1/accounts/${alice.id}/${name}`)).status, 401, name)
  }
  const bad = await act(alice, "follow", bob, { reblogs: "maybe", languages: ["no such language"] })
  assert.equal(bad.status, 422)
  assert.match(bad.body.error, /reblogs.*languages/)
  assert.equal((await act(alice, "mute", bob, { duration: -1 })).status, 422)
})

test("two follows at once are one follow", async () => {
  const [alice, bob] = await pair()
  const answers = await Promise.all(Array.from({ length: 8 }, () => act(alice, "follow", bob)))
  assert.ok(answers.every(({ status, body }) => status === 200 && body.following === true))
  assert.deepEqual(await eventsBetween(alice, bob), ["follow.created"])
  assert.deepEqual(await counters(bob), [1, 0])
  assert.deepEqual(await counters(alice), [0, 1])
})

test("a follow that races with a block never stands across it", async () => {
  for (let round = 0; round < 12; round += 1) {
    const [alice, bob] = await pair()
    await Promise.all([act(alice, "follow", bob), act(bob, "block", alice), act(alice, "follow", bob)])
    const seen = await relationship(bob, alice)
    assert.deepEqual([seen.blocking, seen.followed_by], [true, false])
    assert.deepEqual(await counters(bob), [0, 0])
    assert.deepEqual(await counters(alice), [0, 0])
  }
})

test("members who follow each other all at once do not wait for deadlocks, and every counter is right", async () => {
  const flock = await members(6)
  const follows = flock.flatMap((a) => flock.filter((b) => b !== a).map((b) => [a, b] as const))
  const answers = await Promise.all(follows.map(([a, b]) => act(a, "follow", b)))
  assert.ok(answers.every((answer) => answer.status === 200))
  assert.equal(await deadlocks(), 0)
  for (const member of flock) assert.deepEqual(await counters(member), [5, 5])
  await Promise.all(follows.filter((_, index) => index % 2 === 0).map(([a, b]) => act(a, "unfollow", b)))
  for (const member of flock) {
    const followers = await member.api.get(`/api/v1/accounts/${member.id}/followers`)
    const following = await member.api.get(`/api/v1/accounts/${member.id}/following`)
    assert.deepEqual(await counters(member), [followers.body.length, following.body.length])
  }
})

test("relationships come in the order asked, each once, and `id` may be a single one", async () => {
  const [alice, bob] = await pair()
  const [carol] = await members(1)
  assert.ok(carol)
  const { body } = await alice.api.get(
    `/api/v1/accounts/relationships?id[]=${carol.id}&id[]=${bob.id}&id[]=${carol.id}&id[]=99`,
  )
  assert.deepEqual(
    body.map((one: { id: string }) => one.id),
    [carol.id, bob.id],
  )
  assert.deepEqual((await alice.api.get("/api/v1/accounts/relationships")).body, [])
  assert.equal((await alice.api.get("/api/v1/accounts/relationships?id[]=x")).status, 422)
})

test("a note is the member's own", async () => {
  const [alice, bob] = await pair()
  assert.equal((await act(alice, "note", bob, { comment: "met at the lake" })).body.note, "met at the lake")
  assert.equal((await relationship(bob, alice)).note, "")
  assert.equal((await act(alice, "note", bob, { comment: "" })).body.note, "")
  assert.equal((await act(alice, "note", bob, { comment: "x".repeat(2_001) })).status, 422)
})

test("the log alone gives the same tables", async () => {
  const { differences } = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.equal(differences, 0)
})
