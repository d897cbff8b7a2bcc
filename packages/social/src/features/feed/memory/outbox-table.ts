// How the lists of outboxes lie in memory, for those who read very many of them at once.

/** By key: a head, and the first slot and the length of the list, whose ids ascend. What is not here yet (keys on) has no list. */
export interface OutboxTable {
  readonly keys: number
  readonly heads: Float64Array
  readonly bases: Uint32Array
  readonly lengths: Uint16Array
  readonly ids: Float64Array
  /** The floor of keys that have none of their own. */
  readonly globalFloor: number
}

/** A head is two doubles: the newest id, 0 for none, and the key's own floor. */
export const HEAD = 2
export const NEWEST = 0
export const FLOOR = 1
/** The own floor of a key that has none. */
export const GLOBAL = -1

/** How many of the ascending ids of a list are below `id`. */
export function countBelow(
  ids: Float64Array,
  id: number,
  list: { readonly base: number; readonly length: number },
): number {
  const { base, length } = list
  let from = base
  let to = base + length
  if (length > 0 && (ids[to - 1] as number) < id) return length
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    if ((ids[middle] as number) < id) from = middle + 1
    else to = middle
  }
  return from - base
}

/** The highest floor of the first `count` keys, and the key whose own it is; -1 where that is the global one. */
export function highestFloor(
  table: OutboxTable,
  keys: Uint32Array,
  count: number,
): { floor: number; key: number } {
  const { heads, globalFloor } = table
  let highest = { floor: 0, key: -1 }
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number
    const own = key < table.keys ? (heads[key * HEAD + FLOOR] as number) : GLOBAL
    const floor = own === GLOBAL ? globalFloor : own
    if (floor > highest.floor) highest = { floor, key: own === GLOBAL ? -1 : key }
  }
  return highest
}
