import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { sql } from "kysely"
import { nameMatches } from "./search-accounts.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
})
after(() => aviary.stop())

const follow = (follower: TestMember, followee: TestMember) =>
  follower.api.post(`/api/v1/accounts/${followee.id}/follow`)

async function names(member: TestMember, path: string): Promise<string[]> {
  const { status, body } = await member.api.get(path)
  assert.equal(status, 200, path)
  return body.map((account: { acct: string }) => account.acct)
}

async function post(member: TestMember, status: string, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await member.api.post("/api/v1/statuses", { status, ...more })
  assert.equal(answer.status, 200)
  return answer.body.id
}

async function postIds(member: TestMember | undefined, path: string): Promise<string[]> {
  const { status, body } = await (member?.api ?? aviary.api).get(path)
  assert.equal(status, 200, path)
  return body.map((one: { id: string }) => one.id)
}

test("an account is found by its address, with and without `@` and this server's domain", async () => {
  const domain = new URL(aviary.url).host
  for (const acct of ["alice", "@alice", "ALICE", `alice@${domain}`, `@Alice@${domain}`]) {
    const found = await aviary.api.get(`/api/v1/accounts/lookup?acct=${encodeURIComponent(acct)}`)
    assert.equal(found.body.id, alice.id, acct)
  }
  for (const acct of ["nobody", "alice@elsewhere.example", "alice@", "@", ""]) {
    const found = await aviary.api.get(`/api/v1/accounts/lookup?acct=${encodeURIComponent(acct)}`)
    assert.equal(found.status, 404, acct)
  }
  assert.equal((await aviary.api.get("/api/v1/accounts/lookup")).status, 422)
})

test("accounts come by their ids in the order asked; unknown ones are left out", async () => {
  assert.deepEqual(
    await names(alice, `/api/v1/accounts?id[]=${bob.id}&id[]=${alice.id}&id[]=7&id[]=${bob.id}`),
    ["bob", "alice"],
  )
  assert.equal((await aviary.api.get(`/api/v1/accounts/${alice.id}`)).body.acct, "alice")
  assert.equal((await aviary.api.get("/api/v1/accounts/7")).status, 404)
  assert.equal((await aviary.api.get("/api/v1/accounts/x")).status, 404)
})

test("search: the exact name first, then those one follows, then the most followed", async () => {
  const heron = await aviary.member("heron")
  const purple = await aviary.member("heron_purple")
  const night = await aviary.member("heron_night")
  const other = await aviary.member("wader")
  await other.api.patch("/api/v1/accounts/update_credentials", { display_name: "Heron's Friend %_" })
  await follow(bob, night)
  await follow(alice, purple)
  await follow(night, other)
  await follow(heron, other)
  // Who is followed most is a second behind at most.
  await aviary.settle()
  const search = (query: string, member = alice) => names(member, `/api/v1/accounts/search?${query}`)
  assert.deepEqual(await search("q=heron"), ["heron", "heron_purple", "wader", "heron_night"])
  assert.deepEqual(await search("q=@HERON"), ["heron", "heron_purple", "wader", "heron_night"])
  assert.deepEqual(await search("q=heron", bob), ["heron", "heron_night", "wader", "heron_purple"])
  assert.deepEqual(await search("q=heron&following=true"), ["heron_purple"])
  assert.deepEqual(await search("q=heron&limit=1&offset=1&resolve=True"), ["heron_purple"])
  assert.deepEqual(await search(`q=heron@${new URL(aviary.url).host}&limit=1`), ["heron"])
  assert.deepEqual(await search("q=heron@elsewhere.example"), [])
  assert.deepEqual(await search("q=%25"), [], "% and _ are characters, not patterns")
  assert.deepEqual(await search(`q=${encodeURIComponent("heron's friend %_")}`), ["wader"])
  assert.deepEqual(await search("q="), [])
  await heron.api.post(`/api/v1/accounts/${alice.id}/block`)
  assert.deepEqual(await search("q=heron&limit=1"), ["heron_purple"], "nobody finds who blocks them")
})

