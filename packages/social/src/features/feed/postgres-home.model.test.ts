// The home timeline against a naive oracle: random members, follows, followed tags, posts, reposts, mutes and blocks, and any
// walk by cursors must give exactly the oracle's list.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import fc from "fast-check"
import type { Visibility } from "../../db/schema.ts"
import type { NewDomainEvent } from "../../events/event-log.ts"
import { createPostgresHome } from "./postgres-home.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

const MEMBERS = 5
const member = fc.nat({ max: MEMBERS - 1 })
const pair = fc.tuple(member, member).filter(([a, b]) => a !== b)
const language = fc.constantFrom(null, "en", "de")
const tag = fc.constantFrom("ada", "bee", "cat")
const tags = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.uniqueArray(tag, { maxLength: 3 }))
const visibility = fc.constantFrom<Visibility>("public", "unlisted", "private", "direct")

interface Follow {
  readonly pair: [number, number]
  readonly reposts: boolean
  readonly languages: string[] | null
}
type Entry =
  | {
      readonly kind: "post"
      readonly author: number
      readonly visibility: Visibility
      readonly language: string | null
      readonly replyTo: number | undefined
      readonly mentions: readonly number[]
      readonly tags: readonly string[]
    }
  | { readonly kind: "repost"; readonly author: number; readonly of: number }

interface World {
  readonly follows: readonly Follow[]
  readonly tagFollows: readonly { readonly member: number; readonly tag: string }[]
  readonly blocks: readonly [number, number][]
  readonly mutes: readonly { pair: [number, number]; expires: "never" | "past" | "future" }[]
  readonly suspended: readonly number[]
  readonly entries: readonly Entry[]
}

const byPair = (item: { pair: [number, number] }): string => item.pair.join()
const worlds: fc.Arbitrary<World> = fc.record({
  follows: fc.uniqueArray(
    fc.record({
      pair,
      reposts: fc.boolean(),
      languages: fc.constantFrom(null, null, ["en"], ["en", "de"], []),
    }),
    { minLength: 6, maxLength: 16, selector: byPair },
  ),
  tagFollows: fc.uniqueArray(fc.record({ member, tag }), {
    maxLength: 6,
    selector: (one) => `${one.member} ${one.tag}`,
  }),
  blocks: fc.uniqueArray(pair, { maxLength: 3, selector: (one) => one.join() }),
  mutes: fc.uniqueArray(
    fc.record({ pair, expires: fc.constantFrom("never" as const, "past" as const, "future" as const) }),
    { maxLength: 4, selector: byPair },
  ),
  suspended: fc.uniqueArray(member, { maxLength: 1 }),
  entries: fc.array(
    fc.oneof(
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("post" as const),
          author: member,
          visibility,
          language,
          replyTo: fc.option(fc.nat({ max: 30 }), { nil: undefined }),
          mentions: fc.uniqueArray(member, { maxLength: 2 }),
          tags,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("repost" as const),
          author: member,
          of: fc.nat({ max: 30 }),
        }),
      },
    ),
    { minLength: 10, maxLength: 40 },
  ),
})

/** A post or repost as it stands, with members by their index. */
interface Made {
  readonly id: number
  readonly author: number
  readonly visibility: Visibility
  readonly language: string | null
  readonly replyToAuthor: number | undefined
  readonly mentions: readonly number[]
  readonly tags: readonly string[]
  readonly original: Made | undefined
}

