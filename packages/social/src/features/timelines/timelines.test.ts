import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import sharp from "sharp"
import { pairStream } from "../relationships/relationship-events.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
let carol: TestMember

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  carol = await aviary.member("carol")
})
after(() => aviary.stop())

async function post(member: TestMember, status: string, more: object = {}): Promise<string> {
  const answer = await member.api.post("/api/v1/statuses", { status, ...more })
  assert.equal(answer.status, 200)
  return answer.body.id
}

async function ids(member: Pick<TestMember, "api">, path: string): Promise<string[]> {
  const answer = await member.api.get(path)
  assert.equal(answer.status, 200, path)
  return answer.body.map((status: { id: string }) => status.id)
}

async function follow(follower: TestMember, followee: TestMember): Promise<void> {
  const { events, nextId } = aviary.social.core
  const [a, b] = [Number(follower.id), Number(followee.id)]
  const data = {
    id: nextId(),
    follower_id: a,
    followee_id: b,
    show_reposts: true,
    notify: false,
    languages: null,
  }
  await events.transact([pairStream(a, b)], (tx) =>
    tx.append([{ type: "follow.created", stream: pairStream(a, b), actor: a, data }]),
  )
}

test("home has what one follows, by pages that the Link header names", async () => {
  await follow(alice, bob)
  const theirs: string[] = []
  for (let n = 0; n < 5; n += 1) theirs.unshift(await post(bob, `home ${n}`))
  await post(carol, "not followed")
  assert.deepEqual(await ids(alice, "/api/v1/timelines/home"), theirs)

  const walked: string[] = []
  let path: string | undefined = "/api/v1/timelines/home?limit=2"
  while (path !== undefined) {
    const answer = await alice.api.get(path)
    walked.push(...answer.body.map((status: { id: string }) => status.id))
    const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1]
    path = next === undefined ? undefined : next.slice(aviary.url.length)
  }
  assert.deepEqual(walked, theirs)
  assert.equal((await aviary.api.get("/api/v1/timelines/home")).status, 401)
})

test("a page is 20 long unless asked otherwise, and 40 at most", async () => {
  const dora = await aviary.member("dora")
  for (let n = 0; n < 45; n += 1) await post(dora, `many ${n}`)
  assert.equal((await ids(dora, "/api/v1/timelines/home")).length, 20)
  assert.equal((await ids(dora, "/api/v1/timelines/home?limit=100")).length, 40)
  assert.equal((await dora.api.get("/api/v1/timelines/home?limit=0")).status, 422)
  assert.equal((await dora.api.get("/api/v1/timelines/home?max_id=x")).status, 422)
})

test("public has public posts but replies to others, for anybody", async () => {
  const open = await post(bob, "for all")
  const thread = await post(bob, "and more", { in_reply_to_id: open })
  const reply = await post(carol, "hello", { in_reply_to_id: open })
  const quiet = await post(bob, "quiet", { visibility: "unlisted" })
  const picture = await post(bob, "seen", { media_ids: [await upload(bob)] })

  const anonymous = await ids(aviary, "/api/v1/timelines/public?limit=40")
  assert.deepEqual(anonymous.slice(0, 3), [picture, thread, open])
  assert.ok(!anonymous.includes(reply) && !anonymous.includes(quiet))
  assert.deepEqual(await ids(aviary, "/api/v1/timelines/public?local=true&limit=3"), [picture, thread, open])
  assert.deepEqual(await ids(aviary, "/api/v1/timelines/public?remote=true"), [])
  assert.deepEqual(await ids(aviary, "/api/v1/timelines/public?only_media=1"), [picture])

  const { events, nextId } = aviary.social.core
  const pair = pairStream(Number(carol.id), Number(bob.id))
  const data = { id: nextId(), account_id: Number(carol.id), target_id: Number(bob.id) }
  await events.transact([pair], (tx) =>
    tx.append([{ type: "block.created", stream: pair, actor: data.account_id, data }]),
  )
  assert.ok(!(await ids(carol, "/api/v1/timelines/public?limit=40")).includes(open))
  assert.ok(!(await ids(bob, "/api/v1/timelines/public?limit=40")).some((id) => id === reply))
})

