// Who may see a post, as a pure function, for live streams that cannot ask the database for every listener. It must say the
// same as `visibleTo` in post-visibility.ts: a rule that changes there changes here.

import type { MentionedAccount, Visibility } from "../../db/schema.ts"

export interface SeenPost {
  readonly author_id: number
  readonly visibility: Visibility
  readonly mentions: readonly Pick<MentionedAccount, "id">[]
}

export interface Viewer {
  readonly id: number
  /** The viewer follows the author. */
  readonly follows: boolean
  /** The author blocks the viewer. */
  readonly blockedByAuthor: boolean
}

/**
 * Whether the viewer may see the post; an undefined viewer is somebody who is not signed in. Posts of suspended authors are
 * the caller's to leave out, and a repost is to be asked about twice: for itself and for its original.
 */
export function canSee(post: SeenPost, viewer: Viewer | undefined): boolean {
  const open = post.visibility === "public" || post.visibility === "unlisted"
  if (viewer === undefined) return open
  if (viewer.id === post.author_id) return true
  if (viewer.blockedByAuthor) return false
  if (open || post.mentions.some((mention) => mention.id === viewer.id)) return true
  return post.visibility === "private" && viewer.follows
}
