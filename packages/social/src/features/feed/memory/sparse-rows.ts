// Builds both directions of the graph from pairs in any order, by counting sorts: linear in the pairs, no comparison, no object.

import type { SparseRows } from "./adjacency.ts"

/** Pairs in bulk: `from[i]` points at `to[i]`, both below `rows`. What is there twice counts once. */
export interface IndexPairs {
  readonly from: Uint32Array
  readonly to: Uint32Array
}

/** The pairs as rows by `from` and as rows by `to`. RangeError when the two arrays differ in length. */
export function buildRows(pairs: IndexPairs): { byFrom: SparseRows; byTo: SparseRows } {
  const { from, to } = pairs
  if (from.length !== to.length) throw new RangeError("Every pair has two ends.")
  const rows = Math.max(highest(from), highest(to)) + 1
  // Rows by `to` in any order, turned round, are rows by `from` in ascending order; once more, and both are sorted.
  const byFrom = withoutDuplicates(transposed(unsortedRows(to, from, rows)))
  return { byFrom, byTo: transposed(byFrom) }
}

function highest(values: Uint32Array): number {
  let most = -1
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > most) most = values[i] as number
  return most
}

/** A counting sort by `keys`: each row's values stand in the order in which they came. */
function unsortedRows(keys: Uint32Array, values: Uint32Array, rows: number): SparseRows {
  const offsets = rowOffsets(keys, rows)
  const next = offsets.slice()
  const targets = new Uint32Array(keys.length)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number
    const place = next[key] as number
    next[key] = place + 1
    targets[place] = values[i] as number
  }
  return { offsets, targets }
}

/** The other direction. Its rows ascend, because the rows here are gone through in order. */
function transposed({ offsets, targets }: SparseRows): SparseRows {
  const rows = offsets.length - 1
  const turned = rowOffsets(targets, rows)
  const next = turned.slice()
  const sources = new Uint32Array(targets.length)
  for (let row = 0; row < rows; row++) {
    const end = offsets[row + 1] as number
    for (let i = offsets[row] as number; i < end; i++) {
      const target = targets[i] as number
      const place = next[target] as number
      next[target] = place + 1
      sources[place] = row
    }
  }
  return { offsets: turned, targets: sources }
}

function rowOffsets(keys: Uint32Array, rows: number): Uint32Array {
  const offsets = new Uint32Array(rows + 1)
  for (let i = 0; i < keys.length; i++) {
    const after = (keys[i] as number) + 1
    offsets[after] = (offsets[after] as number) + 1
  }
  for (let row = 0; row < rows; row++) {
    offsets[row + 1] = (offsets[row] as number) + (offsets[row + 1] as number)
  }
  return offsets
}

/** Removes what stands twice in the sorted rows, in place. */
function withoutDuplicates({ offsets, targets }: SparseRows): SparseRows {
  let length = 0
  let start = 0
  for (let row = 0; row + 1 < offsets.length; row++) {
    const end = offsets[row + 1] as number
    const first = length
    for (let i = start; i < end; i++) {
      const target = targets[i] as number
      if (length === first || targets[length - 1] !== target) targets[length++] = target
    }
    start = end
    offsets[row + 1] = length
  }
  return { offsets, targets: length === targets.length ? targets : targets.slice(0, length) }
}
