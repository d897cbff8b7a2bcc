// Posts as answers, from memory where memory may be shown.

import type { JsonBytes } from "../../../http/json-bytes.ts"
import type { CachedPost } from "./cached-post.ts"

export interface RenderOptions {
  /** Memory is behind what the reader must see: everything is asked of PostgreSQL. */
  readonly fresh?: boolean
}

export interface StatusPages {
  /** The posts of `ids` in that order, as an array. The caller has made sure that the viewer may see them. */
  render(ids: readonly number[], viewerId: number | undefined, options?: RenderOptions): Promise<JsonBytes>
  /** One post; undefined when it is gone. */
  renderOne(id: number, viewerId: number | undefined, options?: RenderOptions): Promise<JsonBytes | undefined>
  /** At once, from posts that were just got from the cache; undefined where the viewer's marks are not all in memory. */
  renderNow(posts: readonly CachedPost[], viewerId: number | undefined): JsonBytes | undefined
}
