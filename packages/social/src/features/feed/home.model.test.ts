// Homes from memory against naive SQL: any sequence of what members do to posts and to each other, with memory lost, cut
// short and evicted in between, gives each member exactly its timeline by any walk of cursors, whichever strategy is chosen.

import assert from "node:assert/strict"
import { test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import fc from "fast-check"
import type { Visibility } from "../../db/schema.ts"
import type { NewDomainEvent } from "../../events/event-log.ts"
import type { Page } from "../../http/page.ts"
import { readFeedImage } from "./feed-image.ts"
import { naiveHome } from "./naive-home.testing.ts"

const MEMBERS = 5
const member = fc.nat({ max: MEMBERS - 1 })
const pair = fc.tuple(member, member).filter(([a, b]) => a !== b)
const some = fc.nat({ max: 1_000 })
const language = fc.constantFrom(null, "en", "de")
const tags = fc.oneof(
  { weight: 2, arbitrary: fc.constant<("ada" | "bee")[]>([]) },
  fc.uniqueArray(fc.constantFrom("ada", "bee"), { maxLength: 2 }),
)
const mentions = fc.uniqueArray(member, { maxLength: 2 })
const visibility = fc.constantFrom<Visibility>("public", "public", "unlisted", "private", "direct")

/** What may happen. Posts are named by any number, which stands for one of those that there are. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("post" as const),
      author: member,
      visibility,
      language,
      mentions,
      tags,
      replyTo: fc.option(some, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("repost" as const), author: member, post: some }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("edit" as const), post: some, language, mentions, tags }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), post: some }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("follow" as const),
      pair,
      reposts: fc.boolean(),
      languages: fc.constantFrom(null, null, ["en"], []),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("block" as const), pair }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("mute" as const),
      pair,
      seconds: fc.constantFrom(undefined, 10, 1_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("tag" as const), member, tag: fc.constantFrom("ada", "bee") }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("listed" as const), pair }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("list" as const),
      member,
      now: fc.constantFrom("exclusive" as const, "open" as const, "deleted" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("suspend" as const), member }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(5, 20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const), member }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("reload" as const), recent: fc.nat({ max: 12 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("check" as const), limit: fc.integer({ min: 1, max: 5 }) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface Post {
  readonly id: number
  readonly author: number
  readonly visibility: Visibility
  readonly original: number | undefined
}

/** One network of a few members, to which steps are done. Doing what is done already undoes it: follows, blocks, mutes. */
function createWorld(aviary: TestAviary) {
  const { core, feed } = aviary.social
  const { events, nextId, clock } = core
  const run = String(nextId())
  const accounts = Array.from({ length: MEMBERS }, () => nextId())
  let posts: Post[] = []
  const done = new Map<string, boolean>()
  const lists = new Map<number, number>()
  const idOf = (index: number): number => accounts[index] ?? 0
  const postAt = (any: number): Post | undefined => originals()[any % Math.max(1, originals().length)]
  const originals = (): Post[] => posts.filter((post) => post.original === undefined)

  async function append(
    stream: string,
    event: { type: NewDomainEvent["type"]; data: object },
  ): Promise<void> {
    await events.transact([], (tx) => tx.append([{ stream, actor: null, ...event } as NewDomainEvent]))
  }

  const listData = (owner: number, id: number) => ({
    id,
    account_id: idOf(owner),
    title: "",
    replies_policy: "list",
    exclusive: true,
  })

  /** The list of a member, which is made exclusive. */
  async function listOf(owner: number): Promise<number> {
    const known = lists.get(owner)
    if (known !== undefined) return known
    const id = nextId()
    lists.set(owner, id)
    await append("model", { type: "list.created", data: listData(owner, id) })
    return id
  }

  /** Whether it is now so, after turning it round. */
  function toggled(what: string): boolean {
    const now = done.get(what) !== true
    done.set(what, now)
    return now
  }

  async function toggle(
    what: string,
    make: NewDomainEvent["type"],
    undo: NewDomainEvent["type"],
    data: object,
  ) {
    await append("model", { type: toggled(what) ? make : undo, data })
  }

  const said = (given: { language: string | null; mentions: number[]; tags: string[] }) => ({
    text: "",
    html: "",
    spoiler_text: "",
    sensitive: false,
    language: given.language,
    mentions: given.mentions.map((index) => ({ id: idOf(index), username: `m${index}` })),
    tags: given.tags.map((name) => name + run),
    media_ids: [],
    poll: null,
  })

  async function post(given: Step & { do: "post" }): Promise<void> {
    const parent = given.replyTo === undefined ? undefined : postAt(given.replyTo)
    const one = { id: nextId(), author: given.author, visibility: given.visibility, original: undefined }
    const data = {
      id: one.id,
      author_id: idOf(one.author),
      visibility: one.visibility,
      reply_to_id: parent?.id ?? null,
      reply_to_account_id: parent ? idOf(parent.author) : null,
      conversation_id: one.id,
      application: null,
      ...said(given),
    }
    await append(`post:${one.id}`, { type: "post.created", data })
    posts.push(one)
  }

  async function repost(author: number, of: Post): Promise<void> {
    const open = of.visibility === "public" || of.visibility === "unlisted"
    if (!open && !(of.visibility === "private" && of.author === author)) return
    if (posts.some((one) => one.original === of.id && one.author === author)) return
    const id = nextId()
    const data = {
      id,
      author_id: idOf(author),
      repost_of_id: of.id,
      original_author_id: idOf(of.author),
      visibility: of.visibility,
    }
    await append(`post:${of.id}`, { type: "post.reposted", data })
    posts.push({ id, author, visibility: of.visibility, original: of.id })
  }

  async function remove(one: Post): Promise<void> {
    const author_id = idOf(one.author)
    if (one.original !== undefined) {
      const data = { id: one.id, author_id, repost_of_id: one.original }
      await append(`post:${one.original}`, { type: "post.repost_removed", data })
    } else {
      const reposters = posts.filter((other) => other.original === one.id)
      const data = {
        id: one.id,
        author_id,
        reply_to_id: null,
        reposter_ids: reposters.map((other) => idOf(other.author)),
      }
      await append(`post:${one.id}`, { type: "post.deleted", data })
    }
    posts = posts.filter((other) => other !== one && other.original !== one.id)
  }

  async function edit(one: Post, given: Step & { do: "edit" }): Promise<void> {
    const data = {
      id: one.id,
      author_id: idOf(one.author),
      added_mentions: [],
      media_changes: [],
      ...said(given),
    }
    await append(`post:${one.id}`, { type: "post.edited", data })
  }

  async function reload(recent: number): Promise<void> {
    await aviary.settle()
    const mark = core.history.mark()
    const image = await readFeedImage(core.db, recent)
    feed.memory.install(image, core.history.since(mark) ?? [])
  }

  async function take(one: Step): Promise<void> {
    switch (one.do) {
      case "post":
        return post(one)
      case "repost": {
        const of = postAt(one.post)
        return of && repost(one.author, of)
      }
      case "edit": {
        const of = postAt(one.post)
        return of && edit(of, one)
      }
      case "delete": {
        const of = posts[one.post % Math.max(1, posts.length)]
        return of && remove(of)
      }
      case "follow": {
        const [follower_id, followee_id] = [idOf(one.pair[0]), idOf(one.pair[1])]
        const options = { show_reposts: one.reposts, notify: false, languages: one.languages }
        const data = { id: nextId(), follower_id, followee_id, ...options }
        // Who is unfollowed leaves the list.
        done.delete(`listed ${one.pair.join()}`)
        return toggle(`follow ${one.pair.join()}`, "follow.created", "follow.removed", data)
      }
      case "block": {
        const data = { id: nextId(), account_id: idOf(one.pair[0]), target_id: idOf(one.pair[1]) }
        return toggle(`block ${one.pair.join()}`, "block.created", "block.removed", data)
      }
      case "mute": {
        const expires_at =
          one.seconds === undefined ? null : new Date(clock.now() + one.seconds * 1_000).toISOString()
        const ids = { account_id: idOf(one.pair[0]), target_id: idOf(one.pair[1]) }
        const data = { id: nextId(), ...ids, notifications: true, expires_at }
        return toggle(`mute ${one.pair.join()}`, "mute.created", "mute.removed", data)
      }
      case "tag": {
        const data = { id: nextId(), account_id: idOf(one.member), tag: one.tag + run }
        return toggle(`tag ${one.member} ${one.tag}`, "tag.followed", "tag.unfollowed", data)
      }
      case "listed": {
        const [owner, other] = one.pair
        // Only who is followed is put on a list.
        if (done.get(`follow ${one.pair.join()}`) !== true) return
        const list_id = await listOf(owner)
        const data = { id: nextId(), list_id, account_id: idOf(owner), member_id: idOf(other) }
        return toggle(`listed ${one.pair.join()}`, "list.member_added", "list.member_removed", data)
      }
      case "list": {
        const id = await listOf(one.member)
        if (one.now === "deleted") {
          lists.delete(one.member)
          for (const what of done.keys()) if (what.startsWith(`listed ${one.member},`)) done.delete(what)
          return append("model", { type: "list.deleted", data: { id, account_id: idOf(one.member) } })
        }
        const data = { ...listData(one.member, id), exclusive: one.now === "exclusive" }
        return append("model", { type: "list.changed", data })
      }
      case "suspend": {
        const data = { id: idOf(one.member) }
        return toggle(`suspend ${one.member}`, "account.suspended", "account.unsuspended", data)
      }
      case "wait":
        return aviary.clock.advance(one.seconds * 1_000)
      case "read":
        return void (await feed.home.read(idOf(one.member), { limit: 4 }, true))
      case "forget":
        return feed.memory.drop()
      case "reload":
        return reload(one.recent)
      case "check":
        return check(one.limit)
    }
  }

  /** For a settled world: both ways of reading see the same memory. */
  async function home(viewer: number, page: Page): Promise<number[]> {
    const ids = idsOf((await feed.home.read(viewer, page, true)).json.toBuffer())
    const atOnce = feed.memory.isReady() ? feed.home.fromMemory(viewer, page) : undefined
    if (atOnce) assert.deepEqual(idsOf(atOnce.body.bytes), ids, "at once")
    return ids
  }

  async function check(limit: number): Promise<void> {
    await aviary.settle()
    for (const viewer of accounts) {
      const expected = await naiveHome(core.db, viewer, new Date(clock.now()))
      shown += expected.length
      assert.deepEqual(await home(viewer, { limit: 40 }), expected)
      assert.deepEqual(await walkDown(viewer, limit), expected, "max_id")
      assert.deepEqual(await walkUp(viewer, limit), expected, "min_id")
      const pivot = posts[Math.floor(posts.length / 2)]?.id ?? 0
      const above = expected.filter((id) => id > pivot)
      assert.deepEqual(await home(viewer, { limit, since_id: pivot }), above.slice(0, limit), "since_id")
      assert.deepEqual(await home(viewer, { limit, min_id: pivot }), above.slice(-limit), "min_id of one")
    }
  }

  async function walkDown(viewer: number, limit: number): Promise<number[]> {
    const all: number[] = []
    for (;;) {
      const last = all.at(-1)
      const page = await home(viewer, last === undefined ? { limit } : { limit, max_id: last })
      all.push(...page)
      if (page.length < limit) return all
    }
  }

  async function walkUp(viewer: number, limit: number): Promise<number[]> {
    const all: number[] = []
    for (;;) {
      const page = await home(viewer, { limit, min_id: all[0] ?? 0 })
      all.unshift(...page)
      if (page.length < limit) return all
    }
  }

  return {
    async start(): Promise<void> {
      for (const [index, id] of accounts.entries()) {
        const data = { id, username: `m${index}_${run}`, display_name: "", role: "member" }
        await append(`account:${id}`, { type: "account.created", data })
      }
      // Something to begin with: each follows the next two, and has posted.
      for (const [n, index] of [...accounts.keys(), ...accounts.keys()].entries()) {
        const followed = (index + (n < MEMBERS ? 1 : 2)) % MEMBERS
        await take({ do: "follow", pair: [index, followed], reposts: true, languages: null })
        const said = { language: "en" as const, mentions: [], tags: n % 3 === 0 ? ["ada" as const] : [] }
        await take({ do: "post", author: index, visibility: "public", replyTo: undefined, ...said })
        await take({ do: "listed", pair: [index, followed] })
        await take({ do: "list", member: index, now: index % 2 === 0 ? "exclusive" : "open" })
      }
    },
    take,
    check,
  }
}

function idsOf(json: Buffer): number[] {
  return (JSON.parse(json.toString()) as { id: string }[]).map((status) => Number(status.id))
}

let shown = 0

for (const strategy of ["pull", "push", "hybrid"] as const) {
  test(`${strategy}: every walk is what naive SQL says`, async () => {
    // Authors with two active followers are heavy, and who follows more than three pulls: so that both happen.
    const limits = { AVIARY_FEED_HEAVY_FOLLOWERS: "2", AVIARY_FEED_PULL_ABOVE_FOLLOWS: "3" }
    const aviary = await startAviary({ env: { AVIARY_FEED_STRATEGY: strategy, ...limits } })
    shown = 0
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 45 }), async (steps) => {
          const world = createWorld(aviary)
          await world.start()
          for (const one of steps) await world.take(one)
          await world.check(3)
        }),
        { numRuns: 8 },
      )
      assert.ok(shown > 200, `the worlds are too empty to say anything: ${shown}`)
      assert.ok(aviary.social.feed.memory.stats().accounts > 0, "memory was never full")
    } finally {
      await aviary.stop()
    }
  })
}
