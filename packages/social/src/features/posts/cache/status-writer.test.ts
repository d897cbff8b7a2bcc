import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { LOG_START } from "../../../events/event.ts"
import { createUrls } from "../../../http/urls.ts"
import type { AccountRow } from "../../accounts/account-json.ts"
import type { EmojiIndex } from "../../emojis/emoji-index.ts"
import type { PostView } from "../post-view.ts"
import { statusJson } from "../status-json.ts"
import { countOnAccount, createCachedAccount } from "./cached-account.ts"
import type { CachedPost } from "./cached-post.ts"
import { countOnPost, createCachedPost } from "./cached-post.ts"
import type { PageMarks } from "./status-writer.ts"
import { BOOKMARKED, LIKED, MUTED, PINNED, REPOSTED, createStatusWriter } from "./status-writer.ts"

const NOW = Date.UTC(2026, 0, 1)
const emojis: EmojiIndex = { in: () => [], all: () => [], version: 0, refresh: async () => {} }
const present = { urls: createUrls("https://birds.example"), emojis }

function accountRow(id: number, text: string): AccountRow {
  return {
    id,
    username: `m${id}`,
    username_key: `m${id}`,
    display_name: text,
    note: "",
    fields: [{ name: text, value: "x" }],
    avatar: null,
    avatar_description: "",
    header: null,
    header_description: "",
    locked: false,
    bot: false,
    discoverable: true,
    indexable: true,
    hide_collections: false,
    show_media: true,
    show_media_replies: true,
    show_featured: true,
    attribution_domains: [],
    default_visibility: "public",
    default_sensitive: false,
    default_language: null,
    role: "member",
    suspended_at: null,
    created_at: new Date(NOW),
    followers_count: 9,
    following_count: 0,
    posts_count: 99,
    last_post_at: null,
  } as unknown as AccountRow
}

function postView(id: number, text: string, more: Partial<PostView> = {}): PostView {
  return {
    id,
    author_id: 1,
    author: accountRow(1, text),
    text,
    html: text,
    spoiler_text: text,
    visibility: "public",
    sensitive: false,
    language: "en",
    reply_to_id: null,
    reply_to_account_id: null,
    repost_of_id: null,
    conversation_id: id,
    mentions: [],
    tags: [],
    media_ids: [],
    poll_id: null,
    application: null,
    created_at: new Date(NOW),
    edited_at: null,
    likes_count: 9,
    reposts_count: 0,
    replies_count: 0,
    media: [],
    poll: null,
    liked: false,
    bookmarked: false,
    reposted: false,
    pinned: false,
    muted: false,
    filtered: [],
    original: null,
    ...more,
  }
}

function cached(view: PostView, original: CachedPost | null = null): CachedPost {
  const author = createCachedAccount(view.author, LOG_START, present)
  return createCachedPost(view, { author, original, countedTo: LOG_START }, present)
}

function marksOf(viewerId: number, bits: number | undefined): PageMarks {
  return { viewerId, bitsOf: () => bits, votesIn: () => null }
}

const writer = createStatusWriter({ emojis, now: () => NOW })
const read = (text: string | undefined): unknown => text && JSON.parse(Buffer.from(text, "latin1").toString())
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test("any text comes out as it went in, in posts, reposts and names", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\u2028\u2029", '"\\', "\ud83d", "\u{1f426}"),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const original = postView(1, text)
      const repost = postView(2, "", { repost_of_id: 1, original, author_id: 2, author: accountRow(2, text) })
      const page = writer.page([cached(original), cached(repost, cached(original))], undefined)
      const context = { ...present, viewerId: undefined, now: NOW }
      assert.deepEqual(read(page), asJson([statusJson(original, context), statusJson(repost, context)]))
    }),
  )
})

test("every combination of what a viewer did, on posts of others and on own ones", () => {
  for (const viewerId of [1, 2]) {
    for (let bits = 0; bits < 32; bits += 1) {
      const did = {
        liked: (bits & LIKED) !== 0,
        reposted: (bits & REPOSTED) !== 0,
        bookmarked: (bits & BOOKMARKED) !== 0,
        muted: (bits & MUTED) !== 0,
        pinned: (bits & PINNED) !== 0,
      }
      const original = postView(1, "x", did)
      const repost = postView(2, "", { repost_of_id: 1, original })
      const context = { ...present, viewerId, now: NOW }
      const page = writer.page([cached(original), cached(repost, cached(original))], marksOf(viewerId, bits))
      assert.deepEqual(read(page), asJson([statusJson(original, context), statusJson(repost, context)]))
    }
  }
})

test("a poll is shown as of now, with what the viewer chose", () => {
  const poll = {
    id: 5,
    author_id: 1,
    options: ["ä", "b"],
    votes: [1, 2],
    voters_count: 3,
    multiple: true,
    hide_totals: true,
    expires_at: new Date(NOW + 1_000).toISOString(),
    own_votes: null,
  }
  const post = cached(postView(1, "x", { poll, poll_id: 5 }))
  for (const now of [NOW, NOW + 1_000]) {
    const timed = createStatusWriter({ emojis, now: () => now })
    const text = timed.one(post, { ...marksOf(2, 0), votesIn: (id) => (id === 5 ? [1] : null) })
    const view = postView(1, "x", { poll: { ...poll, own_votes: [1] }, poll_id: 5 })
    assert.deepEqual(read(text), asJson(statusJson(view, { ...present, viewerId: 2, now })))
  }
})

test("counts are patched in, in reposts too, and are never below nothing", () => {
  const original = cached(postView(1, "ü"))
  const repost = cached(postView(2, "", { repost_of_id: 1, original: postView(1, "ü") }), original)
  countOnPost(original, { of: "post", id: 1, likes: 1_000_000, replies: -1, reposts: 12 })
  countOnAccount(original.author, {
    of: "account",
    id: 1,
    posts: -100,
    followers: 1,
    lastPostAt: new Date(NOW),
  })
  const counted = postView(1, "ü", { likes_count: 1_000_009, replies_count: 0, reposts_count: 12 })
  const author = { ...counted.author, posts_count: 0, followers_count: 10, last_post_at: new Date(NOW) }
  const view = postView(2, "", { repost_of_id: 1, original: { ...counted, author } })
  const expected = asJson(statusJson(view, { ...present, viewerId: undefined, now: NOW }))
  assert.deepEqual(read(writer.one(repost, undefined)), expected)
})

test("a page larger than any before it is whole, and the next one is right", () => {
  const large = cached(postView(1, "ö".repeat(40_000)))
  const small = cached(postView(2, "small"))
  const many = Array.from({ length: 100 }, () => large)
  assert.equal((read(writer.page(many, undefined)) as unknown[]).length, 100)
  assert.equal((read(writer.page([small], undefined)) as { content: string }[])[0]?.content, "small")
  assert.deepEqual(read(writer.page([], undefined)), [])
})

test("nothing is written where memory does not say what the viewer did", () => {
  const post = cached(postView(1, "x"))
  assert.equal(writer.page([post], marksOf(2, undefined)), undefined)
  assert.equal(writer.one(post, marksOf(2, undefined)), undefined)
  assert.notEqual(writer.page([post], marksOf(2, 0)), undefined)
})
