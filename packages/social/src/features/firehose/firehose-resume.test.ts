// A random life of a network, with readers that come and go at random places: what each is told equals what the log says, by
// a naive reading of the whole log that shares nothing with the firehose.

import assert from "node:assert/strict"
import { after, afterEach, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import fc from "fast-check"
import { sql } from "kysely"
import { formatCursor } from "./firehose-cursor.ts"
import type { FirehoseClient } from "./firehose-client.testing.ts"
import { closeReaders, readFirehose } from "./firehose-client.testing.ts"

let aviary: TestAviary
let members: TestMember[]
let scribe: TestMember

before(async () => {
  aviary = await startAviary({ env: { AVIARY_FIREHOSE_CONNECTS_PER_MINUTE: "100000" } })
  members = [await aviary.member("ann"), await aviary.member("ben"), await aviary.member("cat")]
  scribe = await aviary.member("scribe")
})
afterEach(closeReaders)
after(() => aviary.stop())

interface LoggedEvent {
  readonly cursor: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The whole log in commit order. */
async function wholeLog(): Promise<LoggedEvent[]> {
  const found = await sql<{
    transaction_id: string
    position: number
    type: string
    data: LoggedEvent["data"]
  }>`
    SELECT transaction_id, position, type, data FROM events ORDER BY transaction_id, position`.execute(
    aviary.social.core.db,
  )
  return found.rows.map(({ transaction_id: transactionId, position, type, data }) => ({
    cursor: formatCursor({ transactionId, position }),
    type,
    data,
  }))
}

const SHOWN = [
  "display_name",
  "note",
  "fields",
  "avatar",
  "header",
  "locked",
  "bot",
  "discoverable",
  "indexable",
]

/** What of a log is public, now that all of it has happened. */
function publicOf(log: readonly LoggedEvent[]): LoggedEvent[] {
  const created = new Map(log.filter((e) => e.type === "post.created").map((e) => [e.data.id, e.data]))
  const reposts = new Map(log.filter((e) => e.type === "post.reposted").map((e) => [e.data.id, e.data]))
  const gone = new Set(
    log.filter((e) => e.type === "post.deleted" || e.type === "post.repost_removed").map((e) => e.data.id),
  )
  const suspended = new Set<unknown>()
  for (const { type, data } of log) {
    if (type === "account.suspended") suspended.add(data.id)
    if (type === "account.unsuspended") suspended.delete(data.id)
  }
  const open = (id: unknown): boolean => {
    const post = created.get(id)
    return post?.visibility === "public" && !suspended.has(post.author_id)
  }
  return log.filter(({ type, data }) => {
    const repost = reposts.get(data.id)
    const openRepost =
      repost?.visibility === "public" && !suspended.has(repost.author_id) && open(repost.repost_of_id)
    switch (type) {
      case "post.created":
      case "post.edited":
        return open(data.id) && !gone.has(data.id)
      case "post.deleted":
        return open(data.id)
      case "post.reposted":
        return openRepost && !gone.has(data.id) && !gone.has(data.repost_of_id)
      case "post.repost_removed":
        return openRepost
      case "account.created":
      case "account.unsuspended":
        return !suspended.has(data.id)
      case "account.profile_changed":
        return (
          !suspended.has(data.id) && Object.keys(data.changes ?? {}).some((column) => SHOWN.includes(column))
        )
      case "account.suspended":
        return true
      default:
        return false
    }
  })
}

/** The whole story: what members do, and when readers come back. */
type Step =
  | {
      do: "post" | "edit" | "delete" | "repost" | "unrepost" | "like" | "profile"
      who: number
      which: number
      how: number
    }
  | { do: "suspend" | "return"; who: number }
  | { do: "reconnect" | "resumeAnywhere" | "settle" | "pass"; which: number }

const pick = fc.nat(1_000)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom("post", "post", "edit", "delete", "repost", "unrepost", "like", "profile" as const),
      who: fc.nat(2),
      which: pick,
      how: pick,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("suspend", "return" as const), who: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("reconnect", "resumeAnywhere", "settle", "pass" as const),
      which: pick,
    }),
  },
)

const VISIBILITIES = ["public", "public", "public", "unlisted", "private", "direct"]

/** What a reader was told over all its connections. */
interface Reader {
  client: FirehoseClient
  readonly told: { cursor: string; type: string }[]
}

async function act(step: Step, posts: string[]): Promise<void> {
  if (!("who" in step)) return
  const member = members[step.who]
  assert.ok(member)
  if (!("which" in step)) return setSuspended(member, step.do === "suspend")
  const id = posts[step.which % Math.max(1, posts.length)] ?? "1"
  const visibility = VISIBILITIES[step.how % VISIBILITIES.length]
  // What is refused (another's post, a private one, a suspended member) is no event, which is fine.
  switch (step.do) {
    case "post": {
      const { status, body } = await member.api.post("/api/v1/statuses", {
        status: `words ${step.how}`,
        visibility,
      })
      if (status === 200) posts.push(String(body.id))
      return
    }
    case "edit":
      return void (await member.api.put(`/api/v1/statuses/${id}`, { status: `other words ${step.how}` }))
    case "delete":
      return void (await member.api.delete(`/api/v1/statuses/${id}`))
    case "repost":
      return void (await member.api.post(`/api/v1/statuses/${id}/reblog`, {
        visibility: step.how % 3 === 0 ? "unlisted" : "public",
      }))
    case "unrepost":
      return void (await member.api.post(`/api/v1/statuses/${id}/unreblog`))
    case "like":
      return void (await member.api.post(`/api/v1/statuses/${id}/favourite`))
    case "profile":
      return void (await member.api.patch(
        "/api/v1/accounts/update_credentials",
        step.how % 2 === 0 ? { note: `about ${step.how}` } : { source: { sensitive: step.how % 3 === 0 } },
      ))
    default:
  }
}

