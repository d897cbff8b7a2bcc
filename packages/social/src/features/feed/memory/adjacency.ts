// One direction of the graph: for each account a sorted row of others. The bulk lies in compressed sparse rows (offsets and
// targets); what has changed since lies beside it in small sorted lists of the rows it touches, until there is so much of it
// that the bulk is written anew. A row is always read as one sorted list without duplicates.

import { roomForIndexes } from "./buffers.ts"
import type { IndexBuffer } from "./buffers.ts"

/** Compressed sparse rows: row r is targets[offsets[r]] to targets[offsets[r + 1] - 1], ascending, each once. */
export interface SparseRows {
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
}

export interface Adjacency {
  /** How many pairs there are. */
  readonly size: number
  has(row: number, target: number): boolean
  add(row: number, target: number): boolean
  remove(row: number, target: number): boolean
  count(row: number): number
  /** Writes the row to the buffer, ascending, and returns its length. */
  read(row: number, into: IndexBuffer): number
  bytes(): number
}

/**
 * Changes that are kept beside the bulk whatever its size, and the share of the bulk that they may be. Few, because each costs about
 * a microsecond when the bulk is written anew, and nobody is answered meanwhile; not fewer, because the bulk is copied then.
 */
const CHANGES_AT_LEAST = 4_096
const CHANGES_SHARE = 1 / 256

/** Bytes of a changed row (object, two lists, place in the map) and of one change in it: estimates for `bytes`. */
const CHANGED_ROW_BYTES = 200
const CHANGE_BYTES = 8

/** From so many targets on, copying in one call beats a loop. */
const LONG_RUN = 128

interface RowChanges {
  /** Targets that the bulk does not have, ascending. */
  readonly added: number[]
  /** Targets of the bulk that are gone, ascending. */
  readonly removed: number[]
}

