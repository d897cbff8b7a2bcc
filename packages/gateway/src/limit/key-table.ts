// Gives each key a slot of a counter, within a fixed number of slots. Idle keys make room, a few looked at for each new one.
// When all are in use, newcomers share overflow slots by hash: for them a limit may come early, since they share it; it never
// comes late, and nobody's count is thrown away to make room, so that a flood of keys cannot wash out the count of one.

import { hash32 } from "../values/hash.ts"
import type { Counter } from "./counter.ts"

/** Always clear, never taken from: what an unknown key meets. */
const BLANK = 0
const OVERFLOW_SLOTS = 1024
/** Slots looked at for each new key: after a quarter as many newcomers as there are slots, all have been looked at. */
const LOOKS = 4
const FIRST_SLOTS = 64

export interface KeyTable {
  /** The slot to read for a key; a clear one when it has none. */
  find(key: string, now: number): number
  /** The slot to take from; the key has it from now on. */
  claim(key: string, now: number): number
  /** Keys with a slot of their own. */
  size(): number
}

/** @param seed of the overflow hash, so that nobody can choose whom to share with. */
export function createKeyTable(counter: Counter, maxKeys: number, seed: number): KeyTable {
  const slots = new Map<string, number>()
  const firstOwn = 1 + OVERFLOW_SLOTS
  /** The key of each slot of its own, from `firstOwn` on. */
  const keys: (string | undefined)[] = []
  const free: number[] = []
  let room = FIRST_SLOTS
  let hand = 0
  let lastOverflow = Number.NEGATIVE_INFINITY
  counter.grow(firstOwn + room)

  const overflowSlot = (key: string) => 1 + (hash32(key, seed) % OVERFLOW_SLOTS)
  /** The slot that a key without one of its own may have shared a moment ago. */
  const sharedSlot = (key: string, now: number) => {
    if (now - lastOverflow > counter.memory) return undefined
    const slot = overflowSlot(key)
    return counter.isIdle(slot, now) ? undefined : slot
  }

  function sweep(now: number) {
    for (let looks = Math.min(LOOKS, keys.length); looks > 0; looks -= 1) {
      if (hand >= keys.length) hand = 0
      const key = keys[hand]
      if (key !== undefined && counter.isIdle(firstOwn + hand, now)) {
        slots.delete(key)
        keys[hand] = undefined
        counter.clear(firstOwn + hand)
        free.push(hand)
      }
      hand += 1
    }
  }

  function ownSlot(key: string): number | undefined {
    const index = free.pop() ?? (keys.length < maxKeys ? keys.length : undefined)
    if (index === undefined) return undefined
    if (index === room) {
      room = Math.min(maxKeys, room * 2)
      counter.grow(firstOwn + room)
    }
    keys[index] = key
    slots.set(key, firstOwn + index)
    return firstOwn + index
  }

  return {
    find: (key, now) => slots.get(key) ?? sharedSlot(key, now) ?? BLANK,
    claim(key, now) {
      const known = slots.get(key)
      if (known !== undefined) return known
      sweep(now)
      const own = ownSlot(key)
      if (own === undefined) {
        lastOverflow = now
        return overflowSlot(key)
      }
      // It starts with what it may have used there, or changing over would be a second quota.
      const shared = sharedSlot(key, now)
      if (shared !== undefined) counter.copy(shared, own)
      return own
    },
    size: () => slots.size,
  }
}
