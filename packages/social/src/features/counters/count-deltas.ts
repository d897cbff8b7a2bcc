// What an event adds to the counters that are shown with posts and accounts. Pure, and the only place that says so: the
// consumer that stores counters, memory that shows them before they are stored, and a replay all ask it. It must never need
// more than the event, so events that count by what the tables hold (a deletion) count in their own projection instead.

import type { DomainEvent, StoredDomainEvent } from "../../events/catalogue.ts"

/** What is added to a post's counters; absent is nothing. */
export interface PostCountDelta {
  readonly of: "post"
  readonly id: number
  readonly likes?: number
  readonly reposts?: number
  readonly replies?: number
}

/** What is added to an account's counters; absent is nothing. `lastPostAt` counts when it is later than what is known. */
export interface AccountCountDelta {
  readonly of: "account"
  readonly id: number
  readonly posts?: number
  readonly followers?: number
  readonly following?: number
  readonly lastPostAt?: Date
}

export type CountDelta = PostCountDelta | AccountCountDelta

/** The events that have deltas at all. */
export const countedTypes = [
  "post.created",
  "post.reposted",
  "post.liked",
  "post.unliked",
  "follow.created",
  "follow.removed",
] as const satisfies readonly DomainEvent["type"][]

const NOTHING: CountDelta[] = []

/**
 * The deltas of an event; none for one that counts nothing, and none for `post.deleted` and `post.repost_removed`, whose
 * projections take away what they delete. Clients expect that a reply counts on its parent only when anybody may see it, and
 * that a direct post does not count on its author's profile, though it is the author's latest.
 */
export function countDeltas(event: StoredDomainEvent): CountDelta[] {
  switch (event.type) {
    case "post.created": {
      const { author_id, reply_to_id, visibility } = event.data
      const author = authored(author_id, visibility === "direct", event.occurredAt)
      const open = visibility === "public" || visibility === "unlisted"
      return reply_to_id !== null && open ? [author, { of: "post", id: reply_to_id, replies: 1 }] : [author]
    }
    case "post.reposted": {
      const { author_id, repost_of_id, visibility } = event.data
      return [
        authored(author_id, visibility === "direct", event.occurredAt),
        { of: "post", id: repost_of_id, reposts: 1 },
      ]
    }
    case "post.liked":
      return [{ of: "post", id: event.data.post_id, likes: 1 }]
    case "post.unliked":
      return [{ of: "post", id: event.data.post_id, likes: -1 }]
    case "follow.created":
      return followed(event.data, 1)
    case "follow.removed":
      return followed(event.data, -1)
    default:
      return NOTHING
  }
}

function authored(id: number, direct: boolean, at: Date): AccountCountDelta {
  return direct ? { of: "account", id, lastPostAt: at } : { of: "account", id, posts: 1, lastPostAt: at }
}

function followed(pair: { follower_id: number; followee_id: number }, by: 1 | -1): CountDelta[] {
  return [
    { of: "account", id: pair.follower_id, following: by },
    { of: "account", id: pair.followee_id, followers: by },
  ]
}
