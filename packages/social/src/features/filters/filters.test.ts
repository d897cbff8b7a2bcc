import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { openSocket, roundTrip } from "../streaming/stream-client.testing.ts"
import { MAX_FILTERS } from "./change-filters.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

let names = 0
async function member(): Promise<TestMember> {
  names += 1
  return aviary.member(`wren${names}`)
}

async function post(by: TestMember, status: string, more: Record<string, unknown> = {}): Promise<string> {
  return (await by.api.post("/api/v1/statuses", { status, ...more })).body.id
}

const follow = (by: TestMember, whom: TestMember) => by.api.post(`/api/v1/accounts/${whom.id}/follow`)

async function filter(by: TestMember, words: readonly string[], more: Record<string, unknown> = {}) {
  const answer = await by.api.post("/api/v2/filters", {
    title: "Quiet",
    context: ["home", "notifications", "public", "thread", "account"],
    keywords_attributes: words.map((keyword) => ({ keyword, whole_word: true })),
    ...more,
  })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

const ids = (list: { id: string }[]): string[] => list.map((one) => one.id)
const read = async (by: TestMember, path: string): Promise<string[]> => ids((await by.api.get(path)).body)

test("a filter is made, shown, changed word by word, and deleted; others cannot tell that it is there", async () => {
  const [ann, ben] = [await member(), await member()]
  const made = await filter(ann, ["cats", "dogs"], { filter_action: "hide", expires_in: 3_600 })
  assert.deepEqual([made.title, made.filter_action, made.statuses], ["Quiet", "hide", []])
  assert.equal(made.expires_at, new Date(aviary.clock.now() + 3_600_000).toISOString())
  const path = `/api/v2/filters/${made.id}`
  assert.deepEqual((await ann.api.get(path)).body, made)
  assert.deepEqual((await ann.api.get("/api/v2/filters")).body, [made])
  const [cats, dogs] = made.keywords
  const changed = await ann.api.put(path, {
    title: "Pets",
    expires_in: "",
    keywords_attributes: [{ id: cats.id, keyword: "kittens", whole_word: false }, { id: dogs.id, _destroy: true }, { keyword: "budgies" }], // prettier-ignore
  })
  assert.deepEqual(
    [changed.body.title, changed.body.expires_at, changed.body.context],
    ["Pets", null, made.context],
  )
  assert.deepEqual(
    changed.body.keywords.map((word: { keyword: string; whole_word: boolean }) => [
      word.keyword,
      word.whole_word,
    ]),
    [["kittens", false], ["budgies", true]], // prettier-ignore
  )
  const added = (await ann.api.post(`${path}/keywords`, { keyword: "newts", whole_word: false })).body
  assert.deepEqual((await ann.api.get(`/api/v2/filters/keywords/${added.id}`)).body, added)
  const renamed = (await ann.api.put(`/api/v2/filters/keywords/${added.id}`, { keyword: "efts" })).body
  assert.deepEqual(renamed, { id: added.id, keyword: "efts", whole_word: false })
  assert.deepEqual((await ann.api.delete(`/api/v2/filters/keywords/${added.id}`)).body, {})
  assert.equal((await ann.api.get(`${path}/keywords`)).body.length, 2)

  for (const other of [path, `${path}/keywords`, `${path}/statuses`, `/api/v2/filters/keywords/${cats.id}`])
    assert.equal((await ben.api.get(other)).status, 404, other)
  assert.equal((await ben.api.put(path, { title: "Mine" })).status, 404)
  assert.equal((await ben.api.delete(path)).status, 404)
  assert.deepEqual((await ann.api.delete(path)).body, {})
  assert.equal((await ann.api.get(path)).status, 404)
  const told = await aviary.social.core.db
    .selectFrom("events").select("data").where("stream", "=", `filter:${made.id}`).execute() // prettier-ignore
  assert.doesNotMatch(JSON.stringify(told), /cats|kittens|efts|Pets/, "what it said is gone from the log")
})

test("forms say words as Rails does", async () => {
  const ann = await member()
  const form = new URLSearchParams([
    ["title", "Form"], ["context[]", "home"], ["context[]", "public"], ["filter_action", "warn"],
    ["keywords_attributes[][keyword]", "one"], ["keywords_attributes[][whole_word]", "true"],
    ["keywords_attributes[][keyword]", "two"], ["keywords_attributes[][whole_word]", "false"],
  ]) // prettier-ignore
  const made = (await ann.api.post("/api/v2/filters", form)).body
  assert.deepEqual(
    made.keywords.map((word: { keyword: string; whole_word: boolean }) => [word.keyword, word.whole_word]),
    [["one", true], ["two", false]], // prettier-ignore
  )
})

test("what makes no filter, and no more filters than the limit", async () => {
  const ann = await member()
  for (const body of [
    { context: ["home"] },
    { title: "x" },
    { title: "x", context: ["nowhere"] },
    { title: "x", context: ["home"], keywords_attributes: [{ keyword: " " }] },
    { title: "x", context: ["home"], keywords_attributes: [{ whole_word: true }] },
    { title: "x", context: ["home"], expires_in: -1 },
  ])
    assert.equal((await ann.api.post("/api/v2/filters", body)).status, 422, JSON.stringify(body))
  for (let n = 0; n < MAX_FILTERS; n += 1) await filter(ann, [])
  const refused = await ann.api.post("/api/v2/filters", { title: "x", context: ["home"] })
  assert.deepEqual([refused.status, refused.body.code], [422, "filter.too_many"])
})

test("every answer with a status says which filters match, to their member alone", async () => {
  const [ann, ben] = [await member(), await member()]
  await follow(ann, ben)
  const id = await post(ben, "About cats & dogs", { spoiler_text: "pets" })
  const repost = (await ben.api.post(`/api/v1/statuses/${id}/reblog`)).body.id
  const plain = await post(ben, "nothing of that kind")
  const made = await filter(ann, ["CATS", "newts"])
  const named = await filter(ann, [])
  await ann.api.post(`/api/v2/filters/${named.id}/statuses`, { status_id: id })
  const { keywords: _words, statuses: _posts, ...summary } = made
  const expected = [
    { filter: summary, keyword_matches: ["cats"], status_matches: [] },
    { filter: { ...summary, id: named.id }, keyword_matches: [], status_matches: [id] },
  ]
  const found: Record<string, { id: string; filtered: unknown; reblog: { filtered: unknown } | null }[]> = {}
  await ann.api.post(`/api/v1/statuses/${id}/bookmark`)
  await aviary.settle()
  for (const path of [
    "/api/v1/timelines/home", "/api/v1/timelines/home?limit=39", "/api/v1/timelines/public", `/api/v1/accounts/${ben.id}/statuses`,
    "/api/v1/bookmarks", `/api/v1/statuses?id[]=${id}&id[]=${plain}`,
  ]) found[path] = (await ann.api.get(path)).body // prettier-ignore
  found.search = (await ann.api.get(`/api/v2/search?type=statuses&q=cats`)).body.statuses
  found.one = [(await ann.api.get(`/api/v1/statuses/${id}`)).body]
  found.written = [(await ann.api.post(`/api/v1/statuses/${id}/favourite`)).body]
  for (const [where, statuses] of Object.entries(found)) {
    const status = statuses.find((one) => one.id === id)
    assert.deepEqual(status?.filtered, expected, where)
    assert.deepEqual(statuses.find((one) => one.id === plain)?.filtered ?? [], [], where)
    const shared = statuses.find((one) => one.id === repost)
    if (shared) assert.deepEqual([shared.filtered, shared.reblog?.filtered], [expected, expected], where)
  }
  assert.deepEqual((await ben.api.get(`/api/v1/statuses/${id}`)).body.filtered, [])
  assert.equal("filtered" in (await aviary.api.get(`/api/v1/statuses/${id}`)).body, false)

  const [entry] = (await ann.api.get(`/api/v2/filters/${named.id}/statuses`)).body
  assert.deepEqual((await ann.api.get(`/api/v2/filters/statuses/${entry.id}`)).body, entry)
  await ann.api.delete(`/api/v2/filters/statuses/${entry.id}`)
  await ann.api.delete(`/api/v2/filters/${made.id}`)
  assert.deepEqual((await ann.api.get(`/api/v1/statuses/${id}`)).body.filtered, [])
})

test("an edit may bring a word in or take it out, and a filter ends by itself", async () => {
  const [ann, ben] = [await member(), await member()]
  const id = await post(ben, "about birds")
  await filter(ann, ["cats"], { expires_in: 600 })
  const matches = async () => (await ann.api.get(`/api/v1/statuses/${id}`)).body.filtered.length
  assert.equal(await matches(), 0)
  await ben.api.put(`/api/v1/statuses/${id}`, { status: "about birds and cats" })
  assert.equal(await matches(), 1)
  await ben.api.put(`/api/v1/statuses/${id}`, { status: "about birds again" })
  assert.equal(await matches(), 0)
  await ben.api.put(`/api/v1/statuses/${id}`, { status: "about cats" })
  assert.equal(await matches(), 1)
  aviary.clock.advance(600_000)
  assert.equal(await matches(), 0)
})

test("what is hidden is left out of its contexts and no others, and pages are full all the same", async () => {
  const [ann, ben] = [await member(), await member()]
  await follow(ann, ben)
  const root = await post(ben, "root #hidingbirds")
  const all = [root]
  for (let n = 0; n < 14; n += 1) all.unshift(await post(ben, n % 3 === 0 ? `${n} #hidingbirds` : `${n} psst #hidingbirds`, { in_reply_to_id: root })) // prettier-ignore
  const own = await post(ann, "psst, my own #hidingbirds")
  all.unshift(own)
  const listId = (await ann.api.post("/api/v1/lists", { title: "l", replies_policy: "followed" })).body.id
  await ann.api.post(`/api/v1/lists/${listId}/accounts`, { account_ids: [ben.id] })
  const texts = new Map<string, string>()
  for (const id of all) texts.set(id, (await ann.api.get(`/api/v1/statuses/${id}`)).body.content)
  const left = all.filter((id) => id === own || !texts.get(id)?.includes("psst"))
  const places: readonly (readonly [string, string])[] = [
    ["home", "/api/v1/timelines/home"],
    ["home", `/api/v1/timelines/list/${listId}`],
    ["public", "/api/v1/timelines/tag/hidingbirds"],
    ["account", `/api/v1/accounts/${ben.id}/statuses`],
  ]
  const { id } = await filter(ann, ["psst"], { filter_action: "hide", context: ["notifications"] })
  for (const context of ["home", "public", "thread", "account"]) {
    await ann.api.put(`/api/v2/filters/${id}`, { context: [context] })
    for (const [place, path] of places) {
      const mine = new Set(path.includes("/home") || path.includes("/tag/") ? all : all.slice(1))
      const expected = (place === context ? left : all).filter((one) => mine.has(one))
      assert.deepEqual(await read(ann, path), expected, `${context} in ${path}`)
      assert.deepEqual(await read(ann, `${path}?limit=3`), expected.slice(0, 3), path)
      assert.deepEqual(await read(ann, `${path}?limit=3&max_id=${expected[1]}`), expected.slice(2, 5), path)
      assert.deepEqual(await read(ann, `${path}?limit=2&min_id=${root}`), expected.slice(-3, -1), path)
    }
    const thread = (await ann.api.get(`/api/v1/statuses/${root}/context`)).body
    const below = (context === "thread" ? left : all).filter((one) => one !== own && one !== root)
    assert.deepEqual(ids(thread.descendants).toSorted(), below.toSorted(), context)
  }
  assert.deepEqual(await read(ben, "/api/v1/timelines/tag/hidingbirds"), all, "others see everything")
  const { memory, home } = aviary.social.feed
  assert.ok(memory.isReady(), "memory was there")
  await ann.api.put(`/api/v2/filters/${id}`, { context: ["home"] })
  await aviary.settle()
  memory.drop()
  const fromTables = await home.read(Number(ann.id), { limit: 3 }, false)
  assert.deepEqual(
    ids(JSON.parse(fromTables.json.toBuffer().toString())),
    left.slice(0, 3),
    "from PostgreSQL",
  )
})

test("notifications of hidden words are left out, whole pages of them, counted or not, grouped or not", async () => {
  const [ann, ben] = [await member(), await member()]
  const about: string[] = []
  for (let n = 0; n < 9; n += 1) about.unshift(await post(ben, `@${ann.username} ${n % 2 === 0 ? "psst" : "hello"} ${n}`)) // prettier-ignore
  const mine = await post(ann, "psst")
  await ben.api.post(`/api/v1/statuses/${mine}/favourite`)
  await aviary.settle()
  await filter(ann, ["psst"], { filter_action: "hide", context: ["notifications"] })
  const left = [mine, ...about.filter((_, index) => index % 2 === 1)]
  const listed = async (path: string): Promise<string[]> =>
    (await ann.api.get(path)).body.map((one: { status: { id: string } }) => one.status.id)
  const grouped = async (path: string): Promise<string[]> =>
    (await ann.api.get(path)).body.notification_groups.map((one: { status_id: string }) => one.status_id)
  assert.deepEqual(await listed("/api/v1/notifications"), left)
  assert.deepEqual(await listed("/api/v1/notifications?limit=3"), left.slice(0, 3))
  assert.deepEqual(await grouped("/api/v2/notifications"), left)
  assert.deepEqual(await grouped("/api/v2/notifications?limit=3"), left.slice(0, 3))
  for (const version of ["v1", "v2"]) {
    const { count } = (await ann.api.get(`/api/${version}/notifications/unread_count`)).body
    assert.equal(count, left.length, version)
  }
})

test("streams say what matches, leave out what is hidden, and tell that filters have changed", async () => {
  const [ann, ben] = [await member(), await member()]
  await follow(ann, ben)
  await aviary.settle()
  const socket = await openSocket(aviary.url, { token: ann.token, query: "?stream=user" })
  try {
    socket.send({ type: "subscribe", stream: "public" })
    await roundTrip(socket)
    await filter(ann, ["cats"], { title: "Warned" })
    await filter(ann, ["psst"], { filter_action: "hide", context: ["home", "notifications"] })
    const changed = await socket.next((frame) => frame.event === "filters_changed")
    assert.deepEqual(changed, { stream: ["user"], event: "filters_changed" })
    await aviary.settle()
    const warned = await post(ben, "cats")
    const hidden = await post(ben, `psst @${ann.username}`)
    const last = await post(ben, "the last")
    await socket.next((frame) => frame.event === "update" && frame.stream?.[0] === "user" && frame.payload?.includes(last) === true) // prettier-ignore
    await aviary.settle()
    await roundTrip(socket)
    const seen = (stream: string) =>
      socket.received
        .filter((frame) => frame.event === "update" && frame.stream?.[0] === stream)
        .map(
          (frame) =>
            JSON.parse(frame.payload ?? "") as { id: string; filtered: { filter: { title: string } }[] },
        )
    assert.deepEqual(ids(seen("user")), [warned, last])
    assert.deepEqual(ids(seen("public")), [warned, hidden, last])
    assert.equal(seen("user")[0]?.filtered[0]?.filter.title, "Warned")
    assert.equal(socket.received.filter((frame) => frame.event === "notification").length, 0)
  } finally {
    socket.ws.terminate()
    await socket.closed()
  }
})

test("older apps have each word as a filter", async () => {
  const ann = await member()
  const made = (await ann.api.post("/api/v1/filters", { phrase: "cats", context: ["home"], irreversible: true, whole_word: false })).body // prettier-ignore
  assert.deepEqual(made, {
    id: made.id, phrase: "cats", context: ["home"], irreversible: true, whole_word: false, expires_at: null,
  }) // prettier-ignore
  assert.equal((await ann.api.get("/api/v2/filters")).body[0].filter_action, "hide")
  assert.deepEqual((await ann.api.get("/api/v1/filters")).body, [made])
  const path = `/api/v1/filters/${made.id}`
  assert.deepEqual((await ann.api.get(path)).body, made)
  const changed = (await ann.api.put(path, { phrase: "dogs", context: ["public", "home"], expires_in: 60, irreversible: false })).body // prettier-ignore
  assert.deepEqual(
    [changed.phrase, changed.context, changed.irreversible],
    ["dogs", ["public", "home"], false],
  )
  assert.deepEqual((await ann.api.delete(path)).body, {})
  assert.deepEqual((await ann.api.get("/api/v2/filters")).body, [], "and it goes with its last word")

  const { keywords } = await filter(ann, ["one", "two"])
  const refused = await ann.api.put(`/api/v1/filters/${keywords[0].id}`, { phrase: "uno", context: ["home"] })
  assert.deepEqual([refused.status, refused.body.code], [422, "filter.several_words"])
  await ann.api.delete(`/api/v1/filters/${keywords[0].id}`)
  assert.equal((await ann.api.get("/api/v2/filters")).body[0].keywords.length, 1)
})

test("no token, no scope", async () => {
  const reader = await aviary.member("filterreader", { scopes: ["read:statuses"] })
  for (const path of ["/api/v1/filters", "/api/v2/filters"]) {
    assert.equal((await aviary.api.get(path)).status, 401)
    assert.equal((await reader.api.get(path)).status, 403)
  }
})
