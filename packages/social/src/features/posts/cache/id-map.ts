// A map by id for the busiest look-up of all. A `Map` would box each 53-bit id and follow a pointer to compare it; here the ids
// stand side by side, so that a look-up is one place in memory most of the time. Open addressing with linear probing; a removed
// entry is filled from behind, so that there are no tombstones (Knuth, TAOCP 3, 6.4, algorithm R).

import { hashId } from "@aviary/kit"

export interface IdMap<T> {
  readonly size: number
  get(id: number): T | undefined
  set(id: number, value: T): void
  /** Whether there was something to remove. */
  delete(id: number): boolean
  clear(): void
}

const FIRST_SLOTS = 1_024
/** No post has it. */
const EMPTY = 0

/** Ids are integers from 1 to 2^53 - 1. */
export function createIdMap<T>(): IdMap<T> {
  let keys = new Float64Array(FIRST_SLOTS)
  let values: (T | undefined)[] = Array.from({ length: FIRST_SLOTS })
  let size = 0

  /** Where the id is, or would go. */
  function slotOf(id: number): number {
    const table = keys
    const mask = table.length - 1
    let slot = hashId(id) & mask
    for (;;) {
      const key = table[slot] as number
      if (key === id || key === EMPTY) return slot
      slot = (slot + 1) & mask
    }
  }

  function grow(): void {
    const before = { keys, values }
    keys = new Float64Array(before.keys.length * 2)
    values = Array.from({ length: keys.length })
    for (const [slot, id] of before.keys.entries()) {
      if (id === EMPTY) continue
      const place = slotOf(id)
      keys[place] = id
      values[place] = before.values[slot]
    }
  }

  /** Moves what was displaced beyond a hole back into it, and then fills the hole that this leaves. */
  function fill(hole: number): void {
    const mask = keys.length - 1
    for (let slot = (hole + 1) & mask; keys[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const home = hashId(keys[slot] as number) & mask
      // Its own place lies after the hole: it would not be found in it.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      keys[hole] = keys[slot] as number
      values[hole] = values[slot]
      hole = slot
    }
    keys[hole] = EMPTY
    values[hole] = undefined
  }

  return {
    get size() {
      return size
    },
    get: (id) => values[slotOf(id)],
    set(id, value) {
      if (size * 2 >= keys.length) grow()
      const slot = slotOf(id)
      if (keys[slot] === EMPTY) size += 1
      keys[slot] = id
      values[slot] = value
    },
    delete(id) {
      const slot = slotOf(id)
      if (keys[slot] === EMPTY) return false
      size -= 1
      fill(slot)
      return true
    },
    clear() {
      keys = new Float64Array(FIRST_SLOTS)
      values = Array.from({ length: FIRST_SLOTS })
      size = 0
    },
  }
}
