// One page of a home timeline's ids out of memory: the outboxes of the followees that are pulled, the member's ring and the
// outboxes of followed hashtags, merged. It never gives an id that lies at or below the floor of one of its sources, where
// something could be missing, and it never filters.

import type { EntryBuffer } from "./buffers.ts"

export interface FeedSources {
  /** Authors to pull: account indexes, each once. */
  authors: Uint32Array
  authorCount: number
  /** The member whose ring is read, -1 for none. */
  ring: number
  /** Followed hashtags, by their number, each once. */
  tags: Uint32Array
  tagCount: number
}

/** Which entries: ids below `maxId` and above `aboveId`, at most `limit`. */
export interface FeedRange {
  /** Exclusive; Infinity for the newest. */
  maxId: number
  /** Exclusive; 0 for no bound (`since_id`, or `min_id` when it goes upwards). */
  aboveId: number
  limit: number
  /** False: the newest of the range. True: the oldest of it, the entries directly above `aboveId` (`min_id`). */
  upwards: boolean
}

/**
 * What was found, newest first, each post once. Every entry of the range with an id above `completeAbove` that the sources have
 * ever been given is there, up to the limit. A shorter page is continued elsewhere from `completeAbove` downwards; going upwards,
 * a page whose `aboveId` lies below `completeAbove` is empty, since what comes first may be missing.
 */
export interface FeedPage extends EntryBuffer {
  completeAbove: number
  /** The author whose outbox has the highest floor, when that is what limits the page; else -1. Filling it deeper helps. */
  limitedBy: number
}

export interface FeedMerge {
  read(sources: FeedSources, range: FeedRange, into: FeedPage): void
}
