// Posts in memory, with their authors and originals, ready to be written.

import type { MemoryFollower } from "../../../events/memory-follower.ts"
import type { CachedPost } from "./cached-post.ts"

export interface PostCache extends MemoryFollower {
  /** A post whose author, and whose original where it is a repost, are in memory too. Counts as use. */
  get(id: number): CachedPost | undefined
  /** The posts of `ids` that exist, by id; what is missing in memory is loaded. Decides nothing about visibility. */
  load(ids: readonly number[]): Promise<ReadonlyMap<number, CachedPost>>
  stats(): PostCacheStats
}

export interface PostCacheStats {
  readonly hits: number
  readonly misses: number
  readonly evictions: number
  readonly posts: number
  readonly accounts: number
  /** Of memory, about. */
  readonly bytes: number
}
