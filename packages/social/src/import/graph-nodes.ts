// The nodes of a graph in typed arrays: some 30 bytes a node, whatever the number of edges. Node ids may be any safe integers
// from 0; inside the import a node is its place (0, 1, 2 …) in the order of ids.

export interface GraphNodes {
  readonly count: number
  /** Node ids, ascending, by place. */
  readonly ids: Float64Array
  /** By place: how many edges of the file point at the node. Edges that are in it twice count twice. */
  readonly followers: Uint32Array
  /** The place of a node id that is in the graph. */
  placeOf(node: number): number
}

export interface NodeCounter {
  /** Sees a node, followed by `followers` more. */
  add(node: number, followers: number): void
  finish(): GraphNodes
}

const EMPTY = -1
const FIRST_SLOTS = 1_024

/** Collects nodes in an open-addressing hash table, at most half full. */
export function createNodeCounter(): NodeCounter {
  let keys = new Float64Array(FIRST_SLOTS).fill(EMPTY)
  let followers = new Uint32Array(FIRST_SLOTS)
  let count = 0

  function slotOf(node: number): number {
    const mask = keys.length - 1
    let slot = Math.imul((node ^ Math.floor(node / 0x1_0000_0000)) | 0, 0x9e3779b1) >>> 0
    slot = (slot ^ (slot >>> 15)) & mask
    while (keys[slot] !== EMPTY && keys[slot] !== node) slot = (slot + 1) & mask
    return slot
  }

  function grow(): void {
    const before = { keys, followers }
    keys = new Float64Array(before.keys.length * 2).fill(EMPTY)
    followers = new Uint32Array(keys.length)
    before.keys.forEach((node, old) => {
      if (node === EMPTY) return
      const slot = slotOf(node)
      keys[slot] = node
      followers[slot] = before.followers[old] ?? 0
    })
  }

  return {
    add(node, more) {
      let slot = slotOf(node)
      if (keys[slot] === EMPTY) {
        if ((count + 1) * 2 > keys.length) {
          grow()
          slot = slotOf(node)
        }
        keys[slot] = node
        count += 1
      }
      followers[slot] = (followers[slot] ?? 0) + more
    },
    finish() {
      const ids = keys.filter((node) => node !== EMPTY).sort()
      return {
        count,
        ids,
        followers: Uint32Array.from(ids, (node) => followers[slotOf(node)] ?? 0),
        placeOf: (node) => placeIn(ids, node),
      }
    },
  }
}

function placeIn(sorted: Float64Array, node: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < node) low = middle + 1
    else high = middle
  }
  if (sorted[low] !== node)
    throw new Error(`Node ${node} is not in the graph; the file changed during the import`)
  return low
}
