// The rings of active members: a ring holds the newest entries that were pushed to one member, 12 bytes each, and is complete
// above its floor. Never the truth: a ring may be dropped at any moment, and is filled again from elsewhere when it is wanted.

import type { EntryBuffer } from "./buffers.ts"
import { copyEntry, createRingView, entriesBelow, handOver, idAt, putEntry, slotAt } from "./ring-view.ts"
import type { RingView } from "./ring-view.ts"
import { PAGE_SHIFT, SLOT_MASK, createSlabs } from "./slabs.ts"
import { moveSmallestFirst } from "./smallest-first.ts"

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
   * ascend; others are put in their place. A full ring loses its oldest entry, and its floor rises to below what is now the oldest.
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

const FIRST_MEMBERS = 1_024
/** Above every account index: a time and a member are one number in which the time decides. */
const MEMBER_SPAN = 2 ** 32

const PLACE = 0
const STATE = 1
/** Two words a member: the place of his slab, and its state. State 0 is no ring. */
const WORDS = 2

// The state of a ring in 23 bits: head (the slot where the next entry goes) in 10, length in 10, size (1 to 3) in 2, and whether
// an entry has ever been dropped for want of room, in which case the floor is just below the oldest entry.
const FIELD = 1_023
const LENGTH_SHIFT = 10
const SIZE_SHIFT = 20
const DROPPED = 2 ** 22

const NO_ENTRIES = { from: 0, to: 0 }

export interface RingsOptions {
  /** Slots of the three sizes of a ring, ascending, at most 1,023. Default 32, 128, 800. */
  readonly sizes?: readonly [number, number, number]
  readonly pageSlots?: number
}

