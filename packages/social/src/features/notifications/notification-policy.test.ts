import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

const policyPath = "/api/v2/notifications/policy"
const requests = "/api/v1/notifications/requests"

async function mention(
  by: TestMember,
  whom: TestMember,
  more: Record<string, unknown> = {},
): Promise<string> {
  const { id } = (await by.api.post("/api/v1/statuses", { status: `@${whom.username} hello`, ...more })).body
  await aviary.settle()
  return id
}

const about = async (by: TestMember, path = "/api/v1/notifications"): Promise<string[]> =>
  (await by.api.get(path)).body.flatMap((one: { status?: { id: string } }) => one.status?.id ?? [])
const waiting = async (by: TestMember): Promise<string[]> =>
  (await by.api.get(requests)).body.map((one: { id: string }) => one.id)

test("what a member would rather be asked about waits, is accepted with all that comes, or thrown away", async () => {
  const [ann, ben, cid] = [await aviary.member("ann"), await aviary.member("ben"), await aviary.member("cid")]
  assert.equal((await ann.api.get(policyPath)).body.for_not_following, "accept")
  const before = await mention(ben, ann)
  const changed = (await ann.api.patch(policyPath, { for_not_following: "filter" })).body
  assert.deepEqual([changed.for_not_following, changed.for_new_accounts], ["filter", "accept"])
  const [one, two] = [await mention(ben, ann), await mention(ben, ann)]
  const other = await mention(cid, ann)
  assert.deepEqual(await about(ann), [before])
  assert.equal((await ann.api.get("/api/v2/notifications")).body.notification_groups.length, 1)
  assert.equal((await ann.api.get("/api/v1/notifications/unread_count")).body.count, 1)
  assert.deepEqual(await waiting(ann), [cid.id, ben.id])
  assert.deepEqual((await ann.api.get(policyPath)).body.summary, {
    pending_requests_count: 2,
    pending_notifications_count: 3,
  })
  const request = (await ann.api.get(`${requests}/${ben.id}`)).body
  assert.deepEqual(
    [request.notifications_count, request.account.id, request.last_status.id],
    ["2", ben.id, two],
  )

  assert.deepEqual((await ann.api.post(`${requests}/${ben.id}/accept`)).body, {})
  assert.deepEqual(await about(ann), [two, one, before])
  const next = await mention(ben, ann)
  assert.deepEqual((await about(ann))[0], next, "what comes is taken at once")
  assert.deepEqual((await ann.api.post(`${requests}/${cid.id}/dismiss`)).body, {})
  assert.deepEqual(await waiting(ann), [])
  assert.equal((await ann.api.post(`${requests}/${cid.id}/dismiss`)).status, 404)
  const again = await mention(cid, ann)
  assert.deepEqual(await waiting(ann), [cid.id], "what comes next waits again")
  assert.deepEqual((await ann.api.post(`${requests}/accept`, { id: [cid.id] })).body, {})
  assert.ok((await about(ann)).includes(again) && !(await about(ann)).includes(other))
  assert.equal((await ann.api.get(`${requests}/merged`)).body.merged, true)

  const dan = await aviary.member("dan")
  await mention(dan, ann)
  assert.deepEqual(await waiting(ann), [dan.id])
  assert.deepEqual((await ann.api.post(`${requests}/dismiss`, { id: [dan.id] })).body, {})
  assert.deepEqual(await waiting(ann), [])
})

test("each kind is told apart, the severest counts, and what is dropped is never made", async () => {
  const dot = await aviary.member("dot")
  const [friend, fan, stranger] = [await aviary.member("friend"), await aviary.member("fan"), await aviary.member("stranger")] // prettier-ignore
  await dot.api.post(`/api/v1/accounts/${friend.id}/follow`)
  await fan.api.post(`/api/v1/accounts/${dot.id}/follow`)
  await dot.api.patch(policyPath, { for_private_mentions: "drop" })
  const open = await mention(stranger, dot)
  await mention(stranger, dot, { visibility: "direct" })
  const ofFriend = await mention(friend, dot, { visibility: "direct" })
  assert.deepEqual(await about(dot), [ofFriend, open])
  assert.deepEqual(await waiting(dot), [])
  await dot.api.patch(policyPath, { for_not_followers: "filter" })
  const ofFan = await mention(fan, dot)
  await mention(friend, dot)
  assert.deepEqual(await about(dot), [ofFan, ofFriend, open])
  assert.deepEqual(await waiting(dot), [friend.id])
  await dot.api.patch(policyPath, { for_new_accounts: "filter", for_not_followers: "accept" })
  await mention(fan, dot)
  assert.deepEqual(await waiting(dot), [fan.id, friend.id])
  aviary.clock.advance(31 * 86_400_000)
  const old = await mention(stranger, dot)
  assert.equal((await about(dot))[0], old)
})

test("older apps turn it on and off", async () => {
  const eve = await aviary.member("eve")
  const path = "/api/v1/notifications/policy"
  assert.equal((await eve.api.put(path, { filter_not_following: true })).body.filter_not_following, true)
  assert.equal((await eve.api.get(policyPath)).body.for_not_following, "filter")
  assert.equal((await eve.api.put(path, { filter_not_following: "0" })).body.filter_not_following, false)
  assert.equal((await eve.api.patch(policyPath, { for_not_following: "maybe" })).status, 422)
  assert.equal((await aviary.api.get(requests)).status, 401)
})
