import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let alice: TestMember
let postId: string
before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  const answer = await alice.api.post("/api/v1/statuses", { status: "a wren" })
  postId = (answer.body as { id: string }).id
  // The counts on pages are stored once a second.
  await aviary.settle()
})
after(() => aviary.stop())

const get = (path: string, headers: Record<string, string> = {}) => fetch(aviary.url + path, { headers })

const kept = [
  "/",
  "/api/v1/timelines/public",
  "/api/v1/timelines/tag/wren",
  "/api/v1/instance",
  "/api/v2/instance",
  "/api/v1/custom_emojis",
  "/about",
  "/@alice",
]

test("what people who are not signed in see may be kept, and is asked for again by its ETag", async () => {
  const paths = [
    ...kept,
    `/api/v1/statuses/${postId}`,
    `/api/v1/statuses/${postId}/context`,
    `/api/v1/accounts/${alice.id}`,
    `/api/v1/accounts/${alice.id}/statuses`,
    `/@alice/${postId}`,
  ]
  for (const path of paths) {
    const answer = await get(path)
    assert.equal(answer.status, 200, path)
    assert.match(
      answer.headers.get("cache-control") ?? "",
      /^public, max-age=\d+, stale-while-revalidate=/,
      path,
    )
    assert.match(answer.headers.get("vary") ?? "", /^Authorization(, Cookie)?$/, path)
    assert.ok(answer.headers.get("cache-tag"), path)
    const etag = answer.headers.get("etag") ?? ""
    assert.match(etag, /^W\/"/, path)
    await answer.arrayBuffer()
    const again = await get(path, { "if-none-match": etag })
    assert.equal(again.status, 304, path)
    assert.equal(await again.text(), "", path)
    assert.equal(again.headers.get("etag"), etag, path)
    const other = await get(path, { "if-none-match": '"another"' })
    assert.equal(other.status, 200, path)
  }
})

test("an answer is the same whatever origin asks, so it does not vary by it", async () => {
  const headersOf = async (origin: string) => {
    const { headers } = await get("/api/v1/timelines/public", { origin })
    return [...headers].filter(([name]) => name !== "date" && name !== "x-request-id")
  }
  assert.deepEqual(await headersOf("https://one.test"), await headersOf("https://two.test"))
})

test("HEAD has the ETag of GET", async () => {
  const [head, whole] = await Promise.all([
    fetch(`${aviary.url}/api/v2/instance`, { method: "HEAD" }),
    get("/api/v2/instance"),
  ])
  assert.equal(head.headers.get("etag"), whole.headers.get("etag"))
  assert.ok(whole.headers.get("etag"))
})

test("a member's answer is never kept, nor an error, nor an answer with a cookie", async () => {
  const mine = { authorization: `Bearer ${alice.token}` }
  const answers = [
    await get("/api/v1/timelines/public", mine),
    await get(`/api/v1/timelines/public?access_token=${alice.token}`),
    await get("/api/v1/timelines/home", mine),
    await get("/api/v1/statuses/1"),
    await get("/api/v1/statuses/nothing"),
    await get("/", { cookie: "aviary_session=unknown" }),
    await get("/@nobody"),
  ]
  for (const answer of answers) {
    assert.equal(answer.headers.get("cache-control"), "private, no-store", answer.url)
    assert.equal(answer.headers.get("cache-tag"), null, answer.url)
    assert.equal(answer.headers.get("etag"), null, answer.url)
  }
  const form = await get("/auth/sign_in")
  assert.ok(form.headers.get("set-cookie"))
  assert.equal(form.headers.get("cache-control"), "private, no-store")
})

test("an answer says that it depends on who asks, also to members", async () => {
  const answer = await get("/api/v1/timelines/public", { authorization: `Bearer ${alice.token}` })
  assert.match(answer.headers.get("vary") ?? "", /Authorization/)
})
