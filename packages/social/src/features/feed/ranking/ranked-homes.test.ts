// The ranked timeline and the ranked home over HTTP.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let reader: TestMember
let prolific: TestMember
let quiet: TestMember
/** Ids by when they were posted, oldest first. */
const ids: string[] = []

before(async () => {
  aviary = await startAviary()
  reader = await aviary.member("reader")
  prolific = await aviary.member("prolific")
  quiet = await aviary.member("quiet")
  for (const author of [prolific, quiet]) await reader.api.post(`/api/v1/accounts/${author.id}/follow`)
  for (let n = 0; n < 12; n += 1) {
    const author = n % 4 === 0 ? quiet : prolific
    const { body } = await author.api.post("/api/v1/statuses", { status: `post ${n}` })
    ids.push(body.id)
    aviary.clock.advance(60_000)
  }
  // The oldest is the one that people liked.
  for (const member of [reader, prolific]) await member.api.post(`/api/v1/statuses/${ids[0]}/favourite`)
  await aviary.settle()
})
after(() => aviary.stop())

const PATH = "/api/aviary/v1/timelines/ranked"

function nextOf(headers: Headers): string | undefined {
  return /<([^>]*)>; rel="next"/.exec(headers.get("link") ?? "")?.[1]?.slice(aviary.url.length)
}

test("best first, each with its score and the reason, authors mixed", async () => {
  const { status, body } = await reader.api.get(PATH)
  assert.equal(status, 200)
  assert.equal(body.length, 12)
  assert.equal(body[0].status.id, ids[0])
  assert.deepEqual(body[0].reason, { kind: "engagement", likes: 2, reposts: 0, replies: 0 })
  assert.ok(body[0].score > 3)
  const authors = body.map(
    (entry: { status: { account: { username: string } } }) => entry.status.account.username,
  )
  for (let n = 2; n < 6; n += 1) assert.ok(new Set(authors.slice(n - 2, n + 1)).size > 1, "no three in a row")
  assert.ok(body.some((entry: { reason: { kind: string } }) => entry.reason.kind === "diversity"))
})

test("pages are cut out of one ranking: nothing moves and nothing comes twice while people like and post", async () => {
  const seen: string[] = []
  let path: string | undefined = `${PATH}?limit=5`
  while (path) {
    const { body, headers } = await reader.api.get(path)
    seen.push(...body.map((entry: { status: { id: string } }) => entry.status.id))
    path = nextOf(headers)
    // What would change the order if it were made anew.
    await reader.api.post(`/api/v1/statuses/${ids[4]}/favourite`)
    await quiet.api.post("/api/v1/statuses", { status: "in between" })
  }
  assert.deepEqual([...seen].sort(), [...ids].sort())
  assert.equal(seen[0], ids[0])
})

test("what the home no longer shows is left out of a ranking that had it", async () => {
  const first = await reader.api.get(`${PATH}?limit=2`)
  await reader.api.post(`/api/v1/accounts/${prolific.id}/mute`)
  const rest: string[] = []
  let path = nextOf(first.headers)
  while (path) {
    const { body, headers } = await reader.api.get(path)
    rest.push(
      ...body.map((entry: { status: { account: { username: string } } }) => entry.status.account.username),
    )
    path = nextOf(headers)
  }
  assert.ok(rest.length > 0)
  assert.ok(!rest.includes("prolific"))
  await reader.api.post(`/api/v1/accounts/${prolific.id}/unmute`)
})

test("what is older than three days follows, newest first, to the end of the home", async () => {
  aviary.clock.advance(4 * 86_400_000)
  const fresh = await quiet.api.post("/api/v1/statuses", { status: "days later" })
  const seen: string[] = []
  const kinds: string[] = []
  let path: string | undefined = `${PATH}?limit=4`
  while (path) {
    const { body, headers } = await reader.api.get(path)
    seen.push(...body.map((entry: { status: { id: string } }) => entry.status.id))
    kinds.push(...body.map((entry: { reason: { kind: string } }) => entry.reason.kind))
    path = nextOf(headers)
  }
  assert.equal(seen[0], fresh.body.id)
  assert.deepEqual([kinds[0], ...new Set(kinds.slice(1))], ["recent", "older"])
  const older = seen.slice(1).map(Number)
  assert.deepEqual(
    older,
    older.toSorted((a, b) => b - a),
  )
  for (const id of ids) assert.equal(seen.filter((one) => one === id).length, 1)
})

test("a cursor that was never given is refused, one that is forgotten is gone", async () => {
  assert.equal((await reader.api.get(`${PATH}?cursor=nonsense`)).status, 422)
  const gone = await reader.api.get(`${PATH}?cursor=abcdefghijkl.5.5`)
  assert.equal(gone.status, 410)
  assert.equal(gone.body.code, "feed.ranking_gone")
  const { headers } = await reader.api.get(`${PATH}?limit=1`)
  const other = nextOf(headers)
  assert.ok(other)
  assert.equal((await quiet.api.get(other)).status, 410)
})

test("who prefers it has the ordinary home ranked, under Mastodon's cursors, and back again", async () => {
  await quiet.api.post(`/api/v1/accounts/${prolific.id}/follow`)
  const mine = async (path: string) => {
    const { body, headers } = await quiet.api.get(path)
    return { ids: body.map((status: { id: string }) => status.id) as string[], next: nextOf(headers) }
  }
  for (let n = 0; n < 6; n += 1) {
    const { body } = await prolific.api.post("/api/v1/statuses", { status: `again ${n}` })
    if (n === 1) await quiet.api.post(`/api/v1/statuses/${body.id}/favourite`)
  }
  const latest = await mine("/api/v1/timelines/home?limit=40")
  assert.deepEqual(
    latest.ids,
    latest.ids.toSorted((a, b) => Number(b) - Number(a)),
  )
  assert.equal((await quiet.api.get("/api/aviary/v1/preferences")).body.home_order, "latest")
  const set = await quiet.api.patch("/api/aviary/v1/preferences", { home_order: "ranked" })
  assert.equal(set.body.home_order, "ranked")
  const ranked: string[] = []
  let path: string | undefined = "/api/v1/timelines/home?limit=5"
  while (path) {
    const page = await mine(path)
    ranked.push(...page.ids)
    path = page.next
  }
  assert.notDeepEqual(ranked, latest.ids)
  assert.deepEqual([...ranked].sort(), [...latest.ids].sort())
  const newer = await prolific.api.post("/api/v1/statuses", { status: "just now" })
  assert.deepEqual((await mine(`/api/v1/timelines/home?since_id=${latest.ids[0]}`)).ids, [newer.body.id])
  await quiet.api.patch("/api/aviary/v1/preferences", { home_order: "latest" })
  assert.deepEqual((await mine("/api/v1/timelines/home?limit=40")).ids, [newer.body.id, ...latest.ids])
  assert.equal((await quiet.api.patch("/api/aviary/v1/preferences", { home_order: "best" })).status, 422)
})
