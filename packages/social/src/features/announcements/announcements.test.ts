import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { openSocket, roundTrip } from "../streaming/stream-client.testing.ts"
import type { WriteAnnouncements } from "./announcements.ts"
import { createWriteAnnouncements } from "./announcements.ts"

let aviary: TestAviary
let staff: WriteAnnouncements
let ann: TestMember
let ben: TestMember
before(async () => {
  aviary = await startAviary()
  staff = createWriteAnnouncements(aviary.social.core)
  ann = await aviary.member("ann")
  ben = await aviary.member("ben")
})
after(() => aviary.stop())

const plain = { startsAt: null, endsAt: null, allDay: false }
const path = "/api/v1/announcements"
const ids = async (by: TestMember, query = ""): Promise<string[]> =>
  (await by.api.get(path + query)).body.map((one: { id: string }) => one.id)

test("members see what staff published, put it away, and see it no more; others do", async () => {
  const id = String(
    await staff.publish({ ...plain, text: "We <move> at noon.\n\nhttps://birds.example #moving" }),
  )
  const [shown] = (await ann.api.get(path)).body
  assert.match(shown.content, /^<p>We &lt;move&gt; at noon\.<\/p><p><a href="https:\/\/birds\.example"/)
  assert.deepEqual([shown.id, shown.read, shown.reactions, shown.ends_at], [id, false, [], null])
  for (let round = 0; round < 2; round += 1)
    assert.deepEqual((await ann.api.post(`${path}/${id}/dismiss`)).body, {})
  assert.deepEqual(await ids(ann), [])
  assert.deepEqual(await ids(ben), [id])
  const [read] = (await ann.api.get(`${path}?with_dismissed=true`)).body
  assert.deepEqual([read.id, read.read], [id, true])
  await staff.remove(Number(id))
  assert.deepEqual(await ids(ben), [])
  assert.equal((await ann.api.post(`${path}/${id}/dismiss`)).status, 404)
  await assert.rejects(staff.remove(Number(id)), { code: "record.not_found" })
})

test("one with an end is shown until then", async () => {
  const at = aviary.clock.now()
  const endsAt = new Date(at + 60_000)
  const id = String(await staff.publish({ text: "Soon", startsAt: new Date(at), endsAt, allDay: true }))
  const [shown] = (await ann.api.get(path)).body
  assert.deepEqual(
    [shown.starts_at, shown.ends_at, shown.all_day],
    [new Date(at).toISOString(), endsAt.toISOString(), true],
  )
  aviary.clock.advance(60_000)
  assert.deepEqual(await ids(ann), [])
  assert.equal((await ann.api.put(`${path}/${id}/reactions/%F0%9F%90%A6`)).status, 404)
})

test("reactions are emoji, counted once a member, in the order in which they came", async () => {
  const id = await staff.publish({ ...plain, text: "React!" })
  const react = (by: TestMember, name: string) =>
    by.api.put(`${path}/${id}/reactions/${encodeURIComponent(name)}`)
  for (const [by, name] of [[ann, "🐦"], [ben, "👍🏽"], [ben, "🐦"], [ben, "🐦"]] as const)
    assert.deepEqual((await react(by, name)).body, {}) // prettier-ignore
  const shown = async (by: TestMember) => (await by.api.get(path)).body[0].reactions
  assert.deepEqual(await shown(ann), [
    { name: "🐦", count: 2, me: true },
    { name: "👍🏽", count: 1, me: false },
  ])
  for (const name of ["bird", "🐦🐦", "<b>"]) assert.equal((await react(ann, name)).status, 422, name)
  for (let round = 0; round < 2; round += 1)
    assert.deepEqual((await ben.api.delete(`${path}/${id}/reactions/${encodeURIComponent("🐦")}`)).body, {})
  assert.deepEqual((await shown(ben))[0], { name: "🐦", count: 1, me: false })
  for (const name of ["😀", "😁", "😂", "😃", "😄", "😅"]) await react(ann, name)
  const refused = await react(ann, "😆")
  assert.deepEqual([refused.status, refused.body.code], [422, "announcement.too_many_reactions"])
  await staff.remove(id)
})

test("streams tell of announcements, reactions, and what is gone", async () => {
  await aviary.settle()
  const socket = await openSocket(aviary.url, { token: ann.token, query: "?stream=user" })
  try {
    await roundTrip(socket)
    const id = await staff.publish({ ...plain, text: "Live" })
    await ben.api.put(`${path}/${id}/reactions/${encodeURIComponent("🐦")}`)
    const reaction = await socket.next((frame) => frame.event === "announcement.reaction")
    assert.deepEqual(JSON.parse(reaction.payload ?? ""), {
      name: "🐦",
      count: 1,
      announcement_id: String(id),
    })
    const told = socket.received.find((frame) => frame.event === "announcement")
    assert.equal(JSON.parse(told?.payload ?? "").content, "<p>Live</p>")
    await staff.remove(id)
    const gone = await socket.next((frame) => frame.event === "announcement.delete")
    assert.deepEqual(gone, { stream: ["user"], event: "announcement.delete", payload: String(id) })
  } finally {
    socket.ws.terminate()
    await socket.closed()
  }
})

test("what cannot be published, and who may not look", async () => {
  for (const wrong of [{ text: " " }, { text: "x".repeat(5_001) }, { text: "x", endsAt: new Date(0) }])
    await assert.rejects(staff.publish({ ...plain, ...wrong }), { code: "input.invalid" })
  for (let n = 0; n < 20; n += 1) await staff.publish({ ...plain, text: `${n}` })
  await assert.rejects(staff.publish({ ...plain, text: "one more" }), /there are 20/)
  assert.equal((await aviary.api.get(path)).status, 401)
})
