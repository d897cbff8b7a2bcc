import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import type { NewDomainEvent } from "../../events/event-log.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
let carol: TestMember

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  carol = await aviary.member("Carol_1")
})
after(() => aviary.stop())

async function post(
  member: TestMember,
  status: string,
  more: object = {},
): Promise<{ id: string; url: string }> {
  const answer = await member.api.post("/api/v1/statuses", { status, ...more })
  assert.equal(answer.status, 200)
  return answer.body
}

async function append(...events: NewDomainEvent[]): Promise<void> {
  await aviary.social.core.events.transact([], (tx) => tx.append(events))
}

async function search(member: Pick<TestMember, "api">, q: string, more = "") {
  const answer = await member.api.get(`/api/v2/search?q=${encodeURIComponent(q)}${more}`)
  assert.equal(answer.status, 200, q)
  const { accounts, statuses, hashtags } = answer.body
  return {
    accounts: accounts.map((account: { acct: string }) => account.acct),
    statuses: statuses.map((status: { id: string }) => status.id),
    hashtags: hashtags.map((tag: { name: string }) => tag.name),
  }
}

test("words find posts once the log has been followed, and no longer after edits and deletions", async () => {
  const first = await post(bob, "The quick Kestrel hovers, ÜBER fields")
  const second = await post(bob, "A kestrel and a vole")
  const warned = await post(bob, "nothing here", { spoiler_text: "kestrel inside" })
  await aviary.settle()
  const find = async (q: string) => (await search(alice, q)).statuses
  assert.deepEqual(await find("kestrel"), [warned.id, second.id, first.id])
  assert.deepEqual(await find("KESTREL quick"), [first.id])
  assert.deepEqual(await find("über"), [first.id])
  assert.deepEqual(await find('"kestrel hovers"'), [first.id])
  assert.deepEqual(await find("kestrel -vole -inside"), [first.id])
  assert.deepEqual(await find("vole or über"), [second.id, first.id])
  assert.deepEqual(await find("kest"), [])
  for (const odd of ["'", '"', "&|!", "<->", ":*", "\\", "%", "a\u0001b"]) await find(odd)

  const id = Number(first.id)
  const author = Number(bob.id)
  const row = await aviary.social.core.db
    .selectFrom("posts")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow()
  await append({
    type: "post.edited",
    stream: `post:${id}`,
    actor: author,
    data: { ...row, text: "A merlin", added_mentions: [], media_changes: [], poll: null },
  })
  await append({
    type: "post.deleted",
    stream: `post:${second.id}`,
    actor: author,
    data: { id: Number(second.id), author_id: author },
  })
  await aviary.settle()
  assert.deepEqual(await find("kestrel"), [warned.id])
  assert.deepEqual(await find("merlin"), [first.id])
  const left = await aviary.social.core.db
    .selectFrom("post_search")
    .select("post_id")
    .where("post_id", "=", Number(second.id))
    .execute()
  assert.deepEqual(left, [])
})

test("a member finds what is public, or has to do with them; nobody else's rest", async () => {
  const own = await post(alice, "siskin mine", { visibility: "private" })
  const told = await post(bob, "siskin for @alice", { visibility: "direct" })
  const open = await post(bob, "siskin for all")
  const quiet = await post(bob, "siskin quietly", { visibility: "unlisted" })
  await post(bob, "siskin for friends", { visibility: "private" })
  await aviary.settle()
  assert.deepEqual((await search(alice, "siskin")).statuses, [open.id, told.id, own.id])
  assert.deepEqual((await search(carol, "siskin")).statuses, [open.id])
  assert.deepEqual((await search(aviary, "siskin")).statuses, [])

  const { nextId } = aviary.social.core
  const like = { id: nextId(), account_id: Number(alice.id), post_id: Number(quiet.id) }
  await append({ type: "post.liked", stream: `post:${quiet.id}`, actor: like.account_id, data: like })
  assert.deepEqual((await search(alice, "siskin")).statuses, [quiet.id, open.id, told.id, own.id])
  assert.deepEqual((await search(alice, "siskin", `&account_id=${alice.id}`)).statuses, [own.id])

  // Paging needs a type; without one an offset means nothing.
  const page = (query: string) => search(alice, "siskin", `&limit=1${query}`)
  assert.deepEqual((await page("&type=statuses&offset=1")).statuses, [open.id])
  assert.deepEqual((await page("&offset=1")).statuses, [quiet.id])
  assert.deepEqual((await page(`&type=statuses&max_id=${told.id}`)).statuses, [own.id])

  await append({
    type: "account.profile_changed",
    stream: `account:${bob.id}`,
    actor: Number(bob.id),
    data: { id: Number(bob.id), changes: { indexable: false }, replaced_files: [] },
  })
  assert.deepEqual((await search(carol, "siskin")).statuses, [])
})

