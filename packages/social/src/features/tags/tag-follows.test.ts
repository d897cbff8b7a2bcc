import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { accountStream } from "../accounts/account-events.ts"
import { MAX_FOLLOWED_TAGS } from "./tag-follows.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
})
after(() => aviary.stop())

async function names(member: TestMember, path = "/api/v1/followed_tags"): Promise<string[]> {
  return (await member.api.get(path)).body.map((tag: { name: string }) => tag.name)
}

async function eventsOf(member: TestMember): Promise<number> {
  const { db } = aviary.social.core
  const rows = await db
    .selectFrom("events")
    .select("position")
    .where("stream", "=", accountStream(Number(member.id)))
    .where("type", "in", ["tag.followed", "tag.unfollowed"])
    .execute()
  return rows.length
}

test("a tag in any spelling is followed, shown as such to the follower alone, and unfollowed", async () => {
  const followed = await alice.api.post("/api/v1/tags/Caf%C3%A9/follow")
  assert.deepEqual([followed.status, followed.body.name, followed.body.following], [200, "cafe", true])
  assert.equal((await alice.api.get("/api/v1/tags/CAFE")).body.following, true)
  assert.equal((await bob.api.get("/api/v1/tags/cafe")).body.following, false)
  assert.equal("following" in (await aviary.api.get("/api/v1/tags/cafe")).body, false)
  await bob.api.post("/api/v1/statuses", { status: "#cafe" })
  const found = (await alice.api.get("/api/v2/search?q=caf&type=hashtags")).body.hashtags
  assert.deepEqual([found[0].name, found[0].following], ["cafe", true])
  assert.deepEqual(await names(alice), ["cafe"])
  assert.deepEqual(await names(bob), [])

  const dropped = await alice.api.post("/api/v1/tags/cafe/unfollow")
  assert.deepEqual([dropped.status, dropped.body.following], [200, false])
  assert.deepEqual(await names(alice), [])
})

test("twice is the same as once, also at once", async () => {
  const before = await eventsOf(bob)
  await Promise.all([1, 2, 3].map(() => bob.api.post("/api/v1/tags/twice/follow")))
  assert.deepEqual(await names(bob), ["twice"])
  await bob.api.post("/api/v1/tags/twice/unfollow")
  assert.equal((await bob.api.post("/api/v1/tags/twice/unfollow")).status, 200)
  assert.equal((await eventsOf(bob)) - before, 2)
})

test("the list is paged by when a tag was followed, last first", async () => {
  const carol = await aviary.member("carol")
  const all = ["zebra", "apple", "mango", "berry", "quince"]
  for (const tag of all) await carol.api.post(`/api/v1/tags/${tag}/follow`)
  assert.deepEqual(await names(carol), all.toReversed())
  const walked: string[] = []
  for (let path: string | undefined = "/api/v1/followed_tags?limit=2"; path !== undefined;) {
    const answer = await carol.api.get(path)
    walked.push(...answer.body.map((tag: { name: string }) => tag.name))
    path = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1]?.slice(aviary.url.length)
  }
  assert.deepEqual(walked, all.toReversed())
})

test("its public posts come home, and stop coming once it is unfollowed", async () => {
  const dora = await aviary.member("dora")
  await dora.api.post("/api/v1/tags/gulls/follow")
  const { id } = (await bob.api.post("/api/v1/statuses", { status: "Look, #Gulls!" })).body
  const home = async () =>
    (await dora.api.get("/api/v1/timelines/home")).body.map((status: { id: string }) => status.id)
  assert.deepEqual(await home(), [id])
  await dora.api.post("/api/v1/tags/gulls/unfollow")
  assert.deepEqual(await home(), [])
})

test("no more tags than the limit", async () => {
  const erin = await aviary.member("erin")
  const { events, nextId } = aviary.social.core
  const [id, stream] = [Number(erin.id), accountStream(Number(erin.id))]
  const many = Array.from({ length: MAX_FOLLOWED_TAGS }, (_, n) => ({
    type: "tag.followed" as const,
    stream,
    actor: id,
    data: { id: nextId(), account_id: id, tag: `tag${n}` },
  }))
  await events.transact([stream], (tx) => tx.append(many))
  const refused = await erin.api.post("/api/v1/tags/onemore/follow")
  assert.deepEqual(
    [refused.status, refused.body.error],
    [422, `Validation failed: You cannot follow more than ${MAX_FOLLOWED_TAGS} hashtags`],
  )
  assert.equal((await erin.api.post("/api/v1/tags/tag7/follow")).status, 200)
  await erin.api.post("/api/v1/tags/tag7/unfollow")
  assert.equal((await erin.api.post("/api/v1/tags/onemore/follow")).status, 200)
})

test("no tag, no token, no scope", async () => {
  assert.equal((await alice.api.post("/api/v1/tags/12/follow")).status, 404)
  assert.equal((await alice.api.post("/api/v1/tags/no%20tag/unfollow")).status, 404)
  assert.equal((await aviary.api.post("/api/v1/tags/cafe/follow")).status, 401)
  assert.equal((await aviary.api.get("/api/v1/followed_tags")).status, 401)
  const reader = await aviary.member("reader", { scopes: ["read"] })
  assert.equal((await reader.api.post("/api/v1/tags/cafe/follow")).status, 403)
})
