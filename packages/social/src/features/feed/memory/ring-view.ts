// A ring opened for looking into: where its entries lie among the slots of all rings. Entries are counted from the oldest (0).

import { roomForEntries } from "./buffers.ts"
import type { EntryBuffer } from "./buffers.ts"
import { copyEntry, copyOut, idIn, writeEntry } from "./entries.ts"

export interface RingView {
  /** The slots of all rings. */
  readonly entries: Uint32Array
  /** The first slot of this ring, and how many it has. */
  base: number
  capacity: number
  /** The slot, from `base`, of the oldest entry. */
  first: number
  length: number
}

/** The slot of an entry. */
function slotAt(ring: RingView, entry: number): number {
  const slot = ring.first + entry
  return ring.base + (slot < ring.capacity ? slot : slot - ring.capacity)
}

export function idAt(ring: RingView, entry: number): number {
  return idIn(ring.entries, slotAt(ring, entry))
}

export function putEntry(ring: RingView, entry: number, post: { id: number; author: number }): void {
  writeEntry(ring.entries, slotAt(ring, entry), post)
}

/** Moves `count` entries from `from` on by one place, towards the newest (1) or the oldest (-1); what lay there is lost. */
export function moveEntries(ring: RingView, range: { from: number; count: number }, by: 1 | -1): void {
  const { from, count } = range
  for (let i = 0; i < count; i++) {
    const entry = by === 1 ? from + count - 1 - i : from + i
    copyEntry(ring.entries, slotAt(ring, entry), slotAt(ring, entry + by))
  }
}

/** How many entries have an id below `id`: the place of the first one that has not. */
export function entriesBelow(ring: RingView, id: number): number {
  let from = 0
  let to = ring.length
  if (to > 0 && idAt(ring, to - 1) < id) return to
  while (from < to) {
    const middle = (from + to) >>> 1
    if (idAt(ring, middle) < id) from = middle + 1
    else to = middle
  }
  return from
}

/** Hands over the entries from `from` up to but not including `to`, newest first, and returns how many they are. */
export function handOver(ring: RingView, range: { from: number; to: number }, into: EntryBuffer): number {
  const { from, to } = range
  const count = Math.max(to - from, 0)
  roomForEntries(into, count)
  const { ids, authors } = into
  // The newest lie at the slab's start once the ring has been round.
  const atStart = Math.min(Math.max(ring.first + to - ring.capacity, 0), count)
  copyOut(ring.entries, { last: slotAt(ring, to - 1), count: atStart }, { ids, authors, place: 0 })
  const rest = { last: slotAt(ring, to - 1 - atStart), count: count - atStart }
  copyOut(ring.entries, rest, { ids, authors, place: atStart })
  into.length = count
  return count
}
