// Whether what was read from the tables is out of date by events that happened while it was on its way. Pure.

import type { StoredDomainEvent } from "../../../events/catalogue.ts"
import { invalidatedBy } from "./invalidated-by.ts"

export interface Staleness {
  /** Of a post with its author, without its original. */
  has(post: {
    readonly id: number
    readonly author_id: number
    readonly reply_to_id: number | null
    readonly media_ids: readonly number[]
  }): boolean
}

/** By the events that the reading does not have; undefined where they are not known, and anything may be out of date. */
export function createStaleness(missed: readonly StoredDomainEvent[] | undefined): Staleness {
  const by = missed?.flatMap((event) => invalidatedBy(event) ?? [])
  if (!by || by.some((one) => one.all)) return { has: () => true }
  if (by.length === 0) return { has: () => false }
  const posts = new Set(by.flatMap((one) => one.posts ?? []))
  const accounts = new Set(by.flatMap((one) => one.accounts ?? []))
  const deleted = new Set(by.flatMap((one) => one.repliesTo ?? []))
  const media = new Set(by.flatMap((one) => one.mediaId ?? []))
  return {
    has: (post) =>
      posts.has(post.id) ||
      accounts.has(post.author_id) ||
      (post.reply_to_id !== null && deleted.has(post.reply_to_id)) ||
      post.media_ids.some((id) => media.has(id)),
  }
}
