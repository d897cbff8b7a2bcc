import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { openSocket, roundTrip } from "../streaming/stream-client.testing.ts"
import { MAX_LISTS } from "./change-lists.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

let names = 0
async function member(): Promise<TestMember> {
  names += 1
  return aviary.member(`owl${names}`)
}

async function post(by: TestMember, status: string, more: Record<string, unknown> = {}): Promise<string> {
  return (await by.api.post("/api/v1/statuses", { status, ...more })).body.id
}

const follow = (by: TestMember, whom: TestMember) => by.api.post(`/api/v1/accounts/${whom.id}/follow`)

async function list(
  of: TestMember,
  body: Record<string, unknown>,
  ...members: TestMember[]
): Promise<string> {
  const { id } = (await of.api.post("/api/v1/lists", { title: "Birds", ...body })).body
  if (members.length > 0)
    await of.api.post(`/api/v1/lists/${id}/accounts`, { account_ids: members.map((one) => one.id) })
  return id
}

async function ids(by: TestMember, path: string): Promise<string[]> {
  return (await by.api.get(path)).body.map((one: { id: string }) => one.id)
}

/** All pages down from the first. */
async function walk(by: TestMember, path: string, limit: number): Promise<string[]> {
  const all: string[] = []
  for (let next: string | undefined = `${path}?limit=${limit}`; next !== undefined;) {
    const answer = await by.api.get(next)
    all.push(...answer.body.map((one: { id: string }) => one.id))
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1]?.slice(aviary.url.length)
  }
  return all
}

test("a list is made, changed, shown to its owner alone, and deleted", async () => {
  const [ann, ben] = [await member(), await member()]
  const made = (await ann.api.post("/api/v1/lists", { title: " Sea birds " })).body
  assert.deepEqual(made, { id: made.id, title: "Sea birds", replies_policy: "list", exclusive: false })
  const changed = await ann.api.put(`/api/v1/lists/${made.id}`, { replies_policy: "none", exclusive: "true" })
  assert.deepEqual(changed.body, { ...made, replies_policy: "none", exclusive: true })
  assert.deepEqual((await ann.api.get("/api/v1/lists")).body, [changed.body])
  assert.deepEqual((await ann.api.get(`/api/v1/lists/${made.id}`)).body, changed.body)
  for (const path of [
    `/api/v1/lists/${made.id}`,
    `/api/v1/lists/${made.id}/accounts`,
    `/api/v1/timelines/list/${made.id}`,
  ])
    assert.equal((await ben.api.get(path)).status, 404, path)
  assert.equal((await ben.api.put(`/api/v1/lists/${made.id}`, { title: "Mine" })).status, 404)
  assert.equal((await ben.api.delete(`/api/v1/lists/${made.id}`)).status, 404)
  assert.deepEqual((await ben.api.get("/api/v1/lists")).body, [])
  assert.deepEqual((await ann.api.delete(`/api/v1/lists/${made.id}`)).body, {})
  assert.equal((await ann.api.get(`/api/v1/lists/${made.id}`)).status, 404)
  const told = await aviary.social.core.db
    .selectFrom("events").select("data").where("stream", "=", `list:${made.id}`).orderBy("position").execute() // prettier-ignore
  assert.doesNotMatch(JSON.stringify(told), /Sea birds/, "what it was called is gone from the log")
})

test("what makes no list, and no more lists than the limit", async () => {
  const ann = await member()
  for (const body of [{}, { title: "  " }, { title: "x".repeat(257) }, { title: "x", replies_policy: "all" }])
    assert.equal((await ann.api.post("/api/v1/lists", body)).status, 422, JSON.stringify(body))
  for (let n = 0; n < MAX_LISTS; n += 1) await list(ann, { title: `List ${n}` })
  const refused = await ann.api.post("/api/v1/lists", { title: "One more" })
  assert.deepEqual([refused.status, refused.body.code], [422, "list.too_many"])
})