test("accounts are found by name, address and URL", async () => {
  await append({
    type: "account.profile_changed",
    stream: `account:${carol.id}`,
    actor: Number(carol.id),
    data: { id: Number(carol.id), changes: { display_name: "Alicia Keys" }, replaced_files: [] },
  })
  const domain = new URL(aviary.url).host
  assert.deepEqual((await search(aviary, "ali")).accounts.toSorted(), ["Carol_1", "alice"])
  assert.deepEqual((await search(aviary, "alice")).accounts, ["alice"])
  for (const exact of ["Carol_1", "@carol_1", `carol_1@${domain}`, `@carol_1@${domain}`]) {
    assert.deepEqual((await search(alice, exact, "&resolve=True")).accounts, ["Carol_1"], exact)
  }
  assert.deepEqual((await search(alice, `alice@elsewhere.example`)).accounts, [])
  assert.deepEqual((await search(alice, `${aviary.url}/@Carol_1`)).accounts, ["Carol_1"])
  assert.deepEqual((await search(alice, `${aviary.url}/@caro`)).accounts, [])
  assert.deepEqual((await search(alice, "ali", "&type=statuses")).accounts, [])
  assert.deepEqual((await search(alice, "ali", "&type=accounts&following=true")).accounts, ["alice"])
  assert.deepEqual((await search(alice, "%")).accounts, [])
})

test("the URL of a post finds it, for those who may see it", async () => {
  const open = await post(bob, "here it is")
  const hidden = await post(bob, "for friends", { visibility: "private" })
  assert.deepEqual(await search(alice, open.url), { accounts: [], statuses: [open.id], hashtags: [] })
  assert.deepEqual((await search(alice, open.url, "&type=accounts")).statuses, [])
  assert.deepEqual((await search(alice, hidden.url)).statuses, [])
  assert.deepEqual((await search(bob, hidden.url)).statuses, [hidden.id])
  assert.deepEqual((await search(alice, open.url.replace("bob", "alice"))).statuses, [])
})

test("tags are found by prefix, most used first, and never those of private posts alone", async () => {
  await post(alice, "#finch #finchley")
  await post(bob, "#finchley")
  await post(bob, "#finchsecret", { visibility: "private" })
  await post(bob, "#finchdirect", { visibility: "direct" })
  assert.deepEqual((await search(aviary, "#Fin")).hashtags, ["finchley", "finch"])
  assert.deepEqual((await search(aviary, "finch")).hashtags, ["finch", "finchley"])
  assert.deepEqual((await search(aviary, "finch", "&type=hashtags&limit=1&offset=1")).hashtags, ["finchley"])
  assert.deepEqual((await search(aviary, `${aviary.url}/tags/finchley`)).hashtags, ["finchley"])
  const old = await alice.api.get("/api/v1/search?q=finchley")
  assert.deepEqual(old.body.hashtags, ["finchley"])
})

test("a tag tells how much it was used on each of seven days", async () => {
  await post(alice, "#wader")
  aviary.clock.advance(86_400_000)
  await post(alice, "#wader")
  await post(alice, "#Wader again")
  await post(bob, "#wader", { visibility: "private" })
  const { body } = await alice.api.get("/api/v1/tags/WADER")
  assert.equal(body.name, "wader")
  assert.equal(body.following, false)
  const today = aviary.clock.now() - (aviary.clock.now() % 86_400_000)
  assert.deepEqual(body.history.slice(0, 3), [
    { day: String(today / 1_000), uses: "2", accounts: "1" },
    { day: String(today / 1_000 - 86_400), uses: "1", accounts: "1" },
    { day: String(today / 1_000 - 172_800), uses: "0", accounts: "0" },
  ])
  assert.equal(body.history.length, 7)
  aviary.clock.advance(6 * 86_400_000)
  const later = await aviary.api.get("/api/v1/tags/wader")
  assert.equal(later.body.history[6].uses, "2")
  assert.equal((await aviary.api.get("/api/v1/tags/neverused")).status, 200)
  assert.equal((await aviary.api.get("/api/v1/tags/a%20b!")).status, 404)
})

test("bad input names the field", async () => {
  const cases: [string, RegExp][] = [
    ["", /q/],
    ["?q=%20", /q/],
    ["?q=a&type=cats", /type/],
    ["?q=a&offset=-1", /offset/],
    ["?q=a&account_id=x", /account_id/],
    [`?q=${"a".repeat(501)}`, /q/],
    ["?q=a%00b", /q/],
  ]
  for (const [query, expected] of cases) {
    const answer = await alice.api.get(`/api/v2/search${query}`)
    assert.equal(answer.status, 422, query)
    assert.match(answer.body.error, expected)
  }
})
