import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let ann: TestMember
let ben: TestMember
let cid: TestMember
before(async () => {
  aviary = await startAviary()
  ann = await aviary.member("ann")
  ben = await aviary.member("ben")
  cid = await aviary.member("cid")
})
after(() => aviary.stop())

const HOUR = 3_600_000

async function post(by: TestMember, status: string, more: Record<string, unknown> = {}): Promise<string> {
  return (await by.api.post("/api/v1/statuses", { status, ...more })).body.id
}

/** Until the next list is made. */
async function later(ms = 61_000): Promise<void> {
  aviary.clock.advance(ms)
  await aviary.settle()
  await aviary.social.core.counts.recent()
}

const names = async (path = "/api/v1/trends/tags", by = ann): Promise<string[]> =>
  (await by.api.get(path)).body.map((tag: { name: string }) => tag.name)

test("tags: what several use, the most and latest first; nobody makes a trend alone, or in private, or undiscovered", async () => {
  const dot = await aviary.member("dot")
  await dot.api.patch("/api/v1/accounts/update_credentials", { discoverable: false })
  for (const by of [ann, ben, cid]) await post(by, "#three")
  for (const by of [ann, ben]) await post(by, "#two")
  for (let n = 0; n < 5; n += 1) await post(ann, "#alone")
  for (const by of [ann, dot]) await post(by, "#hidden")
  for (const by of [ann, ben]) await post(by, "#private", { visibility: "private" })
  await later()
  assert.deepEqual(await names(), ["three", "two"])
  assert.deepEqual(await names("/api/v1/trends"), ["three", "two"])
  assert.deepEqual(await names("/api/v1/trends/tags?limit=1&offset=1"), ["two"])
  const [three] = (await ann.api.get("/api/v1/trends/tags")).body
  assert.deepEqual(three.history[0].uses, "3")
  assert.deepEqual([three.history.length, three.history[0].accounts], [7, "3"])
  assert.equal("following" in (await aviary.api.get("/api/v1/trends/tags")).body[0], false)

  await later(24 * HOUR)
  for (const by of [ben, cid]) await post(by, "#fresh")
  await later()
  assert.deepEqual(await names(), ["fresh", "three", "two"], "what is old counts less")
  await later(24 * HOUR)
  assert.deepEqual(await names(), ["fresh"], "and ends")
})

test("posts: what is liked and shared, a few of each author; no replies, warnings, and nothing that the viewer hides", async () => {
  const shared = await post(ann, "shared")
  const liked = await post(ben, "liked")
  const warned = await post(ann, "x", { spoiler_text: "careful" })
  const reply = await post(cid, "reply", { in_reply_to_id: liked })
  const unknown = await post(cid, "unknown")
  for (const by of [ben, cid]) await by.api.post(`/api/v1/statuses/${shared}/reblog`)
  for (const by of [ann, cid])
    for (const id of [liked, warned, reply]) await by.api.post(`/api/v1/statuses/${id}/favourite`)
  await ann.api.post(`/api/v1/statuses/${unknown}/favourite`)
  const many: string[] = []
  for (let n = 0; n < 4; n += 1) {
    const id = await post(cid, `one of many ${n}`)
    for (const by of [ann, ben]) await by.api.post(`/api/v1/statuses/${id}/favourite`)
    many.unshift(id)
  }
  await later(2_000)
  await later()
  const ids = async (by: TestMember, query = "") =>
    (await by.api.get(`/api/v1/trends/statuses${query}`)).body.map((one: { id: string }) => one.id)
  const all = await ids(ann)
  assert.equal(all[0], shared)
  assert.deepEqual(new Set(all.slice(1)), new Set([liked, ...many.slice(0, 3)]))
  assert.deepEqual(await ids(ann, "?limit=1&offset=1"), [all[1]])
  assert.equal((await aviary.api.get("/api/v1/trends/statuses")).body.length, all.length)
  const eve = await aviary.member("eve")
  await eve.api.post(`/api/v1/accounts/${ann.id}/mute`)
  assert.deepEqual(await ids(eve), all.slice(1))
  const body = {
    title: "x",
    context: ["public"],
    filter_action: "hide",
    keywords_attributes: [{ keyword: "many" }],
  }
  await eve.api.post("/api/v2/filters", body)
  assert.deepEqual(await ids(eve), [liked])
})

test("links: shown by their addresses with who shared them when, and with a timeline of their own", async () => {
  const url = "https://birds.example/2026/the-kestrel.html?a=1"
  const first = await post(ann, `Read ${url}.`)
  const second = await post(ben, `(${url})`)
  await post(ben, "https://alone.example/")
  await later()
  const answer = await aviary.api.get("/api/v1/trends/links")
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const links = answer.body
  assert.deepEqual(
    links.map((link: { url: string }) => link.url),
    [url],
  )
  const { title, provider_name, history } = links[0]
  assert.deepEqual([title, provider_name], ["the kestrel", "birds.example"])
  assert.deepEqual([history.length, history[0].uses, history[0].accounts], [7, "2", "2"])
  const path = `/api/v1/timelines/link?url=${encodeURIComponent(url)}`
  const ids = async (query = "") =>
    (await cid.api.get(path + query)).body.map((one: { id: string }) => one.id)
  assert.deepEqual(await ids(), [second, first])
  assert.deepEqual(await ids("&limit=1"), [second])
  assert.deepEqual(await ids(`&max_id=${second}`), [first])
  assert.equal(
    (await aviary.api.get("/api/v1/timelines/link?url=https%3A%2F%2Falone.example%2F")).status,
    404,
  )
})