test("accounts that one follows are put on a list and taken off, paged by when", async () => {
  const ann = await member()
  const others = [await member(), await member(), await member(), await member(), await member()]
  for (const other of others) await follow(ann, other)
  const id = await list(ann, {})
  const path = `/api/v1/lists/${id}/accounts`
  for (const other of others) await ann.api.post(path, { account_ids: [other.id] })
  await ann.api.post(path, { account_ids: others.map((other) => other.id) })
  const all = others.map((other) => other.id).toReversed()
  assert.deepEqual(await walk(ann, path, 2), all)
  assert.deepEqual(await ids(ann, `${path}?limit=0`), all)
  const [first, second] = others
  assert.ok(first && second)
  assert.deepEqual(await ids(ann, `/api/v1/accounts/${first.id}/lists`), [id])
  assert.deepEqual(await ids(second, `/api/v1/accounts/${first.id}/lists`), [])
  await ann.api.delete(path, { account_ids: [first.id, second.id] })
  await ann.api.delete(path, { account_ids: [first.id] })
  assert.deepEqual(await ids(ann, path), all.slice(0, 3))

  const stranger = await member()
  const refused = await ann.api.post(path, { account_ids: [first.id, stranger.id] })
  assert.deepEqual([refused.status, refused.body.code], [422, "list.not_followed"])
  assert.deepEqual(await ids(ann, path), all.slice(0, 3), "then nobody is added")
})

test("who is unfollowed leaves the list, and does not come back by being followed again", async () => {
  const [ann, ben] = [await member(), await member()]
  await follow(ann, ben)
  const id = await list(ann, { exclusive: true }, ben)
  const said = await post(ben, "hello")
  assert.deepEqual(await ids(ann, `/api/v1/timelines/list/${id}`), [said])
  assert.deepEqual(await ids(ann, "/api/v1/timelines/home"), [])
  await ann.api.post(`/api/v1/accounts/${ben.id}/unfollow`)
  assert.deepEqual(await ids(ann, `/api/v1/lists/${id}/accounts`), [])
  await follow(ann, ben)
  assert.deepEqual(await ids(ann, `/api/v1/lists/${id}/accounts`), [])
  assert.deepEqual(await ids(ann, `/api/v1/timelines/list/${id}`), [])
  assert.deepEqual(await ids(ann, "/api/v1/timelines/home"), [said])
  await ann.api.post(`/api/v1/lists/${id}/accounts`, { account_ids: [ben.id] })
  assert.deepEqual(await ids(ann, "/api/v1/timelines/home"), [])
})

test("a list shows its members' posts by every cursor, and replies as it was told", async () => {
  const [ann, ben, cid, dot] = [await member(), await member(), await member(), await member()]
  for (const other of [ben, cid, dot]) await follow(ann, other)
  const root = await post(dot, "root")
  const toDot = await post(ben, "to dot", { in_reply_to_id: root })
  const fromCid = await post(cid, "cid's")
  const toCid = await post(ben, "to cid", { in_reply_to_id: fromCid })
  const own = await post(ann, "ann's")
  const toAnn = await post(ben, "to ann", { in_reply_to_id: own })
  const toSelf = await post(ben, "to myself", { in_reply_to_id: toDot })
  const repost = (await ben.api.post(`/api/v1/statuses/${root}/reblog`)).body.id
  const expected = {
    followed: [repost, toSelf, toAnn, toCid, fromCid, toDot],
    list: [repost, toSelf, toAnn, toCid, fromCid],
    none: [repost, toSelf, toAnn, fromCid],
  }
  for (const [policy, shown] of Object.entries(expected)) {
    const path = `/api/v1/timelines/list/${await list(ann, { replies_policy: policy }, ben, cid)}`
    assert.deepEqual(await ids(ann, path), shown, policy)
    assert.deepEqual(await walk(ann, path, 2), shown, policy)
    assert.deepEqual(await ids(ann, `${path}?min_id=${shown.at(-1)}&limit=2`), shown.slice(-3, -1), policy)
    assert.deepEqual(await ids(ann, `${path}?since_id=${shown.at(-1)}&limit=2`), shown.slice(0, 2), policy)
  }
  const withOwn = await list(ann, {}, ann)
  assert.deepEqual(await ids(ann, `/api/v1/timelines/list/${withOwn}`), [own], "oneself may be on it")
})

