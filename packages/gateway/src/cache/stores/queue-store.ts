// A store that evicts from one end of a queue: what came first (FIFO) or, when a use puts an entry back to the end, what was not
// used longest (LRU). A Map keeps the order of insertion, so it is the queue.

import type { CreateStore, EntryStore, StoreOptions } from "./entry-store.ts"

interface Kept<V> {
  readonly value: V
  readonly bytes: number
}

function createQueueStore<V>(options: StoreOptions<V>, usedGoesToTheEnd: boolean): EntryStore<V> {
  const { maxBytes, onLeave } = options
  const queue = new Map<string, Kept<V>>()
  let bytes = 0

  function remove(key: string, why: "evicted" | "replaced" | "deleted"): void {
    const kept = queue.get(key)
    if (!kept) return
    queue.delete(key)
    bytes -= kept.bytes
    onLeave?.(kept.value, why)
  }

  function makeRoom(): void {
    for (const key of queue.keys()) {
      if (bytes <= maxBytes) return
      remove(key, "evicted")
    }
  }

  return {
    get(key) {
      const kept = queue.get(key)
      if (kept && usedGoesToTheEnd) {
        queue.delete(key)
        queue.set(key, kept)
      }
      return kept?.value
    },
    peek: (key) => queue.get(key)?.value,
    set(key, value, size) {
      remove(key, "replaced")
      if (size > maxBytes) return false
      queue.set(key, { value, bytes: size })
      bytes += size
      makeRoom()
      return true
    },
    delete: (key) => remove(key, "deleted"),
    clear() {
      for (const key of queue.keys()) remove(key, "deleted")
    },
    get size() {
      return queue.size
    },
    get bytes() {
      return bytes
    },
  }
}

/** Evicts what was not used longest. */
export const createLruStore: CreateStore = (options) => createQueueStore(options, true)

/** Evicts what came first, used or not. */
export const createFifoStore: CreateStore = (options) => createQueueStore(options, false)