/** Rings of members, who are account indexes. Metadata takes 20 bytes a member, with a ring or without. */
export function createRings(options: RingsOptions = {}): Rings {
  const sizes = options.sizes ?? [32, 128, RING_ENTRIES]
  const slabs = createSlabs({ ...options, sizes, authors: true })
  const most = sizes[2]
  /** Slots by size as the state has it, 1 to 3. */
  const capacities = Uint32Array.of(0, ...sizes)
  let table = new Uint32Array(FIRST_MEMBERS * WORDS)
  let floors = new Float64Array(FIRST_MEMBERS)
  let lastReads = new Uint32Array(FIRST_MEMBERS)
  let size = 0

  const stateOf = (member: number): number =>
    member < floors.length ? (table[member * WORDS + STATE] as number) : 0

  function roomFor(member: number): void {
    if (member < floors.length) return
    const members = Math.max(member + 1, floors.length * 2)
    table = copied(table, new Uint32Array(members * WORDS))
    floors = copied(floors, new Float64Array(members))
    lastReads = copied(lastReads, new Uint32Array(members))
  }

  /** A ring opened for reading and slow writing; one object is reused for all. */
  const view = createRingView()
  const one = new Uint32Array(1)

  function open(member: number, state: number): RingView {
    const place = table[member * WORDS + PLACE] as number
    const capacity = capacities[(state >>> SIZE_SHIFT) & 3] as number
    const length = (state >>> LENGTH_SHIFT) & FIELD
    const first = (state & FIELD) - length
    view.ids = slabs.ids[place >>> PAGE_SHIFT] as Float64Array
    view.authors = slabs.authors[place >>> PAGE_SHIFT] as Uint32Array
    view.base = place & SLOT_MASK
    view.capacity = capacity
    view.length = length
    view.first = first < 0 ? first + capacity : first
    return view
  }

  function floorOf(member: number): number {
    const state = stateOf(member)
    if (state === 0) return Infinity
    if ((state & DROPPED) === 0) return floors[member] as number
    return idAt(open(member, state), 0) - 1
  }

  function setState(member: number, ring: { size: number; length: number; dropped: number }): void {
    const capacity = capacities[ring.size] as number
    const head = ring.length === capacity ? 0 : ring.length
    table[member * WORDS + STATE] =
      head | (ring.length << LENGTH_SHIFT) | (ring.size << SIZE_SHIFT) | ring.dropped
  }

  /** Moves a ring to the next size, its oldest entry first. */
  function grow(member: number, state: number): void {
    const size = ((state >>> SIZE_SHIFT) & 3) + 1
    const before = table[member * WORDS + PLACE] as number
    const place = slabs.allocate(size - 1, member)
    const ring = open(member, state)
    const ids = slabs.ids[place >>> PAGE_SHIFT] as Float64Array
    const authors = slabs.authors[place >>> PAGE_SHIFT] as Uint32Array
    const base = place & SLOT_MASK
    for (let entry = 0; entry < ring.length; entry++) {
      const slot = slotAt(ring, entry)
      ids[base + entry] = ring.ids[slot] as number
      authors[base + entry] = ring.authors[slot] as number
    }
    table[member * WORDS + PLACE] = place
    setState(member, { size, length: ring.length, dropped: 0 })
    slabs.free(before)
  }

  /** Pushes to a ring that is full and may grow, or an entry that is not the newest. */
  function pushSlowly(member: number, postId: number, author: number): boolean {
    if (postId <= floorOf(member)) return false
    const state = stateOf(member)
    const ring = open(member, state)
    const place = entriesBelow(ring, postId)
    if (place < ring.length && idAt(ring, place) === postId) return false
    const sizeNow = (state >>> SIZE_SHIFT) & 3
    if (ring.length === ring.capacity && sizeNow < 3) {
      grow(member, state)
      return pushSlowly(member, postId, author)
    }
    const next = member * WORDS + STATE
    if (ring.length === ring.capacity) {
      table[next] = state | DROPPED
      if (place === 0) return false
      for (let entry = 1; entry < place; entry++) copyEntry(ring, entry, entry - 1)
      putEntry(ring, place - 1, { id: postId, author })
      return true
    }
    for (let entry = ring.length; entry > place; entry--) copyEntry(ring, entry - 1, entry)
    putEntry(ring, place, { id: postId, author })
    const head = (state & FIELD) + 1
    table[next] = (state & ~FIELD) + (head === ring.capacity ? 0 : head) + (1 << LENGTH_SHIFT)
    return true
  }

  function deliver(postId: number, author: number, followers: Uint32Array, count: number): number {
    const members = floors.length
    const words = table
    const { ids, authors } = slabs
    let written = 0
    for (let i = 0; i < count; i++) {
      const member = followers[i] as number
      if (member >= members) continue
      const at = member * WORDS
      const state = words[at + STATE] as number
      if (state === 0) continue
      const place = words[at + PLACE] as number
      const head = state & FIELD
      const sizeNow = (state >>> SIZE_SHIFT) & 3
      const capacity = capacities[sizeNow] as number
      const base = place & SLOT_MASK
      const page = ids[place >>> PAGE_SHIFT] as Float64Array
      const full = ((state >>> LENGTH_SHIFT) & FIELD) === capacity
      // The slot before the head has the newest id; in an empty ring it has the floor.
      if ((page[base + (head === 0 ? capacity : head) - 1] as number) >= postId || (full && sizeNow !== 3)) {
        if (pushSlowly(member, postId, author)) written += 1
        continue
      }
      page[base + head] = postId
      const pageAuthors = authors[place >>> PAGE_SHIFT] as Uint32Array
      pageAuthors[base + head] = author
      const rest = full ? (state & ~FIELD) | DROPPED : (state & ~FIELD) + (1 << LENGTH_SHIFT)
      words[at + STATE] = rest + (head + 1 === capacity ? 0 : head + 1)
      written += 1
    }
    return written
  }

  function drop(member: number): boolean {
    if (stateOf(member) === 0) return false
    slabs.free(table[member * WORDS + PLACE] as number)
    table[member * WORDS + STATE] = 0
    size -= 1
    return true
  }

  function fill(member: number, entries: EntryBuffer, floor: number): void {
    drop(member)
    roomFor(member)
    const length = Math.min(entries.length, most)
    let ringSize = 1
    while (ringSize < 3 && length >= (capacities[ringSize] as number)) ringSize += 1
    const place = slabs.allocate(ringSize - 1, member)
    table[member * WORDS + PLACE] = place
    setState(member, { size: ringSize, length, dropped: 0 })
    floors[member] = entries.length > most ? Math.max(floor, entries.ids[most] as number) : floor
    size += 1
    const ring = open(member, stateOf(member))
    for (let entry = 0; entry < length; entry++) {
      ring.ids[ring.base + length - 1 - entry] = entries.ids[entry] as number
      ring.authors[ring.base + length - 1 - entry] = entries.authors[entry] as number
    }
    if (length === 0) ring.ids[ring.base + ring.capacity - 1] = floor
  }

  function leastRecentlyRead(count: number): Uint32Array {
    const keys = new Float64Array(size)
    let found = 0
    for (let member = 0; member < floors.length; member++) {
      if (stateOf(member) === 0) continue
      keys[found++] = (lastReads[member] as number) * MEMBER_SPAN + member
    }
    const wanted = Math.min(count, size)
    moveSmallestFirst(keys, wanted)
    return Uint32Array.from(keys.subarray(0, wanted).sort(), (key) => key % MEMBER_SPAN)
  }

  return {
    get size() {
      return size
    },
    has: (member) => stateOf(member) !== 0,
    floorOf,
    lengthOf: (member) => (stateOf(member) >>> LENGTH_SHIFT) & FIELD,
    fill,
    drop,
    clear() {
      slabs.clear()
      table.fill(0)
      size = 0
    },
    push(member, postId, author) {
      one[0] = member
      return deliver(postId, author, one, 1) === 1
    },
    deliver,
    countActive(followers, count) {
      let active = 0
      for (let i = 0; i < count; i++) if (stateOf(followers[i] as number) !== 0) active += 1
      return active
    },
    read(member, maxId, limit, into) {
      const state = stateOf(member)
      if (state === 0) return handOver(view, NO_ENTRIES, into)
      const ring = open(member, state)
      const to = entriesBelow(ring, maxId)
      return handOver(ring, { from: Math.max(to - limit, 0), to }, into)
    },
    readAbove(member, { minId, maxId }, limit, into) {
      const state = stateOf(member)
      if (state === 0) return handOver(view, NO_ENTRIES, into)
      const ring = open(member, state)
      const from = entriesBelow(ring, minId + 1)
      return handOver(ring, { from, to: Math.min(entriesBelow(ring, maxId), from + limit) }, into)
    },
    touch(member, second) {
      roomFor(member)
      lastReads[member] = second
    },
    leastRecentlyRead,
    evictTo(bytes) {
      let dropped = 0
      while (slabs.usedBytes > bytes && size > 0) {
        const share = 1 - bytes / slabs.usedBytes
        for (const member of leastRecentlyRead(Math.ceil(size * share))) {
          if (slabs.usedBytes <= bytes) break
          drop(member)
          dropped += 1
        }
      }
      if (dropped > 0) slabs.compact((member, place) => (table[member * WORDS + PLACE] = place))
      return dropped
    },
    bytes: () => slabs.bytes() + table.byteLength + floors.byteLength + lastReads.byteLength,
  }
}

function copied<A extends Float64Array | Uint32Array>(from: A, to: A): A {
  to.set(from)
  return to
}
