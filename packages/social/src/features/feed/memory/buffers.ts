// Reusable output space of the feed's memory: what a read or a row fills is handed over in place, so that reading allocates
// nothing. Never kept across an await by two readers: a buffer belongs to whoever is between asking and using.

/** The author of an entry whose source does not know it: an entry of a followed hashtag. Its post has to be asked. */
export const NO_AUTHOR = 0xffff_ffff

/** Account indexes; the first so many, as the call that filled it returned, are valid. */
export interface IndexBuffer {
  values: Uint32Array
}

export function createIndexBuffer(capacity = 1_024): IndexBuffer {
  return { values: new Uint32Array(capacity) }
}

/** Makes room for `count` indexes. What the buffer held is lost when it has to grow. */
export function roomForIndexes(buffer: IndexBuffer, count: number): Uint32Array {
  if (buffer.values.length < count) buffer.values = new Uint32Array(Math.max(count, buffer.values.length * 2))
  return buffer.values
}

/** Feed entries, newest first: post ids (of reposts: the repost's own id) and the account index of who posted. */
export interface EntryBuffer {
  ids: Float64Array
  authors: Uint32Array
  /** How many entries are valid. */
  length: number
}

export function createEntryBuffer(capacity = 64): EntryBuffer {
  return { ids: new Float64Array(capacity), authors: new Uint32Array(capacity), length: 0 }
}

/** Empties the buffer and makes room for `capacity` entries. */
export function roomForEntries(buffer: EntryBuffer, capacity: number): void {
  buffer.length = 0
  if (buffer.ids.length >= capacity) return
  const room = Math.max(capacity, buffer.ids.length * 2)
  buffer.ids = new Float64Array(room)
  buffer.authors = new Uint32Array(room)
}
