// Which entry goes when there is no room: SIEVE. A hit sets one bit and moves nothing; the hand walks from the oldest entry to
// the newest and takes the first that was not used since it last came by.
// Source: Zhang et al., SIEVE is Simpler than LRU, NSDI 2024.

/** An entry carries its own links, so that keeping it allocates nothing. */
export interface SieveEntry<E> {
  /** Set it on each hit. */
  used: boolean
  newer: E | undefined
  older: E | undefined
}

export interface Sieve<E extends SieveEntry<E>> {
  add(entry: E): void
  /** Takes out an entry that is in it. */
  remove(entry: E): void
  /** Takes out an entry that has been of little use and gives it; undefined when there is none. */
  evict(): E | undefined
  clear(): void
}

export function createSieve<E extends SieveEntry<E>>(): Sieve<E> {
  let newest: E | undefined
  let oldest: E | undefined
  let hand: E | undefined

  function remove(entry: E): void {
    if (hand === entry) hand = entry.newer
    if (entry.newer) entry.newer.older = entry.older
    else newest = entry.older
    if (entry.older) entry.older.newer = entry.newer
    else oldest = entry.newer
    entry.newer = undefined
    entry.older = undefined
  }

  return {
    add(entry) {
      entry.used = false
      entry.older = newest
      if (newest) newest.newer = entry
      else oldest = entry
      newest = entry
    },
    remove,
    evict() {
      let candidate = hand ?? oldest
      while (candidate?.used) {
        candidate.used = false
        candidate = candidate.newer ?? oldest
      }
      if (!candidate) return undefined
      hand = candidate
      remove(candidate)
      return candidate
    },
    clear() {
      newest = undefined
      oldest = undefined
      hand = undefined
    },
  }
}
