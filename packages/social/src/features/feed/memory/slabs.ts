// Memory for very many short lists of post ids: slabs of a few sizes, cut from pages, cut from one reserved stretch of typed arrays.
// Neither a list nor an entry is an object, and a slot is found without asking for a page. The reserve is the budget, if there is
// one: there is never more. The system gives it memory only as it is first written to, so what is never used costs nothing but addresses.

import { ENTRY_BYTES, ENTRY_WORDS, copyEntries } from "./entries.ts"

/** Slots of a page, which serves one size: a multiple of every size in use (powers of two up to 1,024, and 800). */
const PAGE_SLOTS = 102_400

/** What `allocate` gives when the reserve is used up. */
export const NO_ROOM = -1

export interface SlabShape {
  /** Slots of a slab by size class, ascending. Each divides the slots of a page. */
  readonly sizes: readonly number[]
  /** Whether a slot is an entry with an author, 12 bytes, or an id alone (f64), 8 bytes. */
  readonly authors: boolean
  /** The budget in bytes. There is always room for one page of each size. Without it the reserve grows by copying it. */
  readonly bytes?: number
  /** Default 102,400. */
  readonly pageSlots?: number
}

export interface Slabs {
  /** All slots, where they are ids; else empty. Without a budget another array after any `allocate`. */
  readonly ids: Float64Array
  /** All slots, where they are entries (entries.ts), ENTRY_WORDS each; else empty. Another array whenever `ids` is. */
  readonly entries: Uint32Array
  /** Bytes of the slabs in use. */
  readonly usedBytes: number
  /** The first slot of a slab for an owner (a number of the caller's), or NO_ROOM. Its slots hold anything. */
  allocate(sizeClass: number, owner: number): number
  free(slot: number): void
  /** Moves slabs together where that empties pages. Called for each slab that has moved, whose content moves with it. */
  compact(moved: (owner: number, from: number, to: number) => void): void
  clear(): void
  /** Bytes of the pages in use, with what is free in them, and their bookkeeping. */
  bytes(): number
}

interface Page {
  readonly start: number
  readonly sizeClass: number
  /** By slab: whose it is. */
  readonly owners: Uint32Array
  /** By slab: 1 while it is in use. */
  readonly used: Uint8Array
  /** The slabs that are free: the first `freeCount`. */
  readonly free: Uint32Array
  freeCount: number
}

