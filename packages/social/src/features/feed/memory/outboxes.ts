// The newest post ids by key: by author (account index), or by followed hashtag (any dense number). Every key's list is complete
// above its floor. Never the truth, and never told of deletions by need: a deleted post that stays is filtered at read.

import { FLOOR, GLOBAL, HEAD, NEWEST, countBelow } from "./outbox-table.ts"
import type { OutboxTable } from "./outbox-table.ts"
import { NO_ROOM, createSlabs } from "./slabs.ts"

/** Ids that one outbox holds at least before it drops older ones, and at most. The distance makes dropping cheap. */
export const OUTBOX_KEEPS = 800
export const OUTBOX_MOST = 1_024

export interface Outboxes {
  /** How many ids there are in all. */
  readonly size: number
  /** What was loaded for all keys is complete above this id. Infinity before the first `reset`: complete for nothing. */
  readonly globalFloor: number
  /** Forgets all. From then on everything newer than `floor` that is pushed is kept: the caller pushes all there is. */
  reset(floor: number): void
  /** Forgets, for all keys, what is at or below `floor`: memory stays bounded as time goes on. Looks at every key. */
  raiseFloor(floor: number): void
  /** The id down to which (not including it) the key's list is complete: its own floor, where it has one, or the global one. */
  floorOf(key: number): number
  lengthOf(key: number): number
  /** The newest id, 0 when there is none. */
  newestOf(key: number): number
  /** Adds an id; in any order, ids at or below the floor and ids that are there are ignored. Returns whether it was added. */
  push(key: number, id: number): boolean
  remove(key: number, id: number): boolean
  /**
   * Replaces a key's list by the first `count` ids (newest first, each once), complete above `floor`, which may lie deeper than
   * the global one. Of more than 800 ids the newest are kept and the floor rises.
   */
  fill(key: number, ids: Float64Array, range: { count: number; floor: number }): void
  /** Forgets what a fill has added below the global floor. */
  shed(key: number): void
  /** Memory in bytes, metadata included. */
  bytes(): number
  /** The lists themselves, for merging: only to be read, and asked for anew each time. */
  readonly table: OutboxTable
}

export interface OutboxesOptions {
  /** For tests: fewer ids, and how many of them stay. */
  readonly most?: number
  readonly keeps?: number
}

const FIRST_KEYS = 1_024
const SMALLEST = 4
const PAGE_SLOTS = 16_384
const NO_SLAB = 0