/** What a member's home shows, from the rules as told and not from the query. */
function oracle(world: World, made: readonly Made[], viewer: number): number[] {
  const has = (pairs: readonly (readonly [number, number])[], a: number, b: number) =>
    pairs.some(([x, y]) => x === a && y === b)
  const mutes = world.mutes.filter((mute) => mute.expires !== "past").map((mute) => mute.pair)
  const silenced = (who: number) => has(world.blocks, viewer, who) || has(mutes, viewer, who)
  const hidden = (who: number) => silenced(who) || has(world.blocks, who, viewer)
  const followOf = (who: number) => world.follows.find((one) => one.pair[0] === viewer && one.pair[1] === who)
  const gone = (who: number) => world.suspended.includes(who)
  const reads = (who: number) => who === viewer || (followOf(who) !== undefined && !hidden(who) && !gone(who))

  function speaks(follow: Follow | undefined, post: Made): boolean {
    const languages = follow?.languages ?? []
    return languages.length === 0 || post.language === null || languages.includes(post.language)
  }

  /** Public posts with a followed tag, of anybody: replies and all languages too, but no reposts. */
  function showsByTag(entry: Made): boolean {
    const followed = (name: string) =>
      world.tagFollows.some((one) => one.member === viewer && one.tag === name)
    if (entry.original || entry.visibility !== "public" || !entry.tags.some(followed)) return false
    return !hidden(entry.author) && !gone(entry.author) && !entry.mentions.some(silenced)
  }

  function shows(entry: Made): boolean {
    if (showsByTag(entry)) return true
    if (!reads(entry.author)) return false
    const own = entry.author === viewer
    const follow = followOf(entry.author)
    const shown = entry.original ?? entry
    if (!own && shown.mentions.some(silenced)) return false
    if (!own && !speaks(follow, shown)) return false
    if (entry.original) {
      const author = entry.original.author
      return (own || follow?.reposts === true) && !hidden(author) && !gone(author)
    }
    if (own) return true
    if (entry.visibility === "direct" && !entry.mentions.includes(viewer)) return false
    const to = entry.replyToAuthor
    return to === undefined || to === entry.author || reads(to)
  }

  return made
    .filter(shows)
    .map((entry) => entry.id)
    .sort((a, b) => b - a)
}

/** Writes a world through the event log; gives its members and entries. */
async function build(world: World): Promise<{ accounts: number[]; made: Made[] }> {
  const { events, nextId, clock } = aviary.social.core
  // Posts of other worlds are none of this one's.
  const run = String(nextId())
  const accounts = Array.from({ length: MEMBERS }, () => nextId())
  const idOf = (index: number): number => accounts[index] ?? 0
  const event = (data: object): NewDomainEvent =>
    ({ stream: "model", actor: null, ...data }) as unknown as NewDomainEvent
  const all: NewDomainEvent[] = accounts.map((id) =>
    event({ type: "account.created", data: { id, username: `m${id}`, display_name: "", role: "member" } }),
  )
  for (const {
    pair: [a, b],
    reposts,
    languages,
  } of world.follows) {
    const data = {
      id: nextId(),
      follower_id: idOf(a),
      followee_id: idOf(b),
      show_reposts: reposts,
      notify: false,
      languages,
    }
    all.push(event({ type: "follow.created", data }))
  }
  for (const { member: index, tag: name } of world.tagFollows) {
    all.push(
      event({ type: "tag.followed", data: { id: nextId(), account_id: idOf(index), tag: name + run } }),
    )
  }
  for (const [a, b] of world.blocks) {
    all.push(
      event({ type: "block.created", data: { id: nextId(), account_id: idOf(a), target_id: idOf(b) } }),
    )
  }
  for (const {
    pair: [a, b],
    expires,
  } of world.mutes) {
    const at = { never: null, past: clock.now() - 1_000, future: clock.now() + 1_000 }[expires]
    const expiresAt = at === null ? null : new Date(at).toISOString()
    const data = {
      id: nextId(),
      account_id: idOf(a),
      target_id: idOf(b),
      notifications: true,
      expires_at: expiresAt,
    }
    all.push(event({ type: "mute.created", data }))
  }
  const made: Made[] = []
  for (const entry of world.entries) {
    const one = make(entry, made)
    if (!one) continue
    made.push(one)
    all.push(event(eventOf(one, idOf)))
  }
  for (const index of world.suspended)
    all.push(event({ type: "account.suspended", data: { id: idOf(index) } }))
  await events.transact([], (tx) => tx.append(all))
  return { accounts, made }

  /** An entry among those before it; undefined where it is none: a repost of nothing, or of what may not be reposted. */
  function make(entry: Entry, before: readonly Made[]): Made | undefined {
    const posts = before.filter((one) => one.original === undefined)
    if (entry.kind === "post") {
      const parent =
        entry.replyTo === undefined ? undefined : posts[entry.replyTo % Math.max(1, posts.length)]
      const { author, mentions } = entry
      return {
        id: nextId(),
        author,
        visibility: entry.visibility,
        language: entry.language,
        replyToAuthor: parent?.author,
        mentions,
        tags: entry.tags,
        original: undefined,
      }
    }
    const original = posts[entry.of % Math.max(1, posts.length)]
    if (!original || before.some((one) => one.original === original && one.author === entry.author))
      return undefined
    const open = original.visibility === "public" || original.visibility === "unlisted"
    if (!open && !(original.visibility === "private" && original.author === entry.author)) return undefined
    return {
      ...original,
      id: nextId(),
      author: entry.author,
      replyToAuthor: undefined,
      mentions: [],
      tags: [],
      original,
    }
  }

  function eventOf(one: Made, id: (index: number) => number): object {
    if (one.original) {
      const data = {
        id: one.id,
        author_id: id(one.author),
        repost_of_id: one.original.id,
        original_author_id: id(one.original.author),
        visibility: one.visibility,
      }
      return { type: "post.reposted", data }
    }
    const parent = made.find((other) => other.author === one.replyToAuthor)
    const data = {
      id: one.id,
      author_id: id(one.author),
      text: "x",
      html: "x",
      spoiler_text: "",
      visibility: one.visibility,
      sensitive: false,
      language: one.language,
      reply_to_id: parent?.id ?? null,
      reply_to_account_id: one.replyToAuthor === undefined ? null : id(one.replyToAuthor),
      conversation_id: one.id,
      mentions: one.mentions.map((index) => ({ id: id(index), username: "x" })),
      tags: one.tags.map((name) => name + run),
      media_ids: [],
      poll: null,
      application: null,
    }
    return { type: "post.created", data }
  }
}

