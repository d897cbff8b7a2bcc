import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import fc from "fast-check"
import { checkReplay } from "../../events/replay.ts"
import type { NewDomainEvent } from "../../events/event-log.ts"

const CROWD = 130

let aviary: TestAviary
let alice: TestMember
/** Ids of alice's followers, the newest first. */
let crowd: string[]

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  crowd = await followAsCrowd(alice, CROWD)
})
after(() => aviary.stop())

/** Many accounts at once, as an import writes them: all follow one account, in one transaction. */
async function followAsCrowd(target: TestMember, count: number): Promise<string[]> {
  const { events, nextId } = aviary.social.core
  const ids = Array.from({ length: count }, () => nextId())
  // Follows are made in another order than accounts, so that a cursor of the wrong id shows.
  const order = ids
    .map((id, index) => ({ id, place: (index * 37) % count }))
    .sort((a, b) => a.place - b.place)
  const created = ids.map((id, index): NewDomainEvent => ({
    type: "account.created",
    stream: `account:${id}`,
    actor: id,
    data: { id, username: `crow${index}`, display_name: "", role: "member" },
  }))
  const followed = order.map(({ id }): NewDomainEvent => ({
    type: "follow.created",
    stream: `pair:${target.id}:${id}`,
    actor: id,
    data: {
      id: nextId(),
      follower_id: id,
      followee_id: Number(target.id),
      show_reposts: true,
      notify: false,
      languages: null,
    },
  }))
  await events.transact([], (tx) => tx.append([...created, ...followed]))
  return order.map(({ id }) => String(id)).reverse()
}

function linkOf(headers: Headers, rel: string): string | undefined {
  const links = (headers.get("link") ?? "").split(", ")
  const found = links.find((link) => link.endsWith(`rel="${rel}"`))
  return found && /<([^>]+)>/.exec(found)?.[1]
}

async function walk(path: string, rel: "next" | "prev"): Promise<string[][]> {
  const pages: string[][] = []
  let next: string | undefined = path
  while (next !== undefined) {
    const answer = await alice.api.get(next)
    assert.equal(answer.status, 200)
    const ids: string[] = answer.body.map((account: { id: string }) => account.id)
    if (ids.length === 0) break
    pages.push(ids)
    const link = linkOf(answer.headers, rel)
    next = link?.replace(aviary.url, "")
  }
  return pages
}

test("any page size walks down over all followers, in the order of the follows, without gap or repeat", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 7, max: 90 }), async (limit) => {
      const pages = await walk(`/api/v1/accounts/${alice.id}/followers?limit=${limit}`, "next")
      assert.deepEqual(pages.flat(), crowd)
      const size = Math.min(limit, 80)
      assert.ok(
        pages.slice(0, -1).every((page) => page.length === size),
        "only the last page is short",
      )
    }),
    { numRuns: 8 },
  )
})

test("walking up by min_id finds all of them too", async () => {
  const down = await alice.api.get(`/api/v1/accounts/${alice.id}/followers?limit=80`)
  const bottom = await alice.api.get((linkOf(down.headers, "next") ?? "").replace(aviary.url, ""))
  const lastPage: string[] = bottom.body.map((account: { id: string }) => account.id)
  const up = linkOf(bottom.headers, "prev")?.replace(aviary.url, "")
  assert.ok(up)
  const above = (await walk(up.replace("limit=80", "limit=33"), "prev")).toReversed().flat()
  assert.deepEqual([...above, ...lastPage], crowd)
})

test("the counter is the length of the list, and a page is 40 by default", async () => {
  const account = await aviary.api.get(`/api/v1/accounts/${alice.id}`)
  assert.equal(account.body.followers_count, CROWD)
  assert.equal((await alice.api.get(`/api/v1/accounts/${alice.id}/followers`)).body.length, 40)
})

test("hidden lists are empty for all but their owner", async () => {
  const bob = await aviary.member("bob")
  await bob.api.post(`/api/v1/accounts/${alice.id}/follow`)
  await bob.api.patch("/api/v1/accounts/update_credentials", { hide_collections: true })
  const path = `/api/v1/accounts/${bob.id}/following`
  assert.deepEqual((await alice.api.get(path)).body, [])
  assert.deepEqual((await aviary.api.get(path)).body, [])
  assert.equal((await bob.api.get(path)).body.length, 1)
  await bob.api.post(`/api/v1/accounts/${alice.id}/unfollow`)
})

test("whom the viewer blocks or is blocked by is left out of others' lists, and a blocked viewer sees none", async () => {
  const carol = await aviary.member("carol")
  const dora = await aviary.member("dora")
  const erin = await aviary.member("erin")
  await carol.api.post(`/api/v1/accounts/${erin.id}/follow`)
  await dora.api.post(`/api/v1/accounts/${erin.id}/follow`)
  const path = `/api/v1/accounts/${erin.id}/followers`
  const ids = async (member: TestMember): Promise<string[]> =>
    (await member.api.get(path)).body.map((account: { id: string }) => account.id)
  assert.deepEqual(await ids(carol), [dora.id, carol.id])
  await dora.api.post(`/api/v1/accounts/${carol.id}/block`)
  assert.deepEqual(await ids(carol), [carol.id])
  assert.deepEqual(await ids(dora), [dora.id])
  assert.deepEqual(await ids(erin), [dora.id, carol.id])
  await erin.api.post(`/api/v1/accounts/${carol.id}/block`)
  assert.deepEqual(await ids(carol), [])
})

