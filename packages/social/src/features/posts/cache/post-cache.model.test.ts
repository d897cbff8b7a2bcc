// Pages from memory against statusJson over PostViews, which ask PostgreSQL: random members, posts and everything that changes
// what is shown of them, with memory that lags, is filled in part, has no room, or is being loaded while all that happens.

import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import fc from "fast-check"
import type { Visibility } from "../../../db/schema.ts"
import type { NewDomainEvent } from "../../../events/event-log.ts"
import { createMemberFilters } from "../../filters/member-filters.ts"
import { mediaKey } from "../../media/media-store.ts"
import { createExactCounts } from "../../counters/exact-counts.ts"
import { createPendingCounts } from "../../counters/pending-counts.ts"
import { statusJson } from "../status-json.ts"
import { createFollowedLog, createGate } from "./followed-log.testing.ts"
import { createPostCache } from "./post-cache.ts"
import { createStatusPages } from "./status-pages.ts"
import { createViewerMarks } from "./viewer-marks.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

const MEMBERS = 4
const member = fc.nat({ max: MEMBERS - 1 })
const index = fc.nat({ max: 50 })
const text = fc.constantFrom(
  "plain",
  ':bee: and :cat: "quoted" \\ back',
  "line\u2028separator\u2029 \u{1f426} ümläut",
  "<b>&amp;</b>\u0000".replace("\u0000", "\u0001"),
)
const visibility = fc.constantFrom<Visibility>("public", "public", "unlisted", "private", "direct")
const poll = fc.option(
  fc.record({ options: fc.constantFrom(["a", ":bee:"], ["x", "y", "z"]), hidden: fc.boolean() }),
  { nil: undefined, freq: 3 },
)
const content = {
  text,
  spoiler: fc.constantFrom("", "", "careful :cat:"),
  language: fc.constantFrom(null, "en"),
  mentions: fc.uniqueArray(member, { maxLength: 2 }),
  tags: fc.constantFrom([], [], ["ada"], ["ada", "größe"]),
  media: fc.nat({ max: 2 }),
  poll,
}
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("post" as const),
      by: member,
      visibility,
      replyTo: fc.option(index, { nil: undefined }),
      ...content,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("repost" as const), by: member, post: index }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("edit" as const),
      post: index,
      keepPoll: fc.boolean(),
      ...content,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("delete" as const), post: index, named: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("mark" as const),
      kind: fc.constantFrom("like" as const, "bookmark" as const, "pin" as const, "mute" as const),
      by: member,
      post: index,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("vote" as const),
      by: member,
      post: index,
      choice: fc.nat({ max: 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("follow" as const), by: member, of: member }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("account" as const),
      what: fc.constantFrom("name" as const, "role" as const, "suspend" as const),
      of: member,
      text,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("emoji" as const), name: fc.constantFrom("bee", "cat") }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("filter" as const),
      by: member,
      word: fc.constantFrom("plain", "BACK", "größe", "careful", "y", "quoted"),
      post: fc.option(index, { nil: undefined }),
      minutes: fc.constantFrom(undefined, undefined, 60),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("media" as const), post: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.constantFrom(1, 90) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("follow log" as const), events: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      posts: fc.array(index, { maxLength: 4 }),
      by: fc.option(member, { nil: undefined }),
      held: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("compare" as const) }) },
)
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never
type Content = Pick<
  Extract<Action, { do: "post" }>,
  "text" | "spoiler" | "language" | "mentions" | "tags" | "media" | "poll"
>

interface Post {
  readonly id: number
  readonly by: number
  readonly visibility: Visibility
  readonly replyTo: Post | undefined
  readonly original: Post | undefined
  media: number[]
  poll: { id: number; options: number } | undefined
  gone: boolean
}

const newKey = (): string => mediaKey(randomBytes(16), { extension: "webp" })

