// The table of rings by member, and the loop in which nearly all deliveries end. The loop stands alone and calls nothing, so that the
// compiler keeps the arrays at hand from one follower to the next; whatever is not simply "write it at the end" it leaves to others.

// 16 bytes a member, read in one go: the slot where his next entry goes (u32), the state of his ring (u32, 0 for none) and the id of
// his newest entry, or the floor of an empty ring (f64). So a delivery reads nothing of a slab, it only writes there.
export const NEXT = 0
export const STATE = 1
export const WORDS = 4
export const NEWEST = 1
export const DOUBLES = 2

// The state of a ring: the slots that are left from the next entry to the slab's end (16 bits), its size (1 to 3), and whether it has
// been round once: then it is full, and its floor is just below its oldest entry. Until then entry 0 lies in slot 0.
export const LEFT = 0xffff
export const SIZE_SHIFT = 16
export const LARGEST = 3
export const WRAPPED = 2 ** 18

export interface RingTable {
  readonly table: Uint32Array
  /** The same memory as doubles. */
  readonly newest: Float64Array
  /** How many members the table has room for. */
  readonly members: number
  /** The slots of all rings. */
  readonly ids: Float64Array
  readonly authors: Uint32Array
  /** Receives the members whose rings were left to others. */
  readonly left: Uint32Array
}

/**
 * Writes a post to the rings of the followers from `from` to `to` whose newest entry it becomes and whose slab has not come to its
 * end. The other followers it puts into `left`, and returns how many they are; among them are those without a ring.
 */
export function writeNewest(
  memory: RingTable,
  post: { readonly id: number; readonly author: number },
  range: { readonly followers: Uint32Array; readonly from: number; readonly to: number },
): number {
  const { table, newest, members, ids, authors, left } = memory
  const { id, author } = post
  const { followers, from, to } = range
  let others = 0
  for (let i = from; i < to; i++) {
    const member = followers[i] as number
    const at = member * WORDS
    const state = member < members ? (table[at + STATE] as number) : 0
    if ((state & LEFT) === 0 || (newest[member * DOUBLES + NEWEST] as number) >= id) {
      left[others] = member
      others += 1
      continue
    }
    newest[member * DOUBLES + NEWEST] = id
    const next = table[at + NEXT] as number
    ids[next] = id
    authors[next] = author
    table[at + NEXT] = next + 1
    table[at + STATE] = state - 1
  }
  return others
}