/** Lists of keys. Metadata takes 23 bytes a key, with a list or without. */
export function createOutboxes(options: OutboxesOptions = {}): Outboxes {
  const { most = OUTBOX_MOST, keeps = OUTBOX_KEEPS } = options
  const sizes = doublings(SMALLEST, most)
  const slabs = createSlabs({ sizes, authors: false, pageSlots: PAGE_SLOTS })
  let heads = emptyHeads(FIRST_KEYS)
  let bases = new Uint32Array(FIRST_KEYS)
  let lengths = new Uint16Array(FIRST_KEYS)
  /** By key: the size class + 1, or NO_SLAB. */
  let classes = new Uint8Array(FIRST_KEYS)
  let globalFloor = Number.POSITIVE_INFINITY
  let size = 0

  function roomFor(key: number): void {
    if (key < classes.length) return
    const keys = Math.max(key + 1, classes.length * 2)
    const before = { heads, bases, lengths, classes }
    heads = emptyHeads(keys)
    heads.set(before.heads)
    bases = new Uint32Array(keys)
    bases.set(before.bases)
    lengths = new Uint16Array(keys)
    lengths.set(before.lengths)
    classes = new Uint8Array(keys)
    classes.set(before.classes)
  }

  const lengthOf = (key: number): number => (key < classes.length ? (lengths[key] as number) : 0)
  const baseOf = (key: number): number => bases[key] as number
  const capacityOf = (key: number): number =>
    classes[key] === NO_SLAB ? 0 : (sizes[(classes[key] as number) - 1] as number)

  function floorOf(key: number): number {
    const own = key < classes.length ? (heads[key * HEAD + FLOOR] as number) : GLOBAL
    return own === GLOBAL ? globalFloor : own
  }

  function setOwnFloor(key: number, floor: number): void {
    heads[key * HEAD + FLOOR] = floor === globalFloor ? GLOBAL : Math.max(floor, 0)
  }

  /** The list's length has changed: its newest id may be another, and without ids it needs no slab. */
  function setLength(key: number, length: number): void {
    size += length - (lengths[key] as number)
    lengths[key] = length
    heads[key * HEAD + NEWEST] = length === 0 ? 0 : (slabs.ids[baseOf(key) + length - 1] as number)
    if (length === 0) release(key)
  }

  function release(key: number): void {
    if (classes[key] !== NO_SLAB) slabs.free(baseOf(key))
    classes[key] = NO_SLAB
  }

  /** Moves the list into a slab for at least `wanted` ids. */
  function resize(key: number, wanted: number): void {
    const sizeClass = sizes.findIndex((slots) => slots >= wanted)
    if (sizeClass + 1 === classes[key]) return
    const base = slabs.allocate(sizeClass, key)
    if (base === NO_ROOM) throw new Error("A reserve without a budget has no end.")
    const length = lengths[key] as number
    if (length > 0) slabs.ids.copyWithin(base, baseOf(key), baseOf(key) + length)
    release(key)
    bases[key] = base
    classes[key] = sizeClass + 1
  }

  /** How many ids of the list are below `id`. */
  function idsBelow(key: number, id: number): number {
    return countBelow(slabs.ids, id, { base: baseOf(key), length: lengths[key] as number })
  }

  /** Drops the oldest ids. */
  function dropOldest(key: number, count: number): void {
    const base = baseOf(key)
    const length = lengths[key] as number
    slabs.ids.copyWithin(base, base + count, base + length)
    setLength(key, length - count)
  }

  function makeRoomForOne(key: number): void {
    const length = lengths[key] as number
    if (length < capacityOf(key)) return
    if (length < most) return resize(key, length + 1)
    heads[key * HEAD + FLOOR] = slabs.ids[baseOf(key) + length - keeps - 1] as number
    dropOldest(key, length - keeps)
  }

  function push(key: number, id: number): boolean {
    if (id <= floorOf(key)) return false
    roomFor(key)
    const at = idsBelow(key, id)
    if (at < (lengths[key] as number) && slabs.ids[baseOf(key) + at] === id) return false
    makeRoomForOne(key)
    if (id <= floorOf(key)) return false
    const base = baseOf(key)
    const length = lengths[key] as number
    const { ids } = slabs
    const place = base + (id > (heads[key * HEAD + NEWEST] as number) ? length : idsBelow(key, id))
    if (place < base + length) ids.copyWithin(place + 1, place, base + length)
    ids[place] = id
    setLength(key, length + 1)
    return true
  }

  /** Forgets what is at or below `floor`, which becomes the floor of the key, and takes a smaller slab if that is enough. */
  function forgetUpTo(key: number, floor: number): void {
    const old = idsBelow(key, floor + 1)
    setOwnFloor(key, floor)
    if (old > 0) dropOldest(key, old)
    const length = lengths[key] as number
    if (length > 0 && length * 4 <= capacityOf(key)) resize(key, length * 2)
  }

  function compact(): void {
    slabs.compact((key, _from, to) => (bases[key] = to))
  }

  return {
    get size() {
      return size
    },
    get globalFloor() {
      return globalFloor
    },
    reset(floor) {
      slabs.clear()
      heads = emptyHeads(classes.length)
      lengths.fill(0)
      classes.fill(NO_SLAB)
      globalFloor = floor
      size = 0
    },
    raiseFloor(floor) {
      if (floor <= globalFloor) return
      globalFloor = floor
      for (let key = 0; key < classes.length; key++) {
        const own = heads[key * HEAD + FLOOR] as number
        if (own <= floor) forgetUpTo(key, floor)
      }
      compact()
    },
    floorOf,
    lengthOf,
    newestOf: (key) => (key < classes.length ? (heads[key * HEAD + NEWEST] as number) : 0),
    push,
    remove(key, id) {
      const length = lengthOf(key)
      if (length === 0) return false
      const at = idsBelow(key, id)
      const base = baseOf(key)
      if (at === length || slabs.ids[base + at] !== id) return false
      slabs.ids.copyWithin(base + at, base + at + 1, base + length)
      setLength(key, length - 1)
      return true
    },
    fill(key, ids, { count, floor }) {
      roomFor(key)
      setLength(key, 0)
      const kept = Math.min(count, keeps)
      setOwnFloor(key, count > keeps ? Math.max(floor, ids[keeps] as number) : floor)
      if (kept === 0) return
      resize(key, kept)
      const last = baseOf(key) + kept - 1
      for (let i = 0; i < kept; i++) slabs.ids[last - i] = ids[i] as number
      setLength(key, kept)
    },
    shed(key) {
      if (floorOf(key) < globalFloor) forgetUpTo(key, globalFloor)
    },
    bytes: () =>
      slabs.bytes() + heads.byteLength + bases.byteLength + lengths.byteLength + classes.byteLength,
    get table() {
      return { keys: classes.length, heads, bases, lengths, ids: slabs.ids, globalFloor }
    },
  }
}

function emptyHeads(keys: number): Float64Array {
  const heads = new Float64Array(keys * HEAD)
  for (let key = 0; key < keys; key++) heads[key * HEAD + FLOOR] = GLOBAL
  return heads
}

function doublings(from: number, to: number): number[] {
  const sizes = [from]
  for (let size = from * 2; size <= to; size *= 2) sizes.push(size)
  return sizes
}
