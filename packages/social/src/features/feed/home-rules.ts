// Which posts a member's home shows, over posts in memory. The same rules as SQL are in postgres-home.ts, and for live streams
// in streaming/stream-audience.ts: a rule that changes here changes there. Pure.

import type { Hides } from "../filters/hide-posts.ts"
import type { CachedPost } from "../posts/cache/cached-post.ts"
import type { ViewerState } from "./viewer-state.ts"
import { isHidden, isKeptOut, isSilenced } from "./viewer-state.ts"

export interface HomeViewer {
  readonly state: ViewerState
  /** Milliseconds since 1970: decides which mutes have ended. */
  readonly now: number
  /** Whether it follows the account, which is not suspended. */
  follows(accountId: number): boolean
  isSuspended(accountId: number): boolean
  /** What the member's filters leave out; undefined where that is nothing. */
  readonly hides: Hides | undefined
}

/**
 * Whether a post or repost is shown: for its author, or for a hashtag that the member follows. `followed` says whether the member
 * follows the author, where that is known already.
 */
export function showsInHome(post: CachedPost, viewer: HomeViewer, followed?: boolean): boolean {
  return belongsInHome(post, viewer, followed) && viewer.hides?.(post) !== true
}

function belongsInHome(post: CachedPost, viewer: HomeViewer, followed?: boolean): boolean {
  if (isSource(post.authorId, viewer, followed) && !keepsOut(post.authorId, viewer)) {
    const shows = post.original ? showsRepost(post, post.original, viewer) : showsPost(post, viewer)
    if (shows) return true
  }
  return viewer.state.tags.size > 0 && showsTagged(post, viewer)
}

function isSource(authorId: number, viewer: HomeViewer, followed?: boolean): boolean {
  const { state } = viewer
  if (authorId === state.accountId) return true
  return (followed ?? viewer.follows(authorId)) && !isHidden(state, authorId, viewer.now)
}

/** An author whom an exclusive list keeps out still counts as followed: for replies to it, and for what others repost of it. */
function keepsOut(authorId: number, { state }: HomeViewer): boolean {
  return authorId !== state.accountId && isKeptOut(state, authorId)
}

function showsPost(post: CachedPost, viewer: HomeViewer): boolean {
  const { state } = viewer
  if (post.authorId === state.accountId) return true
  if (post.visibility === "direct" && !post.mentions.includes(state.accountId)) return false
  const to = post.replyToAccountId
  if (to !== null && to !== post.authorId && !isSource(to, viewer)) return false
  return speaksTo(post, post.authorId, viewer) && !mentionsSilenced(post, viewer)
}

function showsRepost(repost: CachedPost, original: CachedPost, viewer: HomeViewer): boolean {
  const { state } = viewer
  const own = repost.authorId === state.accountId
  if (repost.visibility === "direct") return false
  if (!own && state.followOptions.get(repost.authorId)?.showReposts === false) return false
  const author = original.authorId
  if (viewer.isSuspended(author) || isHidden(state, author, viewer.now)) return false
  const open = original.visibility === "public" || original.visibility === "unlisted"
  const visible =
    open || author === state.accountId || (original.visibility === "private" && isSource(author, viewer))
  if (!visible) return false
  return own || (speaksTo(original, repost.authorId, viewer) && !mentionsSilenced(original, viewer))
}

/** As Mastodon: public posts only and no reposts, but replies to anybody, and in any language. */
function showsTagged(post: CachedPost, viewer: HomeViewer): boolean {
  const { state } = viewer
  if (post.visibility !== "public" || post.original !== null) return false
  if (!post.tags.some((tag) => state.tags.has(tag))) return false
  if (isHidden(state, post.authorId, viewer.now) || viewer.isSuspended(post.authorId)) return false
  return !mentionsSilenced(post, viewer)
}

/** Whether the post is in a language that the member wants of the followed account that it comes from. */
function speaksTo(post: CachedPost, followedId: number, viewer: HomeViewer): boolean {
  const languages = viewer.state.followOptions.get(followedId)?.languages ?? null
  return languages === null || post.language === null || languages.has(post.language)
}

/** As Mastodon: a conversation with somebody whom the member blocks or mutes is left out too. */
function mentionsSilenced(post: CachedPost, viewer: HomeViewer): boolean {
  for (const id of post.mentions) if (isSilenced(viewer.state, id, viewer.now)) return true
  return false
}
