import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let names = 0
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

async function people(): Promise<[TestMember, TestMember, TestMember]> {
  names += 1
  const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => aviary.member(`${name}${names}`)))
  if (!a || !b || !c) throw new Error("no members")
  return [a, b, c]
}

async function send(by: TestMember, status: string, inReplyTo?: string): Promise<string> {
  const more = inReplyTo === undefined ? {} : { in_reply_to_id: inReplyTo }
  const answer = await by.api.post("/api/v1/statuses", { status, visibility: "direct", ...more })
  assert.equal(answer.status, 200)
  return answer.body.id
}

interface Shown {
  readonly id: string
  readonly unread: boolean
  readonly accounts: { readonly id: string }[]
  readonly last_status: { readonly id: string }
}

async function list(member: TestMember, query = ""): Promise<Shown[]> {
  return (await member.api.get(`/api/v1/conversations${query}`)).body
}

const brief = (all: readonly Shown[]) =>
  all.map((one) => [one.last_status.id, one.unread, one.accounts.map((account) => account.id)])

test("each conversation once, by its newest post, unread where another wrote it", async () => {
  const [alice, bob, carol] = await people()
  const first = await send(alice, `@${bob.username} hello`)
  const other = await send(carol, `@${alice.username} psst`)
  const answer = await send(bob, `@${alice.username} hello yourself`, first)
  const alone = await send(alice, "a note to myself")
  await alice.api.post("/api/v1/statuses", { status: `loud @${bob.username}` })

  assert.deepEqual(brief(await list(alice)), [
    [alone, false, [alice.id]],
    [answer, true, [bob.id]],
    [other, true, [carol.id]],
  ])
  assert.deepEqual(brief(await list(bob)), [[answer, false, [alice.id]]])
  assert.deepEqual(brief(await list(carol)), [[other, false, [alice.id]]])
})

test("read stays read until the next post; one's own answer reads it too", async () => {
  const [alice, bob] = await people()
  const first = await send(bob, `@${alice.username} one`)
  const [conversation] = await list(alice)
  const read = await alice.api.post(`/api/v1/conversations/${conversation?.id}/read`)
  assert.deepEqual([read.status, read.body.id, read.body.unread], [200, conversation?.id, false])
  assert.deepEqual(brief(await list(alice)), [[first, false, [bob.id]]])
  const second = await send(bob, `@${alice.username} two`, first)
  assert.deepEqual(brief(await list(alice)), [[second, true, [bob.id]]])
  const third = await send(alice, `@${bob.username} three`, second)
  assert.deepEqual(brief(await list(alice)), [[third, false, [bob.id]]])
})

test("put away it is gone for oneself alone, and comes back with something newer", async () => {
  const [alice, bob] = await people()
  const first = await send(bob, `@${alice.username} one`)
  const [conversation] = await list(alice)
  const gone = await alice.api.delete(`/api/v1/conversations/${conversation?.id}`)
  assert.deepEqual([gone.status, gone.body], [200, {}])
  assert.deepEqual(await list(alice), [])
  assert.equal((await list(bob)).length, 1)
  assert.equal((await alice.api.delete(`/api/v1/conversations/${conversation?.id}`)).status, 404)
  assert.equal((await alice.api.get(`/api/v1/statuses/${first}`)).status, 200)
  const second = await send(bob, `@${alice.username} two`, first)
  assert.deepEqual(brief(await list(alice)), [[second, true, [bob.id]]])
})

test("what one may not see or has hidden is not in it; a deleted post leaves the one before", async () => {
  const [alice, bob, carol] = await people()
  const first = await send(alice, `@${bob.username} @${carol.username} one`)
  const second = await send(bob, `@${alice.username} without carol`, first)
  assert.deepEqual(
    (await list(carol)).map((one) => one.last_status.id),
    [first],
  )
  await bob.api.delete(`/api/v1/statuses/${second}`)
  assert.deepEqual(
    (await list(alice)).map((one) => one.last_status.id),
    [first],
  )
  await send(bob, `@${alice.username} again`, first)
  await alice.api.post(`/api/v1/accounts/${bob.id}/mute`)
  assert.deepEqual(
    (await list(alice)).map((one) => one.last_status.id),
    [first],
  )
  const [own] = await list(alice)
  const stranger = await aviary.member(`stranger${names}`)
  assert.equal((await stranger.api.post(`/api/v1/conversations/${own?.id}/read`)).status, 404)
  assert.equal((await aviary.api.get("/api/v1/conversations")).status, 401)
})

test("pages follow the newest posts, down and up", async () => {
  const [alice, bob] = await people()
  const all: string[] = []
  for (let n = 0; n < 5; n += 1) {
    const start = await send(n % 2 === 0 ? bob : alice, `@${alice.username} @${bob.username} ${n}`)
    all.unshift(await send(alice, `@${bob.username} and ${n}`, start))
  }
  assert.deepEqual(await walk("?limit=2", "next"), all)
  assert.deepEqual(await walk("?limit=2&min_id=0", "prev"), all)

  async function walk(query: string, rel: "next" | "prev"): Promise<string[]> {
    let walked: string[] = []
    for (let path: string | undefined = `/api/v1/conversations${query}`; path !== undefined;) {
      const answer = await alice.api.get(path)
      const page = answer.body.map((one: Shown) => one.last_status.id)
      walked = rel === "next" ? [...walked, ...page] : [...page, ...walked]
      const link = new RegExp(`<([^>]+)>; rel="${rel}"`).exec(answer.headers.get("link") ?? "")?.[1]
      path = page.length === 0 ? undefined : link?.slice(aviary.url.length)
    }
    return walked
  }
})
