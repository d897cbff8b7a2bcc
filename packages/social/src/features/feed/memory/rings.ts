// The rings of active members: a ring holds the newest entries that were pushed to one member, 12 bytes each, and is complete
// above its floor. Never the truth: a ring may be dropped at any moment, and is filled again from elsewhere when it is wanted.

import type { EntryBuffer } from "./buffers.ts"
import { copyEntries, writeEntry } from "./entries.ts"
import {
  createRingTable,
  endOf,
  newestOf,
  nextOf,
  setNewest,
  setNext,
  setSlots,
  writeNewest,
} from "./ring-table.ts"
import { entriesBelow, handOver, idAt, moveEntries, putEntry } from "./ring-view.ts"
import type { RingView } from "./ring-view.ts"
import { NO_ROOM, createSlabs } from "./slabs.ts"
import { moveSmallestFirst } from "./smallest-first.ts"

/** Entries that a ring holds at most. */
export const RING_ENTRIES = 800

/**
 * Members are account indexes. A ring has every entry with an id above its floor that was filled in, pushed or delivered. When the
 * budget is used up, an eighth of it is freed by dropping the rings that have not been read for longest: any ring may be gone after
 * any fill, push or delivery.
 */
export interface Rings {
  /** How many members have a ring. */
  readonly size: number
  /** How many rings have been dropped for want of room, by themselves or by `evictTo`. */
  readonly evictions: number
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
  /** Drops all rings. */
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
   * Drops the rings that have not been read for longest until slabs of at most `bytes` are in use; returns how many were dropped.
   * It looks at every ring: let the target be well below what there is, so that it is seldom.
   */
  evictTo(bytes: number): number
  /** Memory in bytes, metadata included; what lies in pages that are partly free counts. */
  bytes(): number
}

// The state of a ring (0 for none): its size (1 to 3), and whether it has been round once: then it is full, and its floor is just
// below its oldest entry. Until then entry 0 lies in slot 0.
const SIZE = 3
const LARGEST = 3
const WRAPPED = 4

const FIRST_MEMBERS = 1_024
/** Above every account index: a time and a member are one number in which the time decides. */
const MEMBER_SPAN = 2 ** 32
/** Budget for the entries of all rings unless told: 23,301 full rings. */
const BYTES = 256 * 1_024 * 1_024
/** What stays in use when the budget is used up. */
const KEPT = 7 / 8

/** Followers that are gone through before the rings that take longer get their turn. */
const AT_ONCE = 1_024
const NO_ENTRIES = { from: 0, to: 0 }

export interface RingsOptions {
  /** Budget for the entries of all rings. Default 256 MiB. */
  readonly bytes?: number
  /** Slots of the three sizes of a ring, ascending, at most 65,535. Default 32, 128, 800. */
  readonly sizes?: readonly [number, number, number]
  readonly pageSlots?: number
}

