// A store that evicts what is used least, with dynamic aging (LFU-DA, Arlitt et al., "Evaluating content management techniques
// for Web proxy caches", 2000): an entry's rank is its uses plus the rank of the entry evicted last, so that what was popular
// once does not stay for ever. Among equals, what was not used longest goes.

import type { EntryStore, StoreOptions } from "./entry-store.ts"

interface Kept<V> {
  readonly value: V
  readonly bytes: number
  uses: number
  rank: number
}

export function createLfuStore<V>({ maxBytes, onLeave }: StoreOptions<V>): EntryStore<V> {
  const entries = new Map<string, Kept<V>>()
  /** Keys by rank, each rank in order of use. */
  const ranks = new Map<number, Set<string>>()
  let age = 0
  let bytes = 0

  function rankIn(key: string, kept: Kept<V>): void {
    kept.rank = kept.uses + age
    const keys = ranks.get(kept.rank)
    if (keys) keys.add(key)
    else ranks.set(kept.rank, new Set([key]))
  }

  function rankOut(key: string, { rank }: Kept<V>): void {
    const keys = ranks.get(rank)
    keys?.delete(key)
    if (keys?.size === 0) ranks.delete(rank)
  }

  function remove(key: string, why: "evicted" | "replaced" | "deleted"): void {
    const kept = entries.get(key)
    if (!kept) return
    entries.delete(key)
    rankOut(key, kept)
    bytes -= kept.bytes
    onLeave?.(kept.value, why)
  }

  function makeRoom(newcomer: string): void {
    while (bytes > maxBytes) {
      const lowest = lowestRank(newcomer)
      if (lowest === undefined) return
      age = lowest.rank
      remove(lowest.key, "evicted")
    }
  }

  /** The one to go; never the newcomer, which would else be the first to go for ever. */
  function lowestRank(newcomer: string): { key: string; rank: number } | undefined {
    let found: { key: string; rank: number } | undefined
    for (const [rank, keys] of ranks) {
      if (found && rank >= found.rank) continue
      for (const key of keys) {
        if (key === newcomer) continue
        found = { key, rank }
        break
      }
    }
    return found
  }

  return {
    get(key) {
      const kept = entries.get(key)
      if (!kept) return undefined
      rankOut(key, kept)
      kept.uses += 1
      rankIn(key, kept)
      return kept.value
    },
    peek: (key) => entries.get(key)?.value,
    set(key, value, size) {
      const before = entries.get(key)
      remove(key, "replaced")
      if (size > maxBytes) return false
      // A new body under the same key is as popular as the old one.
      const kept = { value, bytes: size, uses: before?.uses ?? 1, rank: 0 }
      entries.set(key, kept)
      rankIn(key, kept)
      bytes += size
      makeRoom(key)
      return true
    },
    delete: (key) => remove(key, "deleted"),
    clear() {
      for (const key of entries.keys()) remove(key, "deleted")
    },
    get size() {
      return entries.size
    },
    get bytes() {
      return bytes
    },
  }
}
