// The table of rings by member, and the loop in which nearly all deliveries end. The loop stands alone and calls nothing, so that the
// compiler keeps the arrays at hand from one follower to the next; whatever is not simply "write it at the end" it leaves to others.

import { highWord, lowWord } from "./entries.ts"
import type { ENTRY_WORDS } from "./entries.ts"

// 16 bytes a member, read in one go: the id of his newest entry, or the floor of an empty ring (f64); the slot where his next entry
// goes, and the slot at which his slab ends (u32). The two are the same where there is no ring, and where the slab is full: then it
// is for others to find room, or to begin at its start again. So a delivery reads nothing of a slab, it only writes there.
const WORDS = 4
const NEXT = 2
const END = 3
const DOUBLES = 2

// None of these is exported, nor taken from elsewhere: what a module exports is no constant to the compiler, and loading and
// multiplying it at each follower took a third of the loop's time.
const AN_ENTRY: typeof ENTRY_WORDS = 3

export interface RingTable {
  readonly words: Uint32Array
  /** The same memory. */
  readonly newest: Float64Array
  /** How many members there is room for. */
  readonly members: number
}

/** A table without rings, or with those of another that is smaller. */
export function createRingTable(members: number, from?: RingTable): RingTable {
  const words = new Uint32Array(members * WORDS)
  if (from) words.set(from.words)
  return { words, newest: new Float64Array(words.buffer), members }
}

/** The slot where a member's next entry goes. */
export function nextOf(table: RingTable, member: number): number {
  return table.words[member * WORDS + NEXT] as number
}

/** The slot at which a member's slab ends. */
export function endOf(table: RingTable, member: number): number {
  return table.words[member * WORDS + END] as number
}

export function newestOf(table: RingTable, member: number): number {
  return table.newest[member * DOUBLES] as number
}

export function setNext(table: RingTable, member: number, next: number): void {
  table.words[member * WORDS + NEXT] = next
}

export function setSlots(table: RingTable, member: number, slots: { next: number; end: number }): void {
  table.words[member * WORDS + NEXT] = slots.next
  table.words[member * WORDS + END] = slots.end
}

export function setNewest(table: RingTable, member: number, id: number): void {
  table.newest[member * DOUBLES] = id
}

export interface RingMemory {
  readonly table: RingTable
  /** The slots of all rings. */
  readonly entries: Uint32Array
  /** Receives the members whose rings were left to others. */
  readonly left: Uint32Array
}

/**
 * Writes a post to the rings of the followers from `from` to `to` whose newest entry it becomes and whose slab has not come to its
 * end. The other followers it puts into `left`, and returns how many they are; among them are those without a ring.
 */
export function writeNewest(
  memory: RingMemory,
  post: { readonly id: number; readonly author: number },
  range: { readonly followers: Uint32Array; readonly from: number; readonly to: number },
): number {
  const { entries, left } = memory
  const { words, newest, members } = memory.table
  const { id, author } = post
  const { followers, from, to } = range
  const low = lowWord(id)
  const high = highWord(id)
  let others = 0
  for (let i = from; i < to; i++) {
    const member = followers[i] as number
    const row = member * WORDS
    const next = member < members ? (words[row + NEXT] as number) : 0
    const end = member < members ? (words[row + END] as number) : 0
    if (next === end || (newest[member * DOUBLES] as number) >= id) {
      left[others] = member
      others += 1
      continue
    }
    newest[member * DOUBLES] = id
    words[row + NEXT] = next + 1
    const at = next * AN_ENTRY
    entries[at] = low
    entries[at + 1] = high
    entries[at + 2] = author
  }
  return others
}