/** Rings of members, who are account indexes. Metadata takes 29 bytes a member, with a ring or without. */
export function createRings(options: RingsOptions = {}): Rings {
  const sizes = options.sizes ?? [32, 128, RING_ENTRIES]
  const slabs = createSlabs({ bytes: BYTES, ...options, sizes, authors: true })
  const most = sizes[2]
  /** Slots by size, 1 to 3. */
  const capacities = Uint32Array.of(0, ...sizes)
  let table = createRingTable(FIRST_MEMBERS)
  let states = new Uint8Array(FIRST_MEMBERS)
  let floors = new Float64Array(FIRST_MEMBERS)
  let lastReads = new Uint32Array(FIRST_MEMBERS)
  let size = 0
  let evictions = 0
  /** The ring that was opened last: one object for all of them. */
  const view: RingView = { entries: slabs.entries, base: 0, capacity: 0, first: 0, length: 0 }
  /** Of the followers at hand: those whose rings `writeNewest` has left to others. */
  const left = new Uint32Array(AT_ONCE)

  const stateOf = (member: number): number => (member < states.length ? (states[member] as number) : 0)

  function roomFor(member: number): void {
    if (member < floors.length) return
    const members = Math.max(member + 1, floors.length * 2)
    table = createRingTable(members, table)
    states = copied(states, new Uint8Array(members))
    floors = copied(floors, new Float64Array(members))
    lastReads = copied(lastReads, new Uint32Array(members))
  }

  function open(member: number): RingView {
    const state = stateOf(member)
    const capacity = capacities[state & SIZE] as number
    view.base = endOf(table, member) - capacity
    view.capacity = capacity
    const head = nextOf(table, member) - view.base
    view.first = (state & WRAPPED) === 0 || head === capacity ? 0 : head
    view.length = (state & WRAPPED) === 0 ? head : capacity
    return view
  }

  function floorOf(member: number): number {
    const state = stateOf(member)
    if (state === 0) return Infinity
    return (state & WRAPPED) === 0 ? (floors[member] as number) : idAt(open(member), 0) - 1
  }

  /** Sets a ring that has not been round: its slab, size and length. */
  function place(member: number, ring: { base: number; size: number; length: number }): void {
    const end = ring.base + (capacities[ring.size] as number)
    setSlots(table, member, { next: ring.base + ring.length, end })
    states[member] = ring.size
  }

  /** A slab of a size; where there is no room other rings go, perhaps the member's own. */
  function allocate(ringSize: number, member: number): number {
    for (;;) {
      const base = slabs.allocate(ringSize - 1, member)
      if (base !== NO_ROOM) return base
      evictTo(slabs.usedBytes * KEPT)
    }
  }

  /** Moves a full ring, which has not been round, to the next size. Afterwards it may be gone. */
  function grow(member: number): void {
    const ringSize = stateOf(member) + 1
    const base = allocate(ringSize, member)
    if (stateOf(member) === 0) return slabs.free(base)
    const { base: before, length } = open(member)
    copyEntries(slabs.entries, { from: before, to: base, count: length })
    place(member, { base, size: ringSize, length })
    slabs.free(before)
  }

  /** Pushes an entry that is not the newest, or one to a ring that has come to the end of its slab. */
  function pushSlowly(member: number, post: { id: number; author: number }): boolean {
    if (post.id <= floorOf(member)) return false
    const ring = open(member)
    const entry = entriesBelow(ring, post.id)
    if (entry < ring.length && idAt(ring, entry) === post.id) return false
    if (ring.length < ring.capacity) {
      moveEntries(ring, { from: entry, count: ring.length - entry }, 1)
      putEntry(ring, entry, post)
      setNext(table, member, nextOf(table, member) + 1)
      return true
    }
    if ((stateOf(member) & SIZE) < LARGEST) {
      grow(member)
      return push(member, post.id, post.author)
    }
    if (nextOf(table, member) === ring.base + ring.capacity) {
      setNext(table, member, ring.base)
      states[member] = LARGEST | WRAPPED
    }
    if (entry === ring.length) {
      append(member, post)
      return true
    }
    if (entry === 0) return false
    moveEntries(ring, { from: 1, count: entry - 1 }, -1)
    putEntry(ring, entry - 1, post)
    return true
  }

  function deliver(postId: number, author: number, followers: Uint32Array, count: number): number {
    const post = { id: postId, author }
    const memory = { table, entries: slabs.entries, left }
    let written = 0
    for (let from = 0; from < count; from += left.length) {
      const to = Math.min(from + left.length, count)
      const others = writeNewest(memory, post, { followers, from, to })
      written += to - from - others
      for (let i = 0; i < others; i++) {
        const member = left[i] as number
        if (stateOf(member) !== 0 && pushSlowly(member, post)) written += 1
      }
    }
    return written
  }

  function push(member: number, postId: number, author: number): boolean {
    if (stateOf(member) === 0) return false
    const post = { id: postId, author }
    const full = nextOf(table, member) === endOf(table, member)
    if (full || newestOf(table, member) >= postId) return pushSlowly(member, post)
    append(member, post)
    return true
  }

  /** Writes an entry that is the newest, where the slab has not come to its end. */
  function append(member: number, post: { id: number; author: number }): void {
    const next = nextOf(table, member)
    writeEntry(slabs.entries, next, post)
    setNewest(table, member, post.id)
    setNext(table, member, next + 1)
  }

  function drop(member: number): boolean {
    if (stateOf(member) === 0) return false
    slabs.free(open(member).base)
    setSlots(table, member, { next: 0, end: 0 })
    states[member] = 0
    size -= 1
    return true
  }

  function fill(member: number, entries: EntryBuffer, floor: number): void {
    drop(member)
    roomFor(member)
    const length = Math.min(entries.length, most)
    let ringSize = 1
    while (ringSize < LARGEST && length >= (capacities[ringSize] as number)) ringSize += 1
    const base = allocate(ringSize, member)
    place(member, { base, size: ringSize, length })
    size += 1
    for (let entry = 0; entry < length; entry++) {
      const post = { id: entries.ids[entry] as number, author: entries.authors[entry] as number }
      writeEntry(slabs.entries, base + length - 1 - entry, post)
    }
    floors[member] = entries.length > most ? Math.max(floor, entries.ids[most] as number) : floor
    setNewest(table, member, length > 0 ? (entries.ids[0] as number) : floor)
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

  function evictTo(bytes: number): number {
    let dropped = 0
    while (slabs.usedBytes > bytes && size > 0) {
      const share = 1 - bytes / slabs.usedBytes
      for (const member of leastRecentlyRead(Math.ceil(size * share))) {
        if (slabs.usedBytes <= bytes) break
        drop(member)
        dropped += 1
      }
    }
    evictions += dropped
    if (dropped > 0) slabs.compact(moved)
    return dropped
  }

  function moved(member: number, from: number, to: number): void {
    const by = to - from
    setSlots(table, member, { next: nextOf(table, member) + by, end: endOf(table, member) + by })
  }

  return {
    get size() {
      return size
    },
    get evictions() {
      return evictions
    },
    has: (member) => stateOf(member) !== 0,
    floorOf,
    lengthOf: (member) => (stateOf(member) === 0 ? 0 : open(member).length),
    fill,
    drop,
    clear() {
      slabs.clear()
      table = createRingTable(states.length)
      states.fill(0)
      size = 0
    },
    push,
    deliver,
    countActive(followers, count) {
      let active = 0
      for (let i = 0; i < count; i++) if (stateOf(followers[i] as number) !== 0) active += 1
      return active
    },
    read(member, maxId, limit, into) {
      if (stateOf(member) === 0) return handOver(view, NO_ENTRIES, into)
      const ring = open(member)
      const to = entriesBelow(ring, maxId)
      return handOver(ring, { from: Math.max(to - limit, 0), to }, into)
    },
    readAbove(member, { minId, maxId }, limit, into) {
      if (stateOf(member) === 0) return handOver(view, NO_ENTRIES, into)
      const ring = open(member)
      const from = entriesBelow(ring, minId + 1)
      return handOver(ring, { from, to: Math.min(entriesBelow(ring, maxId), from + limit) }, into)
    },
    touch(member, second) {
      roomFor(member)
      lastReads[member] = second
    },
    leastRecentlyRead,
    evictTo,
    bytes: () =>
      slabs.bytes() + table.words.byteLength + states.byteLength + floors.byteLength + lastReads.byteLength,
  }
}

function copied<A extends Float64Array | Uint32Array | Uint8Array>(from: A, to: A): A {
  to.set(from)
  return to
}
