// One page of a home timeline's ids out of memory: the outboxes of the followees that are pulled, the member's ring and the
// outboxes of followed hashtags, merged. It never gives an id that lies at or below the floor of one of its sources, where
// something could be missing, and it never filters.

import { NO_AUTHOR, createEntryBuffer, roomForEntries } from "./buffers.ts"
import type { EntryBuffer } from "./buffers.ts"
import { highestFloor } from "./outbox-table.ts"
import type { Outboxes } from "./outboxes.ts"
import type { Rings } from "./rings.ts"
import { createSelector, reverseEntries } from "./select-newest.ts"

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
  /** Writes one page. A member whose ring is to be read must have one: without it nothing is complete. */
  read(sources: FeedSources, range: FeedRange, into: FeedPage): void
}

export interface FeedMergeDeps {
  readonly outboxes: Outboxes
  readonly rings: Rings
  /** Outboxes of hashtags. */
  readonly tags: Outboxes
}

export function createFeedMerge({ outboxes, rings, tags }: FeedMergeDeps): FeedMerge {
  const selector = createSelector()
  const ofAuthors = createEntryBuffer()
  const ofRing = createEntryBuffer()
  const ofTags = createEntryBuffer()

  /** Down to which id the page is complete, and whose outbox that is because of. */
  function setFloor(sources: FeedSources, page: FeedPage): void {
    const { floor, key } = highestFloor(outboxes.table, sources.authors, sources.authorCount)
    let others = sources.ring < 0 ? 0 : rings.floorOf(sources.ring)
    for (let i = 0; i < sources.tagCount; i++)
      others = Math.max(others, tags.floorOf(sources.tags[i] as number))
    page.completeAbove = Math.max(floor, others)
    page.limitedBy = floor > others ? key : -1
  }

  return {
    read(sources, range, into) {
      roomForEntries(into, range.limit)
      setFloor(sources, into)
      const { maxId, limit, upwards } = range
      if (limit <= 0 || into.completeAbove >= maxId || (upwards && range.aboveId < into.completeAbove)) return
      const part = { maxId, aboveId: Math.max(range.aboveId, into.completeAbove), limit, upwards }
      const alone = sources.ring < 0 && sources.tagCount === 0
      const { authors, authorCount } = sources
      const authorsPart = { table: outboxes.table, keys: authors, count: authorCount, byAuthor: true }
      selector.select(authorsPart, part, alone ? into : ofAuthors)
      if (alone) return
      ofRing.length = 0
      if (sources.ring >= 0) readRing(sources.ring, part)
      const tagsPart = { table: tags.table, keys: sources.tags, count: sources.tagCount, byAuthor: false }
      selector.select(tagsPart, part, ofTags)
      unite([ofAuthors, ofRing, ofTags], part, into)
    },
  }

  function readRing(ring: number, range: FeedRange): void {
    const { maxId, aboveId, limit } = range
    if (range.upwards) rings.readAbove(ring, { minId: aboveId, maxId }, limit, ofRing)
    else rings.read(ring, maxId, limit, ofRing)
    while (ofRing.length > 0 && (ofRing.ids[ofRing.length - 1] as number) <= aboveId) ofRing.length -= 1
  }
}

/** The union of lists (newest first, each id once in a list): the newest entries of it or, upwards, the oldest; newest first. */
function unite(lists: readonly EntryBuffer[], range: FeedRange, into: EntryBuffer): void {
  const { limit, upwards } = range
  const taken = lists.map(() => 0)
  let length = 0
  while (length < limit) {
    let best = 0
    let author = NO_AUTHOR
    for (let i = 0; i < lists.length; i++) {
      const place = placeOf(lists[i] as EntryBuffer, taken[i] as number, upwards)
      if (place < 0) continue
      const { ids, authors } = lists[i] as EntryBuffer
      const id = ids[place] as number
      if (best !== 0 && (upwards ? id > best : id < best)) continue
      if (id !== best) author = NO_AUTHOR
      best = id
      if (author === NO_AUTHOR) author = authors[place] as number
    }
    if (best === 0) break
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i] as EntryBuffer
      const place = placeOf(list, taken[i] as number, upwards)
      if (place >= 0 && list.ids[place] === best) taken[i] = (taken[i] as number) + 1
    }
    into.ids[length] = best
    into.authors[length] = author
    length += 1
  }
  into.length = length
  if (upwards) reverseEntries(into)
}

/** The place in a list of which `taken` entries have been taken, -1 at its end. */
function placeOf(list: EntryBuffer, taken: number, upwards: boolean): number {
  if (taken >= list.length) return -1
  return upwards ? list.length - 1 - taken : taken
}
