// How an entry of a ring lies in memory: three words (u32), the low and the high word of its post's id and the index of its author.
// They lie together, so that writing an entry seldom touches more than one line of the processor's cache: lines are what deliveries
// cost. The words are read and written here and in the loop of ring-table.ts, and nowhere else.

export const ENTRY_WORDS = 3
export const ENTRY_BYTES = ENTRY_WORDS * Uint32Array.BYTES_PER_ELEMENT

// Not exported: what a module exports is no constant to the compiler, and would be loaded at each use.
const WORDS: typeof ENTRY_WORDS = 3
const HIGH = 1
const AUTHOR = 2
const WORD_SPAN = 2 ** 32

/** Of a whole number from 0 to below 2^53. */
export function lowWord(id: number): number {
  return id >>> 0
}

export function highWord(id: number): number {
  return (id / WORD_SPAN) >>> 0
}

export function idIn(entries: Uint32Array, slot: number): number {
  const at = slot * WORDS
  return (entries[at + HIGH] as number) * WORD_SPAN + (entries[at] as number)
}

export function writeEntry(entries: Uint32Array, slot: number, post: { id: number; author: number }): void {
  const at = slot * WORDS
  entries[at] = lowWord(post.id)
  entries[at + HIGH] = highWord(post.id)
  entries[at + AUTHOR] = post.author
}

/** Copies the entries of `count` slots, from `last` down, to the places of the buffer from `place` on, for which there is room. */
export function copyOut(
  entries: Uint32Array,
  slots: { readonly last: number; readonly count: number },
  into: { readonly ids: Float64Array; readonly authors: Uint32Array; readonly place: number },
): void {
  const { last, count } = slots
  const { ids, authors, place } = into
  for (let i = 0; i < count; i++) {
    const at = (last - i) * WORDS
    ids[place + i] = (entries[at + HIGH] as number) * WORD_SPAN + (entries[at] as number)
    authors[place + i] = entries[at + AUTHOR] as number
  }
}

/** Copies one entry over another. */
export function copyEntry(entries: Uint32Array, from: number, to: number): void {
  const source = from * WORDS
  const target = to * WORDS
  entries[target] = entries[source] as number
  entries[target + HIGH] = entries[source + HIGH] as number
  entries[target + AUTHOR] = entries[source + AUTHOR] as number
}

/** Copies the entries of `count` slots. */
export function copyEntries(
  entries: Uint32Array,
  slots: { readonly from: number; readonly to: number; readonly count: number },
): void {
  const { from, to, count } = slots
  entries.copyWithin(to * WORDS, from * WORDS, (from + count) * WORDS)
}