test("a tag's timeline has any, all and none of others, in any spelling", async () => {
  const owl = await post(alice, "#Owl")
  const both = await post(alice, "#owl and #wren")
  const wren = await post(alice, "#wren #night")
  await post(alice, "#owl hidden", { visibility: "unlisted" })
  const tag = (query: string) => ids(aviary, `/api/v1/timelines/tag/${query}`)

  assert.deepEqual(await tag("owl"), [both, owl])
  assert.deepEqual(await tag("OWL"), [both, owl])
  assert.deepEqual(await tag("owl?any[]=wren"), [wren, both, owl])
  assert.deepEqual(await tag("owl?any[]=wren&none[]=Night"), [both, owl])
  assert.deepEqual(await tag("owl?all[]=wren"), [both])
  assert.deepEqual(await tag("owl?any[]=wren&limit=1"), [wren])
  assert.deepEqual(await tag(`owl?any[]=wren&limit=1&max_id=${wren}`), [both])
  assert.deepEqual(await tag(`owl?any[]=wren&limit=1&min_id=${owl}`), [both])
  assert.deepEqual(await tag("nobody-wrote-this"), [])
  assert.deepEqual(await tag("owl?only_media=true"), [])
})

test("direct has both sides' direct posts, each once", async () => {
  const sent = await post(alice, "psst @dora and me @alice", { visibility: "direct" })
  const dora = await aviary.member("dora2")
  const received = await post(dora, "psst @alice", { visibility: "direct" })
  await post(alice, "loud @dora2")
  assert.deepEqual(await ids(alice, "/api/v1/timelines/direct"), [received, sent])
  assert.deepEqual(await ids(dora, "/api/v1/timelines/direct"), [received])
  assert.deepEqual(await ids(alice, `/api/v1/timelines/direct?max_id=${received}`), [sent])
})

test("there are no lists and no trends of links", async () => {
  assert.equal((await alice.api.get("/api/v1/timelines/list/1")).status, 404)
  assert.equal((await aviary.api.get("/api/v1/timelines/link?url=https://example.org/")).status, 404)
})

test("every walk by cursors through any timeline gives the whole of it, each post once", async () => {
  const erin = await aviary.member("erin")
  for (let n = 0; n < 9; n += 1) {
    await post(erin, `#walk ${n} ${n % 2 === 0 ? "#even" : ""} ${n % 3 === 0 ? "#third" : ""}`)
    await post(erin, `psst ${n} @erin`, { visibility: "direct" })
  }
  const paths = [
    "/api/v1/timelines/home?",
    "/api/v1/timelines/public?local=true&",
    "/api/v1/timelines/tag/even?any[]=third&",
    "/api/v1/timelines/tag/walk?none[]=third&",
    "/api/v1/timelines/direct?",
  ]
  for (const path of paths) {
    const whole = await walk(`${path}limit=40`, "next")
    assert.ok(whole.length >= 6, path)
    assert.equal(new Set(whole).size, whole.length, path)
    for (const limit of [3, 7]) {
      assert.deepEqual(await walk(`${path}limit=${limit}`, "next"), whole, `${path} down by ${limit}`)
      assert.deepEqual(await walk(`${path}limit=${limit}&min_id=0`, "prev"), whole, `${path} up by ${limit}`)
    }
    const third = whole[2] ?? ""
    assert.deepEqual(
      await ids(erin, `${path}since_id=${third}&limit=1`),
      whole.slice(0, 1),
      "since_id is the newest",
    )
    assert.deepEqual(
      await ids(erin, `${path}min_id=${third}&limit=1`),
      whole.slice(1, 2),
      "min_id is the nearest",
    )
  }

  /** Follows the Link header from a page on, and gives all ids newest first. */
  async function walk(start: string, rel: "next" | "prev"): Promise<string[]> {
    let walked: string[] = []
    for (let path: string | undefined = start; path !== undefined;) {
      const answer = await erin.api.get(path)
      const page = answer.body.map((status: { id: string }) => status.id)
      walked = rel === "next" ? [...walked, ...page] : [...page, ...walked]
      const link = new RegExp(`<([^>]+)>; rel="${rel}"`).exec(answer.headers.get("link") ?? "")?.[1]
      path = page.length === 0 ? undefined : link?.slice(aviary.url.length)
    }
    return walked
  }
})

async function upload(member: TestMember): Promise<string> {
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: "teal" } })
    .png()
    .toBuffer()
  const data = new FormData()
  data.set("file", new Blob([new Uint8Array(bytes)]), "a.png")
  return (await member.api.post("/api/v1/media", data)).body.id
}