export function createAdjacency(bulk: SparseRows, changesAtLeast = CHANGES_AT_LEAST): Adjacency {
  let { offsets, targets } = bulk
  let changes = new Map<number, RowChanges>()
  let changed = 0
  let size = targets.length

  const rowsInBulk = (): number => offsets.length - 1
  const startOf = (row: number): number => (row < rowsInBulk() ? (offsets[row] as number) : 0)
  const endOf = (row: number): number => (row < rowsInBulk() ? (offsets[row + 1] as number) : 0)

  function inBulk(row: number, target: number): boolean {
    const end = endOf(row)
    const place = firstNotBelow(targets, target, { from: startOf(row), to: end })
    return place < end && targets[place] === target
  }

  function changesOf(row: number): RowChanges {
    let found = changes.get(row)
    if (found === undefined) {
      found = { added: [], removed: [] }
      changes.set(row, found)
    }
    return found
  }

  /** After a change: a pair more or less, and a change more or less to remember. */
  function counted(pairs: number, remembered: number): void {
    size += pairs
    changed += remembered
    if (changed > changesAtLeast && changed > targets.length * CHANGES_SHARE) compact()
  }

  function compact(): void {
    const rows = lastChangedRow(changes, rowsInBulk())
    const nextOffsets = new Uint32Array(rows + 1)
    const nextTargets = new Uint32Array(size)
    let length = 0
    let row = 0
    for (const changedRow of [...changes.keys()].toSorted((a, b) => a - b)) {
      length = copyRows({ row, until: changedRow, length }, nextOffsets, nextTargets)
      nextOffsets[changedRow] = length
      length = mergeRow(changedRow, nextTargets, length)
      row = changedRow + 1
    }
    length = copyRows({ row, until: rows, length }, nextOffsets, nextTargets)
    nextOffsets[rows] = length
    offsets = nextOffsets
    targets = nextTargets
    changes = new Map()
    changed = 0
  }

  /** Copies rows that nothing has changed in one piece; returns the length of what is written by then. */
  function copyRows(
    { row, until, length }: { row: number; until: number; length: number },
    nextOffsets: Uint32Array,
    nextTargets: Uint32Array,
  ): number {
    const copied = Math.min(until, rowsInBulk())
    const from = startOf(row)
    const to = row < copied ? (offsets[copied] as number) : from
    const shift = length - from
    for (let next = row; next < until; next++) {
      nextOffsets[next] = next < copied ? (offsets[next] as number) + shift : length + to - from
    }
    nextTargets.set(targets.subarray(from, to), length)
    return length + to - from
  }

  /** Writes a row as it is now, from `at` on, and returns where it ends. What lies between two changes is copied in one piece. */
  function mergeRow(row: number, out: Uint32Array, at: number): number {
    const to = endOf(row)
    let from = startOf(row)
    const change = changes.get(row)
    if (change === undefined) return copyRun(targets, { from, to }, out, at)
    const { added, removed } = change
    let nextAdded = 0
    let nextRemoved = 0
    while (nextAdded < added.length || nextRemoved < removed.length) {
      const add = nextAdded < added.length ? (added[nextAdded] as number) : Infinity
      const remove = nextRemoved < removed.length ? (removed[nextRemoved] as number) : Infinity
      const place = firstNotBelow(targets, Math.min(add, remove), { from, to })
      at = copyRun(targets, { from, to: place }, out, at)
      if (add < remove) {
        out[at++] = add
        nextAdded += 1
        from = place
      } else {
        nextRemoved += 1
        from = place + 1
      }
    }
    return copyRun(targets, { from, to }, out, at)
  }

  /** Forgets a row's changes when there are none left. */
  function forgetIfNone(row: number, change: RowChanges): void {
    if (change.added.length === 0 && change.removed.length === 0) changes.delete(row)
  }

  function count(row: number): number {
    const change = changes.get(row)
    const bulkCount = endOf(row) - startOf(row)
    return change === undefined ? bulkCount : bulkCount + change.added.length - change.removed.length
  }

  return {
    get size() {
      return size
    },
    has(row, target) {
      const change = changes.get(row)
      if (change === undefined) return inBulk(row, target)
      return includes(change.added, target) || (inBulk(row, target) && !includes(change.removed, target))
    },
    add(row, target) {
      if (inBulk(row, target)) {
        const change = changes.get(row)
        if (change === undefined || !takeOut(change.removed, target)) return false
        forgetIfNone(row, change)
        counted(1, -1)
        return true
      }
      if (!putIn(changesOf(row).added, target)) return false
      counted(1, 1)
      return true
    },
    remove(row, target) {
      if (inBulk(row, target)) {
        if (!putIn(changesOf(row).removed, target)) return false
        counted(-1, 1)
        return true
      }
      const change = changes.get(row)
      if (change === undefined || !takeOut(change.added, target)) return false
      forgetIfNone(row, change)
      counted(-1, -1)
      return true
    },
    count,
    read(row, into) {
      return mergeRow(row, roomForIndexes(into, count(row)), 0)
    },
    bytes: () =>
      offsets.byteLength + targets.byteLength + changes.size * CHANGED_ROW_BYTES + changed * CHANGE_BYTES,
  }
}

/** Rows that the bulk needs so that every changed row is in it. */
function lastChangedRow(changes: ReadonlyMap<number, RowChanges>, rows: number): number {
  let needed = rows
  for (const row of changes.keys()) if (row >= needed) needed = row + 1
  return needed
}

/** Copies targets and returns where what is written ends. Short runs are not worth a view. */
function copyRun(
  targets: Uint32Array,
  { from, to }: { from: number; to: number },
  out: Uint32Array,
  at: number,
): number {
  if (to - from > LONG_RUN) out.set(targets.subarray(from, to), at)
  else for (let i = from; i < to; i++) out[at + i - from] = targets[i] as number
  return at + to - from
}

/** The first place from `from` to `to` whose value is not below `value`; `to` when all are. The values ascend. */
function firstNotBelow(
  values: Uint32Array | readonly number[],
  value: number,
  { from, to }: { from: number; to: number },
): number {
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((values[middle] as number) < value) from = middle + 1
    else to = middle
  }
  return from
}

function includes(list: readonly number[], value: number): boolean {
  return list[firstNotBelow(list, value, { from: 0, to: list.length })] === value
}

/** False when it was there already. */
function putIn(list: number[], value: number): boolean {
  const place = firstNotBelow(list, value, { from: 0, to: list.length })
  if (list[place] === value) return false
  list.splice(place, 0, value)
  return true
}

/** False when it was not there. */
function takeOut(list: number[], value: number): boolean {
  const place = firstNotBelow(list, value, { from: 0, to: list.length })
  if (list[place] !== value) return false
  list.splice(place, 1)
  return true
}
