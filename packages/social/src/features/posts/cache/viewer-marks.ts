// What members did with posts, in memory for those who read.

import type { MemoryFollower } from "../../../events/memory-follower.ts"
import type { CachedPost } from "./cached-post.ts"
import type { PageMarks } from "./status-writer.ts"

/** A member's marks, kept current. What is not in memory of an older post is undefined. */
export interface ViewerMarks {
  readonly viewerId: number
  /** The bits of a post (of a repost, ask for its original), see status-writer.ts; undefined where memory does not say. */
  bitsOf(post: CachedPost): number | undefined
  votesIn(pollId: number): readonly number[] | null
}

export interface ViewerMarksCache extends MemoryFollower {
  /** Of a member whose marks are in memory; counts as use. */
  of(viewerId: number): ViewerMarks | undefined
  /** With the marks of all the posts (of reposts, of their originals): what is missing is asked for. */
  load(viewerId: number, posts: readonly CachedPost[]): Promise<PageMarks>
}
