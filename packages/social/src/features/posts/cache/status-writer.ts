// Writes Statuses by copying bytes: into a buffer that is kept and grows, and out of it as one string, or with the buffer lent. Nothing is allocated a
// post, since allocation is what a page costs. What it writes is what status-json.ts says, with the members in another order.

import type { LentBytes } from "../../../http/lent-bytes.ts"
import type { EmojiIndex } from "../../emojis/emoji-index.ts"
import { filteredJson } from "../../filters/filter-json.ts"
import type { FilterMatch } from "../../filters/filter-set.ts"
import { pollJson } from "../../polls/poll-json.ts"
import type { CachedPost } from "./cached-post.ts"

/** What a viewer did with a post, as bits. */
export const LIKED = 1
export const REPOSTED = 2
export const BOOKMARKED = 4
export const MUTED = 8
export const PINNED = 16

/** What a viewer did with posts. */
export interface PageMarks {
  readonly viewerId: number
  /** Bits of a post (of a repost, ask for its original); undefined where memory does not say. */
  bitsOf(post: CachedPost): number | undefined
  /** What the viewer chose in a poll; null for one who has not voted. */
  votesIn(pollId: number): readonly number[] | null
}

/** What a viewer's filters say of posts; of the very post, where that is a repost. */
export type PageFilters = (post: CachedPost) => readonly FilterMatch[]

export interface StatusWriter {
  /**
   * An array of Statuses as UTF-8 bytes, one character a byte (see http/json-bytes.ts). `marks` is undefined for somebody who
   * is not signed in; `filters` for who has none. Undefined where the marks do not say all that the page shows.
   */
  page(posts: readonly CachedPost[], marks: PageMarks | undefined, filters?: PageFilters): string | undefined
  /** The same without a string: for answers that go out as they are. */
  lendPage(
    posts: readonly CachedPost[],
    marks: PageMarks | undefined,
    filters?: PageFilters,
  ): LentBytes | undefined
  /** One Status. */
  one(post: CachedPost, marks: PageMarks | undefined, filters?: PageFilters): string | undefined
}

const COMMA = 44
const CLOSE_OBJECT = 125
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const POLL = Buffer.from(',"poll":')

/** Own posts have one more member: by it the bits of an own post come after those of others. */
const OWN = 32

/** The members about the viewer with the end of the Status, by bits. The last member is what the viewer's filters say. */
const ENDS: readonly Buffer[] = Array.from({ length: OWN * 2 }, (_, bits) => {
  const members = {
    favourited: (bits & LIKED) !== 0,
    reblogged: (bits & REPOSTED) !== 0,
    bookmarked: (bits & BOOKMARKED) !== 0,
    muted: (bits & MUTED) !== 0,
    ...((bits & OWN) === 0 ? {} : { pinned: (bits & PINNED) !== 0 }),
    filtered: [],
  }
  return Buffer.from(`,${JSON.stringify(members).slice(1)}`)
})
/** What the ends stop with: for nothing filtered. */
const NOTHING_FILTERED = Buffer.byteLength("[]}")
const FIRST_SIZE = 65_536
/** A buffer that one huge page has made larger than this is not kept. */
const KEPT_SIZE = 1_048_576
/** Buffers that wait to be lent again at most: as many answers are seldom on their way at once. */
const SPARE = 64

export function createStatusWriter(deps: { emojis: EmojiIndex; now: () => number }): StatusWriter {
  let buffer = Buffer.allocUnsafeSlow(FIRST_SIZE)
  let at = 0
  let isComplete = true
  /** Of the viewer whose page is being written. */
  let filters: PageFilters | undefined
  const spare: Buffer<ArrayBuffer>[] = []

  function reserve(length: number): void {
    if (at + length <= buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, at + length))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }

  function put(bytes: Uint8Array): void {
    if (at + bytes.length > buffer.length) reserve(bytes.length)
    buffer.set(bytes, at)
    at += bytes.length
  }

  function putByte(byte: number): void {
    if (at === buffer.length) reserve(1)
    buffer[at] = byte
    at += 1
  }

  function putPoll(shown: CachedPost, marks: PageMarks | undefined): void {
    if (!shown.poll) return
    const view = { ...shown.poll, own_votes: marks?.votesIn(shown.poll.id) ?? null }
    const context = { viewerId: marks?.viewerId, now: deps.now(), emojis: deps.emojis }
    put(POLL)
    putText(JSON.stringify(pollJson(view, context)))
  }

  function putText(text: string): void {
    reserve(text.length * 3)
    at += buffer.write(text, at)
  }

  function putEnd(end: Buffer, matches: readonly FilterMatch[]): void {
    if (matches.length === 0) {
      put(end)
      return
    }
    put(end.subarray(0, end.length - NOTHING_FILTERED))
    putText(JSON.stringify(filteredJson(matches)))
    putByte(CLOSE_OBJECT)
  }

  /** What comes after the bytes of a post: its author, and what depends on time and viewer. */
  function putRest(post: CachedPost, shown: CachedPost, marks: PageMarks | undefined): void {
    put(post.author.bytes)
    if (shown.poll) putPoll(shown, marks)
    if (!marks) {
      putByte(CLOSE_OBJECT)
      return
    }
    const bits = marks.bitsOf(shown)
    if (bits === undefined) {
      isComplete = false
      return
    }
    const own = post === shown && post.authorId === marks.viewerId
    const end = ENDS[own ? OWN | bits : bits & ~PINNED] as Buffer
    if (filters === undefined) put(end)
    else putEnd(end, filters(post))
  }

  function putPost(post: CachedPost, marks: PageMarks | undefined): void {
    const { original } = post
    put(post.bytes)
    if (original) {
      put(original.bytes)
      putRest(original, original, marks)
      put(original.bytes.subarray(original.sharedAt))
    }
    putRest(post, original ?? post, marks)
  }

  function begin(of: PageFilters | undefined): void {
    at = 0
    filters = of
    isComplete = true
  }

  function take(): string | undefined {
    const text = isComplete ? buffer.toString("latin1", 0, at) : undefined
    if (buffer.length > KEPT_SIZE) buffer = Buffer.allocUnsafeSlow(FIRST_SIZE)
    return text
  }

  /** Hands the buffer over and goes on with another. */
  function lend(): LentBytes {
    const lent = buffer
    const bytes = lent.subarray(0, at)
    buffer = spare.pop() ?? Buffer.allocUnsafeSlow(FIRST_SIZE)
    return {
      bytes,
      giveBack() {
        if (spare.length < SPARE && lent.length <= KEPT_SIZE) spare.push(lent)
      },
    }
  }

  function putPage(
    posts: readonly CachedPost[],
    marks: PageMarks | undefined,
    of: PageFilters | undefined,
  ): void {
    begin(of)
    putByte(OPEN_ARRAY)
    for (let index = 0; index < posts.length; index += 1) {
      if (index > 0) putByte(COMMA)
      putPost(posts[index] as CachedPost, marks)
    }
    putByte(CLOSE_ARRAY)
  }

  return {
    page(posts, marks, of) {
      putPage(posts, marks, of)
      return take()
    },
    lendPage(posts, marks, of) {
      putPage(posts, marks, of)
      return isComplete ? lend() : undefined
    },
    one(post, marks, of) {
      begin(of)
      putPost(post, marks)
      return take()
    },
  }
}
