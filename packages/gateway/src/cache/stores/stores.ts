// Every way to evict, by its name in a route.

import type { CacheConfig } from "../cache-schema.ts"
import type { CreateStore } from "./entry-store.ts"
import { createLfuStore } from "./lfu-store.ts"
import { createFifoStore, createLruStore } from "./queue-store.ts"

export const stores: Readonly<Record<CacheConfig["eviction"], CreateStore>> = {
  lru: createLruStore,
  lfu: createLfuStore,
  fifo: createFifoStore,
}