test("blocks and mutes are the member's own lists", async () => {
  const fred = await aviary.member("fred")
  const [first, second] = crowd
  assert.ok(first && second)
  await fred.api.post(`/api/v1/accounts/${first}/block`)
  await fred.api.post(`/api/v1/accounts/${second}/block`)
  await fred.api.post(`/api/v1/accounts/${second}/mute`)
  const ids = async (path: string): Promise<string[]> =>
    (await fred.api.get(path)).body.map((account: { id: string }) => account.id)
  assert.deepEqual(await ids("/api/v1/blocks"), [second, first])
  assert.deepEqual(await ids("/api/v1/mutes"), [second])
  assert.deepEqual((await alice.api.get("/api/v1/blocks")).body, [])
})

test("a mute ends by itself: ignored from that moment, then removed through an event", async () => {
  const gina = await aviary.member("gina")
  const target = crowd[5]
  const muted = await gina.api.post(`/api/v1/accounts/${target}/mute`, {
    duration: "300",
    notifications: "false",
  })
  assert.deepEqual([muted.body.muting, muted.body.muting_notifications], [true, false])
  const end = new Date(aviary.clock.now() + 300_000).toISOString()
  assert.equal(muted.body.muting_expires_at, end)
  assert.equal((await gina.api.get("/api/v1/mutes")).body[0].mute_expires_at, end)

  const again = await gina.api.post(`/api/v1/accounts/${target}/mute`, {})
  assert.deepEqual([again.body.muting_notifications, again.body.muting_expires_at], [true, null])
  await gina.api.post(`/api/v1/accounts/${target}/mute`, { duration: 30 })
  aviary.clock.advance(30_000)
  assert.deepEqual((await gina.api.get("/api/v1/mutes")).body, [])
  const now = await gina.api.get(`/api/v1/accounts/relationships?id=${target}`)
  assert.deepEqual([now.body[0].muting, now.body[0].muting_expires_at], [false, null])

  aviary.clock.advance(60_000)
  await until(async () => (await muteRows(gina)) === 0)
  const events = await aviary.social.core.db
    .selectFrom("events")
    .select(["type", "actor"])
    .where("type", "=", "mute.removed")
    .execute()
  assert.deepEqual(events, [{ type: "mute.removed", actor: null }])
})

test("an unmute ends a mute at once", async () => {
  const gus = await aviary.member("gus")
  const path = `/api/v1/accounts/${crowd[5]}`
  await gus.api.post(`${path}/mute`)
  const unmuted = await gus.api.post(`${path}/unmute`)
  assert.deepEqual([unmuted.status, unmuted.body.muting], [200, false])
  assert.deepEqual((await gus.api.get("/api/v1/mutes")).body, [])
  assert.equal((await gus.api.post(`${path}/unmute`)).status, 200)
})

async function muteRows(member: TestMember): Promise<number> {
  const rows = await aviary.social.core.db
    .selectFrom("mutes")
    .select("id")
    .where("account_id", "=", Number(member.id))
    .execute()
  return rows.length
}

/** The sweeper works on its own; each look is a round trip to the database, so this never spins. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 500; look += 1) if (await condition()) return
  assert.fail("it did not happen")
}

test("familiar followers are those whom the viewer follows", async () => {
  const hugo = await aviary.member("hugo")
  const [known, alsoKnown] = [crowd[3], crowd[1]]
  await hugo.api.post(`/api/v1/accounts/${known}/follow`)
  await hugo.api.post(`/api/v1/accounts/${alsoKnown}/follow`)
  const { body } = await hugo.api.get(
    `/api/v1/accounts/familiar_followers?id[]=${alice.id}&id[]=${hugo.id}&id[]=1`,
  )
  assert.deepEqual(
    body.map((one: { id: string; accounts: { id: string }[] }) => [one.id, one.accounts.map(({ id }) => id)]),
    [
      [alice.id, [alsoKnown, known]],
      [hugo.id, []],
      ["1", []],
    ],
  )
})

test("bad cursors and limits are refused, and unknown accounts not found", async () => {
  assert.equal((await alice.api.get(`/api/v1/accounts/${alice.id}/followers?max_id=x`)).status, 422)
  assert.equal((await alice.api.get(`/api/v1/accounts/${alice.id}/followers?limit=0`)).status, 422)
  assert.equal((await alice.api.get("/api/v1/accounts/12345/followers")).status, 404)
  assert.equal((await aviary.api.get("/api/v1/blocks")).status, 401)
})

test("the log alone gives the same tables", async () => {
  const { differences } = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.equal(differences, 0)
})
