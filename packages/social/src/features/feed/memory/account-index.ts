// Account ids (53 bits) to dense indexes (0, 1, 2 …) and back, so that all other memory of the feed is arrays by index. An
// index is for the life of the process: it is never given to another account, also when the account is deleted.

import { hashId } from "@aviary/kit"

const FIRST_SLOTS = 2_048
const UNKNOWN = -1

/** A flag of an account, one bit of its byte. */
export const ACCOUNT_SUSPENDED = 1

export interface AccountIndex {
  /** How many accounts are known: indexes run from 0 to size - 1. */
  readonly size: number
  /** The index of an account, -1 when it is unknown. */
  indexOf(id: number): number
  /** The index of an account, which becomes known if it was not. Ids are safe integers above 0: RangeError. */
  add(id: number): number
  /** The account of an index. RangeError for an index that was never given. */
  idOf(index: number): number
  /** True when every bit of `flag` is set. False for an index that was never given. */
  has(index: number, flag: number): boolean
  /** Sets or clears the bits of `flag`. RangeError for an index that was never given. */
  mark(index: number, flag: number, set: boolean): void
  /** Memory in bytes. */
  bytes(): number
}

/** An open-addressing table of indexes, at most half full; the keys stand in the array by index. About 17–34 bytes an account. */
export function createAccountIndex(): AccountIndex {
  let ids = new Float64Array(FIRST_SLOTS / 2)
  let flags = new Uint8Array(FIRST_SLOTS / 2)
  /** Index + 1 by slot; 0 is an empty slot. */
  let slots = new Uint32Array(FIRST_SLOTS)
  let size = 0

  /** The slot that holds the id, or the empty one where it would go. */
  function slotOf(id: number): number {
    const table = slots
    const keys = ids
    const mask = table.length - 1
    let slot = hashId(id) & mask
    for (;;) {
      const entry = table[slot] as number
      if (entry === 0 || keys[entry - 1] === id) return slot
      slot = (slot + 1) & mask
    }
  }

  function grow(): void {
    ids = doubled(ids, new Float64Array(ids.length * 2))
    flags = doubled(flags, new Uint8Array(flags.length * 2))
    slots = new Uint32Array(slots.length * 2)
    const mask = slots.length - 1
    for (let index = 0; index < size; index++) {
      let slot = hashId(ids[index] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = index + 1
    }
  }

  function known(index: number): number {
    if (!(index >= 0 && index < size)) throw new RangeError(`No account has the index ${index}.`)
    return index
  }

  return {
    get size() {
      return size
    },
    indexOf(id) {
      const entry = slots[slotOf(id)] as number
      return entry === 0 ? UNKNOWN : entry - 1
    },
    add(id) {
      if (!(Number.isSafeInteger(id) && id > 0)) throw new RangeError(`${id} is no account id.`)
      let slot = slotOf(id)
      const entry = slots[slot] as number
      if (entry !== 0) return entry - 1
      if (size === ids.length) {
        grow()
        slot = slotOf(id)
      }
      ids[size] = id
      size += 1
      slots[slot] = size
      return size - 1
    },
    idOf: (index) => ids[known(index)] as number,
    has: (index, flag) => index < size && ((flags[index] as number) & flag) === flag,
    mark(index, flag, set) {
      const now = flags[known(index)] as number
      flags[index] = set ? now | flag : now & ~flag
    },
    bytes: () => ids.byteLength + flags.byteLength + slots.byteLength,
  }
}

function doubled<A extends Float64Array | Uint8Array>(before: A, after: A): A {
  after.set(before)
  return after
}
