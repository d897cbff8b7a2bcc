// The kept entries with the two indexes that a store does not have: which headers a resource varies by, and which entries carry
// a tag. Holds both in step with what the store evicts.

import type { CacheConfig } from "./cache-schema.ts"
import type { CacheRequest } from "./cache-verdict.ts"
import type { Entry } from "./kept-entry.ts"
import { requestKey, variantKey } from "./request-key.ts"
import { stores } from "./stores/stores.ts"

export interface Entries {
  /** The key under which an answer to this request is, by what is known of how its resource varies. */
  keyOf(request: CacheRequest): { base: string; key: string }
  /** Counts as a use. */
  get(key: string): Entry | undefined
  /** Keeps it; `vary` are the names that its answer varies by. */
  put(entry: Entry, vary: readonly string[]): void
  delete(key: string): void
  /** Drops all that carry one of the tags; how many. */
  purge(tags: readonly string[]): number
  clear(): number
  readonly evicted: number
  readonly size: number
  readonly bytes: number
}

export function createEntries(config: CacheConfig): Entries {
  const variants = new Map<string, { vary: readonly string[]; count: number }>()
  const byTag = new Map<string, Set<string>>()
  let evicted = 0
  const store = stores[config.eviction]<Entry>({
    maxBytes: config.maxBytes,
    onLeave(entry, why) {
      if (why === "evicted") evicted += 1
      forget(entry)
    },
  })

  function forget(entry: Entry): void {
    const of = variants.get(entry.base)
    if (of) {
      of.count -= 1
      if (of.count === 0) variants.delete(entry.base)
    }
    for (const tag of entry.tags) {
      const keys = byTag.get(tag)
      keys?.delete(entry.key)
      if (keys?.size === 0) byTag.delete(tag)
    }
  }

  return {
    keyOf(request) {
      const base = requestKey(request, config)
      const vary = variants.get(base)?.vary
      return { base, key: vary ? variantKey(base, vary, request) : base }
    },
    get: (key) => store.get(key),
    put(entry, vary) {
      // The new one is counted before the old one goes, so that what is known of the resource stays.
      const of = variants.get(entry.base) ?? { vary, count: 0 }
      of.vary = vary
      of.count += 1
      variants.set(entry.base, of)
      if (!store.set(entry.key, entry, entry.bytes)) return forget(entry)
      for (const tag of entry.tags) {
        const keys = byTag.get(tag)
        if (keys) keys.add(entry.key)
        else byTag.set(tag, new Set([entry.key]))
      }
    },
    delete: (key) => store.delete(key),
    purge(tags) {
      let dropped = 0
      for (const tag of tags) {
        for (const key of byTag.get(tag) ?? []) {
          store.delete(key)
          dropped += 1
        }
      }
      return dropped
    },
    clear() {
      const dropped = store.size
      store.clear()
      return dropped
    },
    get evicted() {
      return evicted
    },
    get size() {
      return store.size
    },
    get bytes() {
      return store.bytes
    },
  }
}
