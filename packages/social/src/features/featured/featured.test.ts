import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { MAX_FEATURED_TAGS } from "./featured-tags.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

test("hashtags are put on a profile for all to see, counted, suggested, and taken off", async () => {
  const [ann, ben] = [await aviary.member("ann"), await aviary.member("ben")]
  for (const status of ["#birds #gulls", "#birds", "#owls"])
    await ann.api.post("/api/v1/statuses", { status })
  await ann.api.post("/api/v1/statuses", { status: "#birds", visibility: "private" })
  const suggested = (await ann.api.get("/api/v1/featured_tags/suggestions")).body
  assert.deepEqual(
    suggested.map((tag: { name: string }) => tag.name),
    ["birds", "gulls", "owls"],
  )
  const birds = (await ann.api.post("/api/v1/featured_tags", { name: "#Birds" })).body
  const today = new Date(aviary.clock.now()).toISOString().slice(0, 10)
  assert.deepEqual([birds.name, birds.statuses_count, birds.last_status_at], ["birds", "2", today])
  assert.deepEqual(
    (await ann.api.post("/api/v1/featured_tags", { name: "birds" })).body,
    birds,
    "twice is once",
  )
  assert.equal((await ann.api.post("/api/v1/tags/unused/feature")).body.featuring, true)
  assert.equal((await ben.api.get("/api/v1/tags/unused")).body.featuring, false)
  const names = async (path: string) =>
    (await ben.api.get(path)).body.map((tag: { name: string }) => tag.name)
  assert.deepEqual(await names(`/api/v1/accounts/${ann.id}/featured_tags`), ["unused", "birds"])
  assert.equal((await ann.api.get("/api/v1/featured_tags")).body[0].last_status_at, null)
  assert.equal((await ann.api.post("/api/v1/tags/unused/unfeature")).body.featuring, false)
  assert.equal((await ben.api.delete(`/api/v1/featured_tags/${birds.id}`)).status, 404)
  assert.deepEqual((await ann.api.delete(`/api/v1/featured_tags/${birds.id}`)).body, {})
  assert.deepEqual(await names(`/api/v1/accounts/${ann.id}/featured_tags`), [])

  assert.equal((await ann.api.post("/api/v1/featured_tags", { name: "no tag" })).status, 422)
  for (let n = 0; n < MAX_FEATURED_TAGS; n += 1)
    await ann.api.post("/api/v1/featured_tags", { name: `tag${n}` })
  const refused = await ann.api.post("/api/v1/featured_tags", { name: "onemore" })
  assert.deepEqual([refused.status, refused.body.code], [422, "tag.too_many_featured"])
  assert.equal((await aviary.api.get("/api/v1/accounts/7/featured_tags")).status, 404)
})

test("accounts that one follows are put on a profile, until they are taken off or unfollowed", async () => {
  const cid = await aviary.member("cid")
  const others = [await aviary.member("dot"), await aviary.member("eve"), await aviary.member("fay")]
  const ids = async (path: string, by = cid) =>
    (await by.api.get(path)).body.map((one: { id: string }) => one.id)
  const [dot, eve, fay] = others
  assert.ok(dot && eve && fay)
  const refused = await cid.api.post(`/api/v1/accounts/${dot.id}/endorse`)
  assert.deepEqual([refused.status, refused.body.code], [422, "endorsement.not_followed"])
  for (const other of others) await cid.api.post(`/api/v1/accounts/${other.id}/follow`)
  for (const action of ["endorse", "pin", "endorse"])
    assert.equal((await cid.api.post(`/api/v1/accounts/${dot.id}/${action}`)).body.endorsed, true)
  for (const other of [eve, fay]) await cid.api.post(`/api/v1/accounts/${other.id}/endorse`)
  assert.deepEqual(await ids("/api/v1/endorsements"), [fay.id, eve.id, dot.id])
  assert.deepEqual(await ids(`/api/v1/accounts/${cid.id}/endorsements?limit=2`, dot), [fay.id, eve.id])
  assert.equal((await cid.api.post(`/api/v1/accounts/${fay.id}/unpin`)).body.endorsed, false)
  await cid.api.post(`/api/v1/accounts/${eve.id}/unfollow`)
  await cid.api.post(`/api/v1/accounts/${eve.id}/follow`)
  assert.deepEqual(await ids("/api/v1/endorsements"), [dot.id])
  assert.equal((await cid.api.get(`/api/v1/accounts/relationships?id=${eve.id}`)).body[0].endorsed, false)
  await cid.api.post(`/api/v1/accounts/${eve.id}/endorse`)
  assert.deepEqual(await ids("/api/v1/endorsements"), [eve.id, dot.id])
  await fay.api.post(`/api/v1/accounts/${eve.id}/block`)
  assert.deepEqual(await ids(`/api/v1/accounts/${cid.id}/endorsements`, fay), [dot.id])
  assert.equal((await cid.api.post(`/api/v1/accounts/${cid.id}/endorse`)).status, 422)
})