async function setSuspended(member: TestMember, suspended: boolean): Promise<void> {
  const { events, forgetAccess } = aviary.social.core
  const stream = `account:${member.id}`
  const type = suspended ? ("account.suspended" as const) : ("account.unsuspended" as const)
  await events.transact([stream], (tx) =>
    tx.append([{ type, stream, actor: null, data: { id: Number(member.id) } }]),
  )
  forgetAccess()
}

/** Resolves when the reader has been told everything that is in the log. */
async function catchUp(client: FirehoseClient): Promise<void> {
  const { body } = await scribe.api.post("/api/v1/statuses", { status: "that is all" })
  await client.until((message) => message.data?.id === body.id)
}

/** The reader drops its connection, perhaps amid what it is told, and comes back where it was. */
async function reconnect(reader: Reader): Promise<void> {
  const { client } = reader
  client.ws.terminate()
  await client.closed()
  reader.told.push(...client.events())
  reader.client = await readFirehose(aviary.url, `?cursor=${client.cursor()}`)
}

async function live(steps: readonly Step[], reader: Reader): Promise<void> {
  const posts: string[] = []
  for (const one of steps) {
    await act(one, posts)
    if (one.do === "reconnect") await reconnect(reader)
    if (one.do === "settle") await aviary.settle()
    // Beyond the age of the window, but not so far that pings come: those are another test's.
    if (one.do === "pass") aviary.clock.advance(20_000)
    if (one.do === "resumeAnywhere") {
      const log = await wholeLog()
      const from = log[one.which % log.length]
      assert.ok(from)
      const other = await readFirehose(aviary.url, `?cursor=${from.cursor}`)
      await catchUp(other)
      await other.close()
      await aviary.settle()
      const now = await wholeLog()
      const after = publicOf(now).filter((event) => placeIn(now, event.cursor) > placeIn(now, from.cursor))
      assert.deepEqual(names(other.events()), names(after))
    }
  }
  for (const member of members) await setSuspended(member, false)
  await catchUp(reader.client)
  reader.told.push(...reader.client.events())
}

const placeIn = (log: readonly LoggedEvent[], cursor: string): number =>
  log.findIndex((event) => event.cursor === cursor)
const names = (events: readonly { cursor: string; type: string }[]): string[] =>
  events.map(({ cursor, type }) => `${type} ${cursor}`)

test("readers that come and go are told what the log says, each once, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const reader: Reader = { client: await readFirehose(aviary.url), told: [] }
      await reader.client.until(({ type }) => type === "start")
      const start = reader.client.cursor()
      await live(steps, reader)
      await reader.client.close()
      await aviary.settle()

      const log = await wholeLog()
      const places = reader.told.map(({ cursor }) => placeIn(log, cursor))
      assert.ok(
        places.every((place, at) => place > (places[at - 1] ?? -1)),
        "in the log's order, each once",
      )
      // Whoever was there is told all that is public to the end, and besides only what was public at the time.
      const told = new Set(names(reader.told))
      const expected = publicOf(log).filter((event) => placeIn(log, event.cursor) > placeIn(log, start))
      const suspendedOnce = new Set(log.filter((e) => e.type === "account.suspended").map((e) => e.data.id))
      const lasting = expected.filter((event) => !concerns(event, suspendedOnce, log))
      assert.deepEqual(
        names(lasting).filter((name) => !told.has(name)),
        [],
      )
      const extra = reader.told.filter(
        (message) => !names(expected).includes(`${message.type} ${message.cursor}`),
      )
      for (const { cursor } of extra) {
        const event = log[placeIn(log, cursor)]
        assert.ok(event)
        assert.equal(visibilityOf(event, log), "public", `${event.type} was never public`)
      }
    }),
    { numRuns: 6, endOnFailure: true },
  )
})

/** Whether an event is of, or shows, one of these accounts. */
function concerns(event: LoggedEvent, accounts: ReadonlySet<unknown>, log: readonly LoggedEvent[]): boolean {
  const { id, author_id: author, repost_of_id: original } = event.data
  const made = log.find((one) => one.type === "post.created" && one.data.id === original)
  return accounts.has(id) || accounts.has(author) || accounts.has(made?.data.author_id)
}

function visibilityOf(event: LoggedEvent, log: readonly LoggedEvent[]): unknown {
  const made = log.find(
    (one) => (one.type === "post.created" || one.type === "post.reposted") && one.data.id === event.data.id,
  )
  return made?.data.visibility
}