test("an exclusive list keeps its members out of home, but for what others repost and for followed tags", async () => {
  const [ann, ben, cid] = [await member(), await member(), await member()]
  for (const other of [ben, cid]) await follow(ann, other)
  await ann.api.post("/api/v1/tags/exclusivebirds/follow")
  const plain = await post(ben, "plain")
  const tagged = await post(ben, "a #exclusivebirds")
  const reply = await post(cid, "to ben", { in_reply_to_id: plain })
  const repost = (await cid.api.post(`/api/v1/statuses/${plain}/reblog`)).body.id
  const everything = [repost, reply, tagged, plain]
  const without = [repost, reply, tagged]
  const home = () => ids(ann, "/api/v1/timelines/home")
  assert.deepEqual(await home(), everything)
  const id = await list(ann, {}, ben)
  const exclusive = async (now: boolean) => ann.api.put(`/api/v1/lists/${id}`, { exclusive: now })
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(await home(), everything, "any list")
    await exclusive(true)
    assert.deepEqual(await home(), without, "an exclusive one")
    assert.deepEqual(await walk(ann, "/api/v1/timelines/home", 1), without)
    await exclusive(false)
  }
  await exclusive(true)
  await ann.api.delete(`/api/v1/lists/${id}/accounts`, { account_ids: [ben.id] })
  assert.deepEqual(await home(), everything, "taken off")
  await ann.api.post(`/api/v1/lists/${id}/accounts`, { account_ids: [ben.id] })
  assert.deepEqual(await home(), without, "put back")
  await ann.api.delete(`/api/v1/lists/${id}`)
  assert.deepEqual(await home(), everything, "the list is gone")
})

test("the stream of a list has its posts, edits and deletions, for its owner alone; home has none of an exclusive one", async () => {
  const [ann, ben, eve] = [await member(), await member(), await member()]
  await follow(ann, ben)
  const id = await list(ann, { exclusive: true, replies_policy: "none" }, ben)
  const root = await post(ann, "root")
  await aviary.settle()
  const mine = await openSocket(aviary.url, { token: ann.token, query: `?stream=list&list=${id}` })
  const hers = await openSocket(aviary.url, { token: eve.token })
  try {
    mine.send({ type: "subscribe", stream: "user" })
    hers.send({ type: "subscribe", stream: "list", list: id })
    await Promise.all([roundTrip(mine), roundTrip(hers)])
    const said = await post(ben, "psst", { visibility: "private" })
    const other = await post(eve, "not on it")
    const thread = await post(eve, "of eve", { in_reply_to_id: root })
    await post(ben, "to eve", { in_reply_to_id: thread })
    await ben.api.put(`/api/v1/statuses/${said}`, { status: "psst!" })
    await ben.api.delete(`/api/v1/statuses/${said}`)
    await aviary.settle()
    await mine.next((frame) => frame.event === "delete" && frame.stream?.[0] === "list")
    const shown = mine.received.filter((frame) => frame.stream?.[0] === "list")
    assert.deepEqual(
      shown.map((frame) => [
        frame.stream,
        frame.event,
        frame.event === "delete" ? frame.payload : JSON.parse(frame.payload ?? "").id,
      ]),
      [
        [["list", id], "update", said],
        [["list", id], "status.update", said],
        [["list", id], "delete", said],
      ],
    )
    const home = mine.received.filter((frame) => frame.stream?.[0] === "user" && frame.event !== "delete")
    assert.deepEqual(
      home.filter((frame) => frame.event !== "notification"),
      [],
    )
    assert.ok(other)
    await roundTrip(hers)
    assert.deepEqual(
      hers.received.filter((frame) => frame.event !== undefined),
      [],
    )
  } finally {
    for (const client of [mine, hers]) client.ws.terminate()
    await Promise.all([mine.closed(), hers.closed()])
  }
})

test("no token, no scope, no list", async () => {
  const reader = await aviary.member("listreader", { scopes: ["read:statuses"] })
  assert.equal((await aviary.api.get("/api/v1/lists")).status, 401)
  assert.equal((await reader.api.get("/api/v1/lists")).status, 403)
  assert.equal((await reader.api.post("/api/v1/lists", { title: "x" })).status, 403)
  const ann = await member()
  assert.equal((await ann.api.get("/api/v1/timelines/list/12")).status, 404)
  assert.equal((await ann.api.get("/api/v1/lists/none")).status, 404)
})
