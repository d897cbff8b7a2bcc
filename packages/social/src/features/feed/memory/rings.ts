// The rings of active members: a ring holds the newest entries that were pushed to one member, 12 bytes each, and is complete
// above its floor. Never the truth: a ring may be dropped at any moment, and is filled again from elsewhere when it is wanted.

import type { EntryBuffer } from "./buffers.ts"

/** Entries that a ring holds at most. */
export const RING_ENTRIES = 800

/** Members are account indexes. A ring has every entry with an id above its floor that was filled in, pushed or delivered. */
export interface Rings {
  /** How many members have a ring. */
  readonly size: number
  has(member: number): boolean
  /** The id down to which (not including it) the ring is complete; Infinity for a member without a ring. */
  floorOf(member: number): number
  lengthOf(member: number): number
  /**
   * Gives the member a ring with these entries, newest first and each id once, complete above `floor`; replaces the ring he has.
   * Of more than 800 entries the newest are kept and the floor rises.
   */
  fill(member: number, entries: EntryBuffer, floor: number): void
  drop(member: number): boolean
  /** Drops all rings and gives all memory back. */
  clear(): void
  /**
   * Adds an entry. Returns false when nothing changed: no ring, an id at or below the floor, or one that is there. Ids usually
   * ascend; others are put in their place. A full ring loses its oldest entry, and its floor rises to that one's id.
   */
  push(member: number, postId: number, author: number): boolean
  /** Pushes one post to the rings of the first `count` followers, and returns how many rings it was written to. */
  deliver(postId: number, author: number, followers: Uint32Array, count: number): number
  /** How many of the first `count` accounts have a ring: an author's active followers. */
  countActive(followers: Uint32Array, count: number): number
  /** Writes the newest entries with ids below `maxId` to the buffer, newest first, at most `limit`; returns how many. */
  read(member: number, maxId: number, limit: number, into: EntryBuffer): number
  /** Writes the entries directly above `minId` (and below `maxId`), newest first, at most `limit`; returns how many. */
  readAbove(member: number, range: { minId: number; maxId: number }, limit: number, into: EntryBuffer): number
  /** Remembers that the member reads now, in seconds since 1970: what decides who loses his ring first. */
  touch(member: number, second: number): void
  /** The members with a ring that have not read for longest, longest first. */
  leastRecentlyRead(count: number): Uint32Array
  /**
   * Drops the rings that have not been read for longest until at most `bytes` of entries are held, and gives empty pages back.
   * Returns how many rings were dropped. It looks at every ring: let the target be well below the budget, so that it is seldom.
   */
  evictTo(bytes: number): number
  /** Memory in bytes, metadata included; what lies in pages that are partly free counts. */
  bytes(): number
}
