// The fast lane answers as the ordinary way does, byte for byte but for the order of members, or not at all.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
const posted: string[] = []

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  await bob.api.post(`/api/v1/accounts/${alice.id}/follow`)
  for (let n = 0; n < 7; n += 1) {
    const { body } = await alice.api.post("/api/v1/statuses", { status: `Ünïcode 🐦 ${n} \u2028 "quoted"` })
    posted.unshift(body.id)
  }
  await bob.api.post(`/api/v1/statuses/${posted[2]}/favourite`)
  await aviary.settle()
  await aviary.social.feed.loader.loaded()
})
after(() => aviary.stop())

/** Headers that are another's with each answer. */
const EACH = ["date", "x-request-id", "connection", "keep-alive"]

async function ask(path: string, token = bob.token, headers: Record<string, string> = {}) {
  const response = await fetch(aviary.url + path, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  const text = await response.text()
  const shown = [...response.headers].filter(([name]) => !EACH.includes(name) && name !== "content-length")
  assert.equal(Number(response.headers.get("content-length")), Buffer.byteLength(text))
  return { status: response.status, headers: Object.fromEntries(shown), body: JSON.parse(text) as unknown }
}

/** The ordinary way: a position is never presented to the lane. */
const ordinary = (path: string) => ask(path, bob.token, { "aviary-position": "1-1" })

function readsFrom(source: string): Promise<number> {
  return aviary.social.core.metrics.text().then((text) => {
    const match = new RegExp(`aviary_feed_reads_total\\{source="${source}"\\} (\\d+)`).exec(text)
    return Number(match?.[1] ?? 0)
  })
}

test("the same headers, links and bodies as the ordinary way", async () => {
  const [middle, low] = [posted[3], posted[5]]
  const queries = [
    "",
    "?",
    "?limit=3",
    "?limit=40",
    "?limit=400",
    `?max_id=${middle}`,
    `?max_id=${middle}&limit=2`,
    `?limit=2&min_id=${low}`,
    `?since_id=${low}`,
    `?max_id=${middle}&since_id=${low}`,
    "?max_id=1",
  ]
  for (const query of queries) {
    const path = `/api/v1/timelines/home${query}`
    await ask(path)
    assert.deepEqual(await ask(path), await ordinary(path), path)
  }
  assert.ok((await readsFrom("ring")) + (await readsFrom("outboxes")) > queries.length)
})

test("what is not of the plainest kind goes the ordinary way, with its errors", async () => {
  const refused = ["?limit=0", "?limit=-1", "?limit=x", "?max_id=abc", "?max_id=99999999999999999999"]
  for (const query of refused) assert.equal((await ask(`/api/v1/timelines/home${query}`)).status, 422, query)
  const taken = [
    "?limit=",
    "?max_id=",
    "?local=true",
    "?limit=2&limit=3",
    `?max%5Fid=${posted[3]}`,
    "?access_token=none",
  ]
  for (const query of taken) {
    const path = `/api/v1/timelines/home${query}`
    assert.deepEqual(await ask(path), await ordinary(path), query)
  }
})

test("a token that does not let in is refused: none, unknown, of too little scope, revoked", async () => {
  const none = await fetch(`${aviary.url}/api/v1/timelines/home`)
  assert.equal(none.status, 401)
  assert.equal((await ask("/api/v1/timelines/home", "nobody")).status, 401)
  const narrow = await aviary.member("narrow", { scopes: ["write:statuses"] })
  assert.equal((await ask("/api/v1/timelines/home", narrow.token)).status, 403)
  const carol = await aviary.member("carol")
  assert.equal((await ask("/api/v1/timelines/home", carol.token)).status, 200)
  await aviary.social.operator.suspend("carol")
  assert.equal((await ask("/api/v1/timelines/home", carol.token)).status, 401)
})

test("one's own like shows at once, and a post that was deleted is gone at once", async () => {
  const favourited = async (id: string | undefined) => {
    const { body } = await ask("/api/v1/timelines/home")
    const found = (body as { id: string; favourited: boolean; favourites_count: number }[]).find(
      (one) => one.id === id,
    )
    return found && [found.favourited, found.favourites_count]
  }
  const headers = { authorization: `Bearer ${bob.token}` }
  for (let round = 0; round < 5; round += 1) {
    await fetch(`${aviary.url}/api/v1/statuses/${posted[0]}/favourite`, { method: "POST", headers })
    assert.deepEqual(await favourited(posted[0]), [true, 1])
    await fetch(`${aviary.url}/api/v1/statuses/${posted[0]}/unfavourite`, { method: "POST", headers })
    assert.deepEqual(await favourited(posted[0]), [false, 0])
  }
  const own = await fetch(`${aviary.url}/api/v1/statuses`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ status: "for a moment" }),
  })
  const { id } = (await own.json()) as { id: string }
  assert.ok(await favourited(id))
  await fetch(`${aviary.url}/api/v1/statuses/${id}`, { method: "DELETE", headers })
  assert.equal(await favourited(id), undefined)
})
