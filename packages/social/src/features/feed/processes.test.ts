// Homes across several processes on one database: who wrote sees it everywhere with the position of the write, everybody else
// as soon as the other process has followed the log.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember, TwinAviary } from "@aviary/testkit"

let aviary: TestAviary
let twin: TwinAviary
let alice: TestMember
let bob: TestMember

before(async () => {
  aviary = await startAviary()
  twin = await aviary.twin()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  await bob.api.post(`/api/v1/accounts/${alice.id}/follow`)
  await Promise.all([aviary.social, twin.social].map((social) => social.feed.loader.loaded()))
})
after(() => aviary.stop())

async function homeIn(url: string, member: TestMember, position?: string | null): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/timelines/home`, {
    headers: {
      authorization: `Bearer ${member.token}`,
      ...(position ? { "aviary-position": position } : {}),
    },
  })
  assert.equal(response.status, 200)
  return ((await response.json()) as { id: string }[]).map((status) => status.id)
}

test("a write in one process is seen in the other by whoever presents its position", async () => {
  for (let round = 0; round < 20; round += 1) {
    const posted = await alice.api.post("/api/v1/statuses", { status: `round ${round}` })
    const position = posted.headers.get("aviary-position")
    assert.ok(position, "an answer to a write tells its position")
    assert.equal((await homeIn(twin.url, alice, position))[0], posted.body.id)
    assert.equal((await homeIn(twin.url, bob, position))[0], posted.body.id)
    // In the process that wrote, the author needs to present nothing.
    assert.equal((await homeIn(aviary.url, alice))[0], posted.body.id)
  }
})

test("an unfollow and a block in one process hold in the other from their position on", async () => {
  const posted = await alice.api.post("/api/v1/statuses", { status: "for bob, for now" })
  const position = posted.headers.get("aviary-position")
  assert.ok((await homeIn(twin.url, bob, position)).includes(posted.body.id))
  const undone = await bob.api.post(`/api/v1/accounts/${alice.id}/unfollow`)
  const without = await homeIn(twin.url, bob, undone.headers.get("aviary-position"))
  assert.ok(!without.includes(posted.body.id))
  const again = await bob.api.post(`/api/v1/accounts/${alice.id}/follow`)
  assert.ok((await homeIn(twin.url, bob, again.headers.get("aviary-position"))).includes(posted.body.id))
  const blocked = await alice.api.post(`/api/v1/accounts/${bob.id}/block`)
  assert.deepEqual(await homeIn(twin.url, bob, blocked.headers.get("aviary-position")), [])
  const forgiven = await alice.api.post(`/api/v1/accounts/${bob.id}/unblock`)
  await bob.api.post(`/api/v1/accounts/${alice.id}/follow`)
  assert.ok(forgiven.headers.get("aviary-position"))
})

test("the other process sees it without a position once it has followed the log", async () => {
  const posted = await alice.api.post("/api/v1/statuses", { status: "soon everywhere" })
  await twin.social.settle()
  assert.equal((await homeIn(twin.url, bob))[0], posted.body.id)
})

test("a like in one process shows in the other", async () => {
  const posted = await alice.api.post("/api/v1/statuses", { status: "like me" })
  await homeIn(twin.url, bob, posted.headers.get("aviary-position"))
  const liked = await bob.api.post(`/api/v1/statuses/${posted.body.id}/favourite`)
  assert.equal(liked.body.favourites_count, 1)
  const seen = await twin.apiWith(bob.token).get("/api/v1/timelines/home", {
    headers: { "aviary-position": liked.headers.get("aviary-position") ?? "" },
  })
  assert.equal(seen.body[0].favourites_count, 1)
  assert.equal(seen.body[0].favourited, true)
})

test("a position that no answer has told is refused by name", async () => {
  const answer = await bob.api.get("/api/v1/timelines/home", { headers: { "aviary-position": "yesterday" } })
  assert.equal(answer.status, 422)
  assert.match(answer.body.error, /aviary-position/)
})
