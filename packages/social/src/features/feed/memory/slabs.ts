// Memory for very many short lists of post ids: slabs of a few sizes, cut from large pages of typed arrays, so that neither a
// list nor an entry is an object. A page serves one size. Pages that become empty are given back; `compact` empties some.

/** A slab's place in one number: the page, and the first slot in it. */
const SLOT_BITS = 17
export const SLOT_MASK = 2 ** SLOT_BITS - 1
export const PAGE_SHIFT = SLOT_BITS
const MOST_PAGES = 2 ** (32 - SLOT_BITS)

/** Slots of a page: a multiple of every size in use (powers of two up to 1,024, and 800). */
const PAGE_SLOTS = 102_400

export interface SlabShape {
  /** Slots of a slab by size class, ascending. Each divides the slots of a page. */
  readonly sizes: readonly number[]
  /** Whether there is an author (u32) beside each id (f64): 12 bytes a slot, else 8. */
  readonly authors: boolean
  /** Default 102,400, which is also the most but for 28,672 more. */
  readonly pageSlots?: number
}

export interface Slabs {
  /** By page. Pages that were given back are empty arrays. Read them anew after whatever may allocate. */
  readonly ids: readonly Float64Array[]
  /** By page; empty arrays without authors. */
  readonly authors: readonly Uint32Array[]
  /** Bytes of the slabs in use. */
  readonly usedBytes: number
  /** A slab, whose slots hold anything, for an owner (a number of the caller's), and its place. */
  allocate(sizeClass: number, owner: number): number
  free(place: number): void
  /** Moves slabs together where that empties pages. Called for each slab that has moved; its content moves with it. */
  compact(moved: (owner: number, place: number) => void): void
  clear(): void
  /** Bytes of all pages, in use or not, and their bookkeeping. */
  bytes(): number
}

interface Page {
  readonly number: number
  readonly sizeClass: number
  /** By slab: whose it is. */
  readonly owners: Uint32Array
  /** By slab: 1 while it is in use. */
  readonly used: Uint8Array
  /** The slabs that are free: the first `freeCount`. */
  readonly free: Uint32Array
  freeCount: number
}

const NO_IDS = new Float64Array()
const NO_AUTHORS = new Uint32Array()

export function createSlabs(shape: SlabShape): Slabs {
  const { sizes, pageSlots = PAGE_SLOTS } = shape
  if (pageSlots > SLOT_MASK + 1 || sizes.some((size) => pageSlots % size !== 0))
    throw new RangeError(`Pages of ${pageSlots} slots cannot be cut into slabs of ${sizes.join(", ")}.`)
  const slotBytes = shape.authors ? 12 : 8
  const ids: Float64Array[] = []
  const authors: Uint32Array[] = []
  const pages: (Page | undefined)[] = []
  const vacant: number[] = []
  /** By size class: the pages with a free slab. */
  let open: Page[][] = sizes.map(() => [])
  let usedSlots = 0
  let livePages = 0

  const sizeOf = (page: Page): number => sizes[page.sizeClass] as number

  function addPage(sizeClass: number): Page {
    const number = vacant.pop() ?? pages.length
    if (number >= MOST_PAGES) throw new RangeError("The feed's memory has no pages left.")
    const slabs = pageSlots / (sizes[sizeClass] as number)
    const free = new Uint32Array(slabs)
    for (let slab = 0; slab < slabs; slab++) free[slab] = slabs - 1 - slab
    const page: Page = {
      number,
      sizeClass,
      owners: new Uint32Array(slabs),
      used: new Uint8Array(slabs),
      free,
      freeCount: slabs,
    }
    pages[number] = page
    ids[number] = new Float64Array(pageSlots)
    authors[number] = shape.authors ? new Uint32Array(pageSlots) : NO_AUTHORS
    openPages(sizeClass).push(page)
    livePages += 1
    return page
  }

  const openPages = (sizeClass: number): Page[] => open[sizeClass] as Page[]

  function close(page: Page): void {
    const list = openPages(page.sizeClass)
    list.splice(list.lastIndexOf(page), 1)
  }

  /** Gives a closed page back. */
  function giveBack(page: Page): void {
    pages[page.number] = undefined
    ids[page.number] = NO_IDS
    authors[page.number] = NO_AUTHORS
    vacant.push(page.number)
    livePages -= 1
  }

  function allocateIn(page: Page, owner: number): number {
    page.freeCount -= 1
    const slab = page.free[page.freeCount] as number
    if (page.freeCount === 0) close(page)
    page.owners[slab] = owner
    page.used[slab] = 1
    usedSlots += sizeOf(page)
    return ((page.number << SLOT_BITS) | (slab * sizeOf(page))) >>> 0
  }

  function free(place: number): void {
    const page = pages[place >>> SLOT_BITS]
    const slab = page === undefined ? 0 : (place & SLOT_MASK) / sizeOf(page)
    if (page === undefined || page.used[slab] !== 1) throw new Error(`No slab is in use at ${place}.`)
    page.used[slab] = 0
    page.free[page.freeCount] = slab
    page.freeCount += 1
    usedSlots -= sizeOf(page)
    const list = openPages(page.sizeClass)
    if (page.freeCount === 1) list.push(page)
    // The last page with room stays, so that one list that comes and goes does not make a page each time.
    if (page.freeCount === page.free.length && list.length > 1) {
      close(page)
      giveBack(page)
    }
  }

  /** Moves all slabs of a page into the other open ones, which have the room. */
  function empty(page: Page, moved: (owner: number, place: number) => void): void {
    close(page)
    const size = sizeOf(page)
    for (let slab = 0; slab < page.used.length; slab++) {
      if (page.used[slab] === 0) continue
      const target = openPages(page.sizeClass).at(-1)
      if (target === undefined) throw new Error("There was less room than was counted.")
      const owner = page.owners[slab] as number
      const place = allocateIn(target, owner)
      const from = slab * size
      const to = place & SLOT_MASK
      ids[target.number]?.set((ids[page.number] ?? NO_IDS).subarray(from, from + size), to)
      if (shape.authors)
        authors[target.number]?.set((authors[page.number] ?? NO_AUTHORS).subarray(from, from + size), to)
      usedSlots -= size
      moved(owner, place)
    }
    giveBack(page)
  }

  return {
    ids,
    authors,
    get usedBytes() {
      return usedSlots * slotBytes
    },
    allocate: (sizeClass, owner) => allocateIn(openPages(sizeClass).at(-1) ?? addPage(sizeClass), owner),
    free,
    compact(moved) {
      sizes.forEach((size, sizeClass) => {
        const slabs = pageSlots / size
        const byFree = openPages(sizeClass).toSorted((a, b) => b.freeCount - a.freeCount)
        // The emptiest go first, and into the fullest, which are at the end: none is filled that is still to be emptied.
        open[sizeClass] = byFree.slice()
        let room = byFree.reduce((sum, page) => sum + page.freeCount, 0)
        for (const page of byFree) {
          if (room < slabs) break
          empty(page, moved)
          room -= slabs
        }
      })
    },
    clear() {
      ids.length = 0
      authors.length = 0
      pages.length = 0
      vacant.length = 0
      open = sizes.map(() => [])
      usedSlots = 0
      livePages = 0
    },
    bytes() {
      let bookkeeping = 0
      for (const page of pages) bookkeeping += page === undefined ? 0 : page.free.length * 9
      return livePages * pageSlots * slotBytes + bookkeeping
    },
  }
}
