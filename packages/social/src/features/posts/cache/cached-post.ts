// A post as it is kept in memory: what filters ask of it, and Mastodon's Status cut into bytes that a page is made of by copying
// (see status-writer.ts). Nothing in it depends on who looks. The JSON itself is defined in status-json.ts and nowhere else.

import type { LogCursor } from "../../../events/event.ts"
import type { Visibility } from "../../../db/schema.ts"
import type { PresentDeps } from "../../accounts/account-json.ts"
import type { PostCountDelta } from "../../counters/count-deltas.ts"
import type { PollView } from "../../polls/poll-json.ts"
import type { PostView } from "../post-view.ts"
import { statusJson } from "../status-json.ts"
import type { CachedAccount } from "./cached-account.ts"
import { shownCount } from "./cached-account.ts"
import type { CountedBytes } from "./counted-bytes.ts"
import { layOut, ownBuffer, patch } from "./counted-bytes.ts"

export interface CachedPost extends CountedBytes {
  readonly id: number
  readonly author: CachedAccount
  /** The original, when this is a repost; the same object as is cached under its id. Null for a post. */
  original: CachedPost | null

  // Facts, for filters. Those of a repost are its own: ask `original` for what it shows.
  readonly authorId: number
  readonly visibility: Visibility
  readonly language: string | null
  readonly replyToId: number | null
  readonly replyToAccountId: number | null
  readonly repostOfId: number | null
  readonly conversationId: number
  /** Ids of the accounts that it mentions. */
  readonly mentions: readonly number[]
  /** Normal names, without the `#`. */
  readonly tags: readonly string[]
  readonly mediaIds: readonly number[]

  likes: number
  reposts: number
  replies: number
  /** The counts say what the events up to here say; later ones are added as they are applied. */
  readonly countedTo: LogCursor

  /** Without anybody's votes; what is shown of it depends on the time. */
  readonly poll: PollView | null
  /**
   * Where in `bytes` the part starts that a repost shows of its original. Of a post, `bytes` is the Status from its start up to
   * and including `"account":`; of a repost, up to and including `"reblog":`.
   */
  readonly sharedAt: number
  /** Bytes of memory that it takes, about, without its author. */
  readonly size: number

  // Kept by the cache: see sieve.ts.
  used: boolean
  newer: CachedPost | undefined
  older: CachedPost | undefined
}

/** What of a Status belongs to the very post; a repost shows all else from its original. */
const OWN = new Set([
  "id",
  "created_at",
  "edited_at",
  "in_reply_to_id",
  "in_reply_to_account_id",
  "visibility",
  "uri",
  "url",
  "application",
])
/** What changes with time or who looks, and the objects that have bytes of their own. */
const APART = new Set(["replies_count", "reblogs_count", "favourites_count", "account", "reblog", "poll"])

/** The slots of a post's bytes. */
const REPLIES = 0
const REPOSTS = 1
const LIKES = 2

/** Memory of the objects around the bytes, about. */
const OBJECTS_SIZE = 900

/** `view` is the post for nobody in particular; its original must be there when it is a repost. */
export function createCachedPost(
  view: PostView,
  of: { author: CachedAccount; original: CachedPost | null; countedTo: LogCursor },
  present: PresentDeps,
): CachedPost {
  const { counted, sharedAt } = cut(view, present)
  return {
    ...counted,
    id: view.id,
    author: of.author,
    original: of.original,
    authorId: view.author_id,
    visibility: view.visibility,
    language: view.language,
    replyToId: view.reply_to_id,
    replyToAccountId: view.reply_to_account_id,
    repostOfId: view.repost_of_id,
    conversationId: view.conversation_id,
    mentions: view.mentions.map((mention) => mention.id),
    tags: view.tags,
    mediaIds: view.media_ids,
    likes: view.likes_count,
    reposts: view.reposts_count,
    replies: view.replies_count,
    countedTo: of.countedTo,
    poll: view.poll,
    sharedAt,
    size: counted.bytes.length + OBJECTS_SIZE,
    used: false,
    newer: undefined,
    older: undefined,
  }
}

function cut(view: PostView, present: PresentDeps): { counted: CountedBytes; sharedAt: number } {
  const own: [string, unknown][] = []
  const shared: [string, unknown][] = []
  for (const entry of Object.entries(statusJson(view, { ...present, viewerId: undefined, now: 0 }))) {
    if (OWN.has(entry[0])) own.push(entry)
    else if (!APART.has(entry[0])) shared.push(entry)
  }
  const head = membersOf(own)
  if (view.original) return { counted: { bytes: ownBuffer(`{${head},"reblog":`), slots: [] }, sharedAt: 0 }
  if (!view.poll) shared.push(["poll", null])
  const start = `{${head},"reblog":null`
  const counted = layOut(
    `${start},${membersOf(shared)},`,
    [
      ["replies_count", shownCount(view.replies_count)],
      ["reblogs_count", shownCount(view.reposts_count)],
      ["favourites_count", shownCount(view.likes_count)],
    ],
    ',"account":',
  )
  return { counted, sharedAt: Buffer.byteLength(start) }
}

function membersOf(entries: readonly [string, unknown][]): string {
  return JSON.stringify(Object.fromEntries(entries)).slice(1, -1)
}

export function countOnPost(post: CachedPost, delta: PostCountDelta): void {
  // A repost shows the counters of its original.
  if (post.repostOfId !== null) return
  if (delta.likes !== undefined) {
    post.likes += delta.likes
    patch(post, LIKES, shownCount(post.likes))
  }
  if (delta.reposts !== undefined) {
    post.reposts += delta.reposts
    patch(post, REPOSTS, shownCount(post.reposts))
  }
  if (delta.replies !== undefined) {
    post.replies += delta.replies
    patch(post, REPLIES, shownCount(post.replies))
  }
}