/** A world in the tables and in the log, and memory that follows it. */
async function createWorld(room: { budgetBytes: number; maxEntries: number; newest: number }) {
  const { core } = aviary.social
  const { db, events, nextId, clock, emojis, urls } = core
  const log = await createFollowedLog(db)
  const pending = createPendingCounts()
  const gate = createGate()
  const gated = { ...core, db: db.withPlugin(gate.plugin), history: log.history }
  const posts = createPostCache({
    ...gated,
    ...room,
    pendingCounts: pending,
    counts: createExactCounts({ db, pending }),
  })
  const marks = createViewerMarks({ ...gated, ...room })
  const filters = createMemberFilters(gated, room.newest)
  log.add([pending, posts, marks, filters])
  const pages = createStatusPages({ ...core, views: core.posts, posts, marks, filters })
  const reads: Promise<unknown>[] = []

  const accounts = Array.from({ length: MEMBERS }, () => nextId())
  const idOf = (who: number): number => accounts[who] ?? 0
  const made: Post[] = []
  const done = new Set<string>()
  const filterIds = new Map<string, number>()
  const suspended = new Set<number>()

  async function happen(...items: object[]): Promise<void> {
    const all = items.map((item) => ({ stream: "model", actor: null, ...item }) as unknown as NewDomainEvent)
    await events.transact([], (tx) => tx.append(all))
  }
  const live = (): Post[] => made.filter((post) => !post.gone)
  const originals = (): Post[] => live().filter((post) => post.original === undefined)
  const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]
  /** Does what was not done, or undoes what was. */
  function toggle(name: string): boolean {
    if (done.delete(name)) return false
    done.add(name)
    return true
  }

  await happen(
    ...accounts.map((id) => ({
      type: "account.created",
      data: { id, username: `m${id}`, display_name: "", role: "member" },
    })),
  )

  async function upload(by: number): Promise<number> {
    const id = nextId()
    const data = {
      id,
      account_id: idOf(by),
      type: "image",
      files: { original: newKey(), small: newKey() },
      description: 'a "bird"',
      focus: null,
      blurhash: null,
      meta: { small: { width: 1 } },
      ready: true,
    }
    await happen({ type: "media.created", data })
    return id
  }

  function pollData(asked: Content["poll"], id: number): object | null {
    if (!asked) return null
    const expires_at = new Date(clock.now() + 3_600_000).toISOString()
    return { id, options: asked.options, multiple: false, hide_totals: asked.hidden, expires_at }
  }

  function contentData(asked: Content): object {
    return {
      text: asked.text,
      html: `<p>${asked.text}</p>`,
      spoiler_text: asked.spoiler,
      sensitive: asked.spoiler !== "",
      language: asked.language,
      mentions: asked.mentions.map((who) => ({ id: idOf(who), username: `m${idOf(who)}` })),
      tags: asked.tags,
    }
  }

  async function post(asked: Extract<Action, { do: "post" }>): Promise<void> {
    const parent = asked.replyTo === undefined ? undefined : pick(originals(), asked.replyTo)
    const media: number[] = []
    for (let left = asked.media; left > 0; left -= 1) media.push(await upload(asked.by))
    const id = nextId()
    const pollId = nextId()
    made.push({
      id,
      by: asked.by,
      visibility: asked.visibility,
      replyTo: parent,
      original: undefined,
      media,
      poll: asked.poll && { id: pollId, options: asked.poll.options.length },
      gone: false,
    })
    const data = {
      ...contentData(asked),
      id,
      author_id: idOf(asked.by),
      visibility: asked.visibility,
      reply_to_id: parent?.id ?? null,
      reply_to_account_id: parent ? idOf(parent.by) : null,
      conversation_id: parent?.id ?? id,
      media_ids: media,
      poll: pollData(asked.poll, pollId),
      application: asked.spoiler === "" ? null : { name: "App", website: null },
    }
    await happen({ type: "post.created", data })
  }

  async function edit(asked: Extract<Action, { do: "edit" }>): Promise<void> {
    const subject = pick(originals(), asked.post)
    if (!subject) return
    if (asked.media === 0) subject.media = []
    const keep =
      asked.keepPoll && asked.poll?.options.length === subject.poll?.options ? subject.poll : undefined
    const pollId = keep?.id ?? nextId()
    subject.poll = asked.poll && { id: pollId, options: asked.poll.options.length }
    const data = {
      ...contentData(asked),
      id: subject.id,
      author_id: idOf(subject.by),
      added_mentions: [],
      media_ids: subject.media,
      media_changes: subject.media.map((id) => ({ id, description: asked.text, focus: { x: 0, y: 0.5 } })),
      poll: pollData(asked.poll, pollId),
    }
    await happen({ type: "post.edited", data })
  }

  async function remove(asked: Extract<Action, { do: "delete" }>): Promise<void> {
    const subject = pick(live(), asked.post)
    if (!subject) return
    subject.gone = true
    if (subject.original) {
      done.delete(`repost ${subject.by} ${subject.original.id}`)
      const data = { id: subject.id, author_id: idOf(subject.by), repost_of_id: subject.original.id }
      await happen({ type: "post.repost_removed", data })
      return
    }
    const reposts = live().filter((one) => one.original === subject)
    for (const one of reposts) one.gone = true
    const parent = subject.replyTo && !subject.replyTo.gone ? subject.replyTo.id : null
    const named = { reply_to_id: parent, reposter_ids: reposts.map((one) => idOf(one.by)) }
    const data = { id: subject.id, author_id: idOf(subject.by), ...(asked.named ? named : {}) }
    await happen({ type: "post.deleted", data })
  }

  async function mark(asked: Extract<Action, { do: "mark" }>): Promise<void> {
    const subject = pick(originals(), asked.post)
    if (!subject) return
    const account_id = idOf(asked.by)
    if (asked.kind === "mute") {
      const root = subject.replyTo?.id ?? subject.id
      const on = toggle(`mute ${asked.by} ${root}`)
      const type = on ? "conversation.muted" : "conversation.unmuted"
      await happen({ type, data: { account_id, conversation_id: root } })
      return
    }
    const by = asked.kind === "pin" ? subject.by : asked.by
    const on = toggle(`${asked.kind} ${by} ${subject.id}`)
    const types = { like: "liked", bookmark: "bookmarked", pin: "pinned" }
    const type = `post.${on ? "" : "un"}${types[asked.kind]}`
    await happen({
      type,
      data: { ...(on ? { id: nextId() } : {}), account_id: idOf(by), post_id: subject.id },
    })
  }

  async function changeAccount(asked: Extract<Action, { do: "account" }>): Promise<void> {
    const id = idOf(asked.of)
    if (asked.what === "name") {
      const changes = {
        display_name: asked.text,
        note: `${asked.text} #tag`,
        fields: [{ name: "n", value: asked.text }],
      }
      await happen({ type: "account.profile_changed", data: { id, changes, replaced_files: [] } })
    } else if (asked.what === "role") {
      const role = toggle(`role ${asked.of}`) ? "moderator" : "member"
      await happen({ type: "account.role_changed", data: { id, role } })
    } else {
      const on = !suspended.delete(asked.of)
      if (on) suspended.add(asked.of)
      await happen({ type: on ? "account.suspended" : "account.unsuspended", data: { id } })
    }
  }

  const ids = (at: readonly number[]): number[] => at.flatMap((one) => pick(made, one)?.id ?? [])

  /** What is shown, of all posts in the order of `ids`, those that are gone too. */
  async function compare(): Promise<void> {
    gate.open()
    await Promise.all(reads.splice(0))
    await log.catchUp()
    const all = [...made].reverse().map((one) => one.id)
    for (const who of [undefined, ...accounts]) {
      const views = await core.posts.load(all, who)
      const context = { urls, emojis, viewerId: who, now: clock.now() }
      const expected = JSON.parse(JSON.stringify(views.map((view) => statusJson(view, context)))) as unknown
      const page = await pages.render(all, who)
      assert.deepEqual(JSON.parse(page.toBuffer().toString()), expected, `viewer ${who}`)
      const [first] = made
      const one = first && (await pages.renderOne(first.id, who))
      const shown = views.find((view) => view.id === first?.id)
      assert.deepEqual(
        one && JSON.parse(one.toBuffer().toString()),
        shown && JSON.parse(JSON.stringify(statusJson(shown, context))),
      )
    }
  }

  async function run(asked: Action): Promise<void> {
    switch (asked.do) {
      case "post":
        return post(asked)
      case "edit":
        return edit(asked)
      case "delete":
        return remove(asked)
      case "mark":
        return mark(asked)
      case "account":
        return changeAccount(asked)
      case "repost": {
        const original = pick(originals(), asked.post)
        const name = `repost ${asked.by} ${original?.id}`
        if (!original || original.visibility === "direct" || done.has(name)) return
        done.add(name)
        const id = nextId()
        const { visibility: seen } = original
        made.push({ ...original, id, by: asked.by, replyTo: undefined, original, media: [], poll: undefined })
        const data = {
          id,
          author_id: idOf(asked.by),
          repost_of_id: original.id,
          original_author_id: idOf(original.by),
          visibility: seen,
        }
        return happen({ type: "post.reposted", data })
      }
      case "vote": {
        const subject = pick(
          originals().filter((one) => one.poll),
          asked.post,
        )
        const name = `vote ${asked.by} ${subject?.poll?.id}`
        if (!subject?.poll || subject.by === asked.by || done.has(name)) return
        done.add(name)
        const data = {
          poll_id: subject.poll.id,
          post_id: subject.id,
          account_id: idOf(asked.by),
          choices: [asked.choice],
        }
        return happen({ type: "poll.voted", data })
      }
      case "follow": {
        if (asked.by === asked.of) return
        const pair = { follower_id: idOf(asked.by), followee_id: idOf(asked.of) }
        const on = toggle(`follow ${asked.by} ${asked.of}`)
        const data = { ...pair, id: nextId(), show_reposts: true, notify: false, languages: null }
        return happen(on ? { type: "follow.created", data } : { type: "follow.removed", data: pair })
      }
      case "emoji": {
        const image = { shortcode: asked.name, image: newKey(), static_image: newKey() }
        const known = emojis.all().some((emoji) => emoji.shortcode === asked.name)
        await happen(
          known
            ? { type: "emoji.removed", data: image }
            : { type: "emoji.added", data: { ...image, category: null } },
        )
        return emojis.refresh()
      }
      case "filter": {
        // One filter a word and member: saved, or taken away again.
        const name = `filter ${asked.by} ${asked.word}`
        const account_id = idOf(asked.by)
        const id = filterIds.get(name) ?? nextId()
        filterIds.set(name, id)
        if (!toggle(name)) return happen({ type: "filter.deleted", data: { id, account_id } })
        const named = asked.post === undefined ? undefined : pick(made, asked.post)
        const expires = asked.minutes && new Date(clock.now() + asked.minutes * 60_000).toISOString()
        const data = {
          id,
          account_id,
          title: asked.word,
          contexts: ["home"],
          action: "hide",
          expires_at: expires ?? null,
          keywords: [{ id: 1, keyword: asked.word, whole_word: true }],
          posts: named ? [{ id: 2, post_id: named.id }] : [],
        }
        return happen({ type: "filter.saved", data })
      }
      case "media": {
        const id = pick(
          originals().filter((one) => one.media.length > 0),
          asked.post,
        )?.media[0]
        if (id === undefined) return
        const data = {
          id,
          files: { original: newKey(), small: newKey() },
          meta: { small: { width: 2 } },
          upload: newKey(),
        }
        return happen({ type: "media.processed", data })
      }
      case "wait":
        aviary.clock.advance(asked.minutes * 60_000)
        return
      case "follow log":
        await log.step(asked.events)
        return
      case "read": {
        if (asked.held) gate.close()
        const read = pages.render(ids(asked.posts), asked.by === undefined ? undefined : idOf(asked.by))
        if (asked.held) reads.push(read)
        else {
          gate.open()
          await read
        }
        return
      }
      case "release":
        gate.open()
        await Promise.all(reads.splice(0))
        return
      case "forget":
        posts.drop()
        marks.drop()
        filters.drop()
        return
      case "compare":
        return compare()
    }
  }

  return { run, compare, stats: () => ({ ...posts.stats(), marks: marks.size() }) }
}

test("a page from memory is what PostgreSQL says, whatever happened while it was filled", async () => {
  let hits = 0
  let evictions = 0
  const rooms = fc.record({
    maxEntries: fc.constantFrom(60, 1_000_000),
    newest: fc.constantFrom(2, 500),
  })
  // Each budget has its turns: by chance alone, most worlds might have room for everything.
  for (const budgetBytes of [9_000, 40_000, 10_000_000]) {
    await fc.assert(
      fc.asyncProperty(
        rooms,
        fc.array(action, { minLength: 20, maxLength: 60, size: "max" }),
        async (room, actions) => {
          const world = await createWorld({ ...room, budgetBytes })
          for (const one of actions) await world.run(one)
          await world.compare()
          await world.compare()
          hits += world.stats().hits
          evictions += world.stats().evictions
        },
      ),
      { numRuns: 10 },
    )
  }
  assert.ok(hits > 300, `memory served too little to say anything: ${hits}`)
  assert.ok(evictions > 50, `too little had to make room: ${evictions}`)
})