test("search reads the two prefix indexes in their own order", async () => {
  const plan = await aviary.social.core.db.transaction().execute(async (tx) => {
    // A handful of rows would be read one by one whatever the indexes.
    await sql`SET LOCAL enable_seqscan = off`.execute(tx)
    await sql`SET LOCAL enable_bitmapscan = off`.execute(tx)
    const rows = await sql<{ "QUERY PLAN": string }>`EXPLAIN ${nameMatches("he", "he")}`.execute(tx)
    return rows.rows.map((row) => row["QUERY PLAN"]).join("\n")
  })
  assert.match(plan, /Index.* using accounts_username_prefix/)
  assert.match(plan, /Index.* using accounts_display_name_prefix/)
  assert.doesNotMatch(plan, /Sort Key: (accounts\.username_key|\(lower)/)
})

test("an account's posts: replies to others, reposts and the rest are told apart, for each viewer", async () => {
  const carol = await aviary.member("carol")
  const dora = await aviary.member("dora")
  const elsewhere = await post(dora, "dora's")
  const plain = await post(carol, "plain #Lakes")
  const thread = await post(carol, "and another thing", { in_reply_to_id: plain })
  const reply = await post(carol, "@dora yes", { in_reply_to_id: elsewhere })
  const friends = await post(carol, "friends", { visibility: "private" })
  const direct = await post(carol, "psst @dora", { visibility: "direct" })
  const repost = (await carol.api.post(`/api/v1/statuses/${elsewhere}/reblog`)).body.id
  const path = `/api/v1/accounts/${carol.id}/statuses`

  assert.deepEqual(await postIds(carol, path), [repost, direct, friends, reply, thread, plain])
  assert.deepEqual(await postIds(undefined, path), [repost, reply, thread, plain])
  assert.deepEqual(await postIds(dora, path), [repost, direct, reply, thread, plain])
  assert.deepEqual(await postIds(undefined, `${path}?exclude_replies=1&exclude_reblogs=true`), [
    thread,
    plain,
  ])
  assert.deepEqual(await postIds(undefined, `${path}?tagged=LAKES`), [plain])
  assert.deepEqual(await postIds(undefined, `${path}?tagged=%23lakes`), [plain])
  assert.deepEqual(await postIds(undefined, `${path}?tagged=-`), [])
  assert.deepEqual(await postIds(undefined, `${path}?only_media=true`), [])

  await follow(bob, carol)
  assert.ok((await postIds(bob, path)).includes(friends))
  await bob.api.post(`/api/v1/accounts/${dora.id}/mute`)
  await bob.api.post(`/api/v1/accounts/${carol.id}/mute`)
  assert.deepEqual(
    await postIds(bob, path),
    [friends, reply, thread, plain],
    "a muted account's own profile is shown, without those muted whom it reposts",
  )
  await carol.api.post(`/api/v1/accounts/${dora.id}/block`)
  assert.deepEqual(await postIds(dora, path), [])
})

test("pinned posts, the last pinned first", async () => {
  const erin = await aviary.member("erin")
  const first = await post(erin, "one")
  const second = await post(erin, "two")
  await post(erin, "three")
  await erin.api.post(`/api/v1/statuses/${second}/pin`)
  await erin.api.post(`/api/v1/statuses/${first}/pin`)
  const path = `/api/v1/accounts/${erin.id}/statuses?pinned=true`
  assert.deepEqual(await postIds(undefined, path), [first, second])
  const page = await aviary.api.get(`${path}&limit=1`)
  const next = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1] ?? ""
  assert.deepEqual(await postIds(undefined, next.replace(aviary.url, "")), [second])
})

test("a profile's pages are full though others' posts lie between, and miss nothing", async () => {
  const fred = await aviary.member("fred")
  const open: string[] = []
  for (let index = 0; index < 30; index += 1) {
    const id = await post(fred, `number ${index}`, { visibility: index % 3 === 0 ? "private" : "public" })
    if (index % 3 !== 0) open.unshift(id)
  }
  const seen: string[] = []
  let path = `/api/v1/accounts/${fred.id}/statuses?limit=7`
  while (path !== "") {
    const page = await aviary.api.get(path)
    const ids = page.body.map((one: { id: string }) => one.id)
    seen.push(...ids)
    assert.ok(ids.length === 7 || seen.length === open.length)
    path = (/<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1] ?? "").replace(aviary.url, "")
  }
  assert.deepEqual(seen, open)
})

test("suggestions: friends of friends first, then the most followed; nobody already followed, asked or hidden", async () => {
  const ivy = await aviary.member("ivy")
  const jack = await aviary.member("jack")
  const kim = await aviary.member("kim")
  const lena = await aviary.member("lena")
  const milo = await aviary.member("milo")
  const nora = await aviary.member("nora")
  await follow(ivy, jack)
  await follow(ivy, kim)
  for (const friend of [jack, kim]) await follow(friend, milo)
  await follow(jack, lena)
  await follow(jack, nora)
  await follow(jack, ivy)
  await aviary.settle()
  const suggested = async () => (await ivy.api.get("/api/v2/suggestions?limit=80")).body
  const near = (await suggested()).filter(
    (one: { sources: string[] }) => one.sources[0] === "friends_of_friends",
  )
  assert.deepEqual(
    near.map((one: { account: { acct: string } }) => one.account.acct),
    ["milo", "lena", "nora"],
  )
  assert.equal(near[0].source, "past_interactions")
  const far = (await suggested()).slice(near.length)
  assert.ok(far.length > 0)
  assert.ok(
    far.every(
      (one: { source: string; sources: string[] }) =>
        one.source === "global" && one.sources[0] === "most_followed",
    ),
  )
  const old = await names(ivy, "/api/v1/suggestions?limit=3")
  assert.deepEqual(old, ["milo", "lena", "nora"])

  await ivy.api.post(`/api/v1/accounts/${milo.id}/mute`)
  await lena.api.patch("/api/v1/accounts/update_credentials", { locked: true })
  await follow(ivy, lena)
  await nora.api.patch("/api/v1/accounts/update_credentials", { discoverable: false })
  const all = await names(ivy, "/api/v1/suggestions?limit=80")
  for (const name of ["ivy", "jack", "kim", "milo", "lena", "nora"]) assert.ok(!all.includes(name), name)
})

test("the directory: who posted last, or joined last; only who wants to be found", async () => {
  // The lists behind it are a minute old at most.
  aviary.clock.advance(60_000)
  const olga = await aviary.member("olga")
  const paul = await aviary.member("paul")
  const quiet = await aviary.member("quiet")
  await quiet.api.patch("/api/v1/accounts/update_credentials", { discoverable: false })
  await post(paul, "early")
  aviary.clock.advance(60_000)
  await post(olga, "late")
  await post(quiet, "later")
  await aviary.settle()
  assert.deepEqual((await names(bob, "/api/v1/directory?order=active")).slice(0, 2), ["olga", "paul"])
  assert.deepEqual((await names(bob, "/api/v1/directory?order=new&local=true")).slice(0, 2), ["paul", "olga"])
  assert.deepEqual(await names(bob, "/api/v1/directory?limit=1&offset=1"), ["paul"])
  await bob.api.post(`/api/v1/accounts/${olga.id}/block`)
  assert.equal((await names(bob, "/api/v1/directory"))[0], "paul")
  assert.equal((await bob.api.get("/api/v1/directory?order=sideways")).status, 422)
})
