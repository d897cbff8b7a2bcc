// What an event makes out of date of cached posts and accounts: entries that it cannot be patched into, which are loaded again
// when they are wanted. Counters that are patched are in counters/count-deltas.ts. Pure.

import type { StoredDomainEvent } from "../../../events/catalogue.ts"

export interface Invalidation {
  /** Everything may be. */
  readonly all?: boolean
  readonly posts?: readonly number[]
  readonly accounts?: readonly number[]
  /** Posts that answer this one. */
  readonly repliesTo?: number
  /** Posts with this file. */
  readonly mediaId?: number
}

/** Undefined for events that make nothing out of date. Custom emoji are told apart by the version of their index. */
export function invalidatedBy(event: StoredDomainEvent): Invalidation | undefined {
  switch (event.type) {
    case "post.edited":
      return { posts: [event.data.id] }
    case "post.deleted": {
      const { id, author_id, reply_to_id, reposter_ids } = event.data
      // Its reposters have a post less, its parent an answer less: without their names it may be anybody.
      if (reply_to_id === undefined || !reposter_ids) return { all: true }
      const parent = reply_to_id === null ? [] : [reply_to_id]
      return { posts: [id, ...parent], accounts: [author_id, ...reposter_ids], repliesTo: id }
    }
    case "post.repost_removed":
      return { posts: [event.data.id, event.data.repost_of_id], accounts: [event.data.author_id] }
    case "poll.voted":
      return { posts: [event.data.post_id] }
    case "media.processed":
    case "media.changed":
    case "media.removed":
      return { mediaId: event.data.id }
    case "account.profile_changed":
    case "account.role_changed":
    case "account.suspended":
    case "account.unsuspended":
      return { accounts: [event.data.id] }
    default:
      return undefined
  }
}
