// Posts in memory, wired: the cache, what viewers did and would rather not read, and pages made of all that.

import type { Core } from "../../../core.ts"
import type { MemoryFollower } from "../../../events/memory-follower.ts"
import type { HidePosts } from "../../filters/hide-posts.ts"
import { createHidePosts } from "../../filters/hide-posts.ts"
import type { MemberFilters } from "../../filters/member-filters.ts"
import { createMemberFilters } from "../../filters/member-filters.ts"
import type { PostCache } from "./post-cache.ts"
import { createPostCache } from "./post-cache.ts"
import type { StatusPages } from "./status-pages.ts"
import { createStatusPages } from "./status-pages.ts"
import { createViewerMarks } from "./viewer-marks.ts"

export interface PostsInMemory {
  readonly posts: PostCache
  readonly pages: StatusPages
  readonly filters: MemberFilters
  readonly hide: HidePosts
  /** To be given the log. */
  readonly memory: readonly MemoryFollower[]
}

const MIB = 1_048_576

export function createPostsInMemory(core: Core): PostsInMemory {
  const posts = createPostCache({
    ...core,
    budgetBytes: core.settings.feed.postCacheMiB * MIB,
  })
  const marks = createViewerMarks(core)
  const filters = createMemberFilters(core)
  const pages = createStatusPages({ ...core, views: core.posts, posts, marks, filters })
  const hide = createHidePosts({ ...core, filters, posts })
  return { posts, pages, filters, hide, memory: [posts, marks, filters] }
}