test("any walk by cursors gives exactly what the rules say", async () => {
  const homeTimeline = createPostgresHome(aviary.social.core)
  let shown = 0
  await fc.assert(
    fc.asyncProperty(worlds, fc.integer({ min: 1, max: 4 }), fc.nat(), async (world, limit, dice) => {
      const { accounts, made } = await build(world)
      for (const [viewer, id] of accounts.entries()) {
        if (world.suspended.includes(viewer)) continue
        const expected = oracle(world, made, viewer)
        shown += expected.length
        assert.deepEqual(await homeTimeline(id, { limit: 40 }), expected)
        assert.deepEqual(await walkDown(id, limit), expected, "max_id")
        assert.deepEqual(await walkUp(id, limit), expected, "min_id")

        const pivot = made[dice % made.length]?.id ?? 0
        const above = expected.filter((one) => one > pivot)
        assert.deepEqual(
          await homeTimeline(id, { limit, since_id: pivot }),
          above.slice(0, limit),
          "since_id",
        )
        assert.deepEqual(await homeTimeline(id, { limit, min_id: pivot }), above.slice(-limit), "min_id")
        const ceiling = made[Math.floor(dice / 7) % made.length]?.id ?? 0
        const between = above.filter((one) => one < ceiling)
        assert.deepEqual(
          await homeTimeline(id, { limit, since_id: pivot, max_id: ceiling }),
          between.slice(0, limit),
        )
      }
    }),
    { numRuns: 70 },
  )
  assert.ok(shown > 200, `the worlds are too empty to say anything: ${shown}`)

  async function walkDown(id: number, limit: number): Promise<number[]> {
    const all: number[] = []
    for (;;) {
      const last = all.at(-1)
      const page = await homeTimeline(id, last === undefined ? { limit } : { limit, max_id: last })
      all.push(...page)
      if (page.length < limit) return all
    }
  }

  async function walkUp(id: number, limit: number): Promise<number[]> {
    const all: number[] = []
    for (;;) {
      const page = await homeTimeline(id, { limit, min_id: all[0] ?? 0 })
      all.unshift(...page)
      if (page.length < limit) return all
    }
  }
})
