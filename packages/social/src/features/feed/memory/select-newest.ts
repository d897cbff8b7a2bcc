// The newest (or, upwards, the oldest) ids of many outboxes, without looking into more of them than can matter: of outboxes
// that share no post only the so many with the best first ids can contribute. Two binary heaps in typed arrays; no object a source.

import { NO_AUTHOR, roomForEntries } from "./buffers.ts"
import type { EntryBuffer } from "./buffers.ts"
import { HEAD, NEWEST, countBelow } from "./outbox-table.ts"
import type { OutboxTable } from "./outbox-table.ts"

export interface Selection {
  readonly table: OutboxTable
  /** Keys of outboxes, each once: the first `count`. */
  readonly keys: Uint32Array
  readonly count: number
  /** The outboxes are authors' and share no post; else they are tags', whose posts may be in several and have no author here. */
  readonly byAuthor: boolean
}

/** Ids below `maxId` and above `aboveId`, at most `limit`. */
export interface SelectionRange {
  readonly maxId: number
  readonly aboveId: number
  readonly limit: number
  readonly upwards: boolean
}

export interface Selector {
  /** Writes what was found to the buffer, newest first, each id once. */
  select(from: Selection, range: SelectionRange, into: EntryBuffer): void
}

export function createSelector(): Selector {
  /** Heap of sources: the id at hand (negative when going upwards, so that the greatest comes first), its slot, the last slot, whose. */
  let ranks = new Float64Array(64)
  let slots = new Uint32Array(64)
  let lasts = new Uint32Array(64)
  let owners = new Uint32Array(64)
  let size = 0

  function roomFor(sources: number): void {
    if (ranks.length >= sources) return
    const room = Math.max(sources, ranks.length * 2)
    ranks = new Float64Array(room)
    slots = new Uint32Array(room)
    lasts = new Uint32Array(room)
    owners = new Uint32Array(room)
  }

  function put(at: number, from: number): void {
    ranks[at] = ranks[from] as number
    slots[at] = slots[from] as number
    lasts[at] = lasts[from] as number
    owners[at] = owners[from] as number
  }

  function set(at: number, source: { rank: number; slot: number; last: number; owner: number }): void {
    ranks[at] = source.rank
    slots[at] = source.slot
    lasts[at] = source.last
    owners[at] = source.owner
  }

  /** Sinks a source from the place `at`; the least (`sign` 1) or the greatest (-1) rank is at the top. */
  function sink(
    at: number,
    sign: number,
    source: { rank: number; slot: number; last: number; owner: number },
  ): void {
    const rank = source.rank * sign
    for (;;) {
      let child = at * 2 + 1
      if (child >= size) break
      if (child + 1 < size && (ranks[child + 1] as number) * sign < (ranks[child] as number) * sign)
        child += 1
      if ((ranks[child] as number) * sign >= rank) break
      put(at, child)
      at = child
    }
    set(at, source)
  }

  function at(place: number): { rank: number; slot: number; last: number; owner: number } {
    return {
      rank: ranks[place] as number,
      slot: slots[place] as number,
      last: lasts[place] as number,
      owner: owners[place] as number,
    }
  }

  function heapify(sign: number): void {
    for (let place = (size >>> 1) - 1; place >= 0; place--) sink(place, sign, at(place))
  }

  /** Collects the sources that can contribute: all, or the `most` with the best first ids. */
  function collect({ table, keys, count }: Selection, range: SelectionRange, most: number): void {
    const { heads, bases, lengths, ids } = table
    const { maxId, aboveId, upwards } = range
    size = 0
    for (let i = 0; i < count; i++) {
      const key = keys[i] as number
      const newest = key < table.keys ? (heads[key * HEAD + NEWEST] as number) : 0
      if (newest <= aboveId) continue
      const full = size === most
      if (full && !upwards && newest <= (ranks[0] as number)) continue
      const base = bases[key] as number
      const length = lengths[key] as number
      let slot = base + length - 1
      if (upwards) slot = base + countBelow(ids, aboveId + 1, { base, length })
      else if (newest >= maxId) slot = base + countBelow(ids, maxId, { base, length }) - 1
      if (slot < base) continue
      const id = ids[slot] as number
      if (upwards ? id >= maxId : id <= aboveId) continue
      const rank = upwards ? -id : id
      const last = upwards ? base + length - 1 : base
      if (!full) {
        set(size, { rank, slot, last, owner: key })
        size += 1
        if (size === most) heapify(1)
      } else if (rank > (ranks[0] as number)) sink(0, 1, { rank, slot, last, owner: key })
    }
  }

  /** Takes ids off the sources, best first. */
  function emit({ table, byAuthor }: Selection, range: SelectionRange, into: EntryBuffer): void {
    const { maxId, aboveId, limit, upwards } = range
    const step = upwards ? 1 : -1
    let length = 0
    while (size > 0 && length < limit) {
      const slot = slots[0] as number
      const id = table.ids[slot] as number
      if (upwards ? id >= maxId : id <= aboveId) break
      if (length === 0 || into.ids[length - 1] !== id) {
        into.ids[length] = id
        into.authors[length] = byAuthor ? (owners[0] as number) : NO_AUTHOR
        length += 1
      }
      const last = lasts[0] as number
      const owner = owners[0] as number
      if (slot === last) {
        size -= 1
        if (size > 0) sink(0, -1, at(size))
      } else {
        const rank = (table.ids[slot + step] as number) * -step
        sink(0, -1, { rank, slot: slot + step, last, owner })
      }
    }
    into.length = length
  }

  return {
    select(from, range, into) {
      roomForEntries(into, range.limit)
      const most = from.byAuthor ? Math.min(range.limit, from.count) : from.count
      if (most === 0) return
      roomFor(most)
      collect(from, range, most)
      heapify(-1)
      emit(from, range, into)
      if (range.upwards) reverseEntries(into)
    },
  }
}

/** Turns the order of the entries round. */
export function reverseEntries(entries: EntryBuffer): void {
  entries.ids.subarray(0, entries.length).reverse()
  entries.authors.subarray(0, entries.length).reverse()
}