/** RangeError when the sizes do not divide a page. */
export function createSlabs(shape: SlabShape): Slabs {
  const { sizes, pageSlots = PAGE_SLOTS } = shape
  if (sizes.some((size) => pageSlots % size !== 0))
    throw new RangeError(`Pages of ${pageSlots} slots cannot be cut into slabs of ${sizes.join(", ")}.`)
  const slotBytes = shape.authors ? ENTRY_BYTES : Float64Array.BYTES_PER_ELEMENT
  let mostPages = Math.max(Math.floor((shape.bytes ?? 0) / (pageSlots * slotBytes)), sizes.length)
  let { ids, entries } = reserve()
  let pages: (Page | undefined)[] = []
  /** Numbers of pages that were given back. */
  let vacant: number[] = []
  /** By size class: the pages with a free slab. */
  let open: Page[][] = sizes.map(() => [])
  let usedSlots = 0

  const sizeOf = (page: Page): number => sizes[page.sizeClass] as number
  const openPages = (sizeClass: number): Page[] => open[sizeClass] as Page[]

  function reserve(): { ids: Float64Array; entries: Uint32Array } {
    const slots = mostPages * pageSlots
    return {
      ids: new Float64Array(shape.authors ? 0 : slots),
      entries: new Uint32Array(shape.authors ? slots * ENTRY_WORDS : 0),
    }
  }

  /** Doubles a reserve that has no budget. */
  function grow(): boolean {
    if (shape.bytes !== undefined) return false
    mostPages *= 2
    const before = { ids, entries }
    ;({ ids, entries } = reserve())
    ids.set(before.ids)
    entries.set(before.entries)
    return true
  }

  function addPage(sizeClass: number): Page | undefined {
    const number = vacant.pop() ?? pages.length
    if (number >= mostPages && !grow()) return undefined
    const slabs = pageSlots / (sizes[sizeClass] as number)
    const free = new Uint32Array(slabs)
    for (let slab = 0; slab < slabs; slab++) free[slab] = slabs - 1 - slab
    const page: Page = {
      start: number * pageSlots,
      sizeClass,
      owners: new Uint32Array(slabs),
      used: new Uint8Array(slabs),
      free,
      freeCount: slabs,
    }
    pages[number] = page
    openPages(sizeClass).push(page)
    return page
  }

  /** Takes a page out of those with room. */
  function close(page: Page): void {
    const list = openPages(page.sizeClass)
    list.splice(list.lastIndexOf(page), 1)
  }

  function giveBack(page: Page): void {
    const number = page.start / pageSlots
    pages[number] = undefined
    vacant.push(number)
  }

  function allocateIn(page: Page, owner: number): number {
    page.freeCount -= 1
    const slab = page.free[page.freeCount] as number
    if (page.freeCount === 0) close(page)
    page.owners[slab] = owner
    page.used[slab] = 1
    usedSlots += sizeOf(page)
    return page.start + slab * sizeOf(page)
  }

  function free(slot: number): void {
    const page = pages[Math.floor(slot / pageSlots)]
    const slab = page === undefined ? 0 : (slot - page.start) / sizeOf(page)
    if (page === undefined || page.used[slab] !== 1) throw new Error(`No slab is in use at ${slot}.`)
    page.used[slab] = 0
    page.free[page.freeCount] = slab
    page.freeCount += 1
    usedSlots -= sizeOf(page)
    if (page.freeCount === 1) openPages(page.sizeClass).push(page)
    if (page.freeCount < page.free.length) return
    close(page)
    giveBack(page)
  }

  /** Moves all slabs of a page into the fullest of the others with room, and gives it back. */
  function empty(page: Page, moved: (owner: number, from: number, to: number) => void): void {
    close(page)
    const size = sizeOf(page)
    for (let slab = 0; slab < page.used.length; slab++) {
      const target = openPages(page.sizeClass).at(-1)
      if (page.used[slab] === 0 || target === undefined) continue
      const owner = page.owners[slab] as number
      const from = page.start + slab * size
      const to = allocateIn(target, owner)
      if (shape.authors) copyEntries(entries, { from, to, count: size })
      else ids.copyWithin(to, from, from + size)
      usedSlots -= size
      moved(owner, from, to)
    }
    giveBack(page)
  }

  return {
    get ids() {
      return ids
    },
    get entries() {
      return entries
    },
    get usedBytes() {
      return usedSlots * slotBytes
    },
    allocate(sizeClass, owner) {
      const page = openPages(sizeClass).at(-1) ?? addPage(sizeClass)
      return page === undefined ? NO_ROOM : allocateIn(page, owner)
    },
    free,
    compact(moved) {
      sizes.forEach((size, sizeClass) => {
        const byFree = openPages(sizeClass).toSorted((a, b) => b.freeCount - a.freeCount)
        // The emptiest go first, and into the fullest, which are at the end: none is filled that is still to be emptied.
        open[sizeClass] = byFree.slice()
        let room = byFree.reduce((sum, page) => sum + page.freeCount, 0)
        for (const page of byFree) {
          room -= pageSlots / size
          if (room < 0) break
          empty(page, moved)
        }
      })
    },
    clear() {
      pages = []
      vacant = []
      open = sizes.map(() => [])
      usedSlots = 0
    },
    bytes() {
      let bytes = 0
      for (const page of pages) bytes += page === undefined ? 0 : pageSlots * slotBytes + page.free.length * 9
      return bytes
    },
  }
}
