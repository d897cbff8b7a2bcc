// A post on its way to those who read it: into its author's outbox always, and into the rings of the author's active followers
// unless the author is heavy and is pulled at read.

import type { FeedMemoryOptions, LoadedFeed } from "./feed-memory.ts"
import { createIndexBuffer } from "./memory/buffers.ts"

export interface FanOut {
  deliver(postId: number, author: number): void
  /** Forgets the oldest posts where there are twice as many as wanted. */
  makeRoom(): void
}

/** How often, in posts, it is remembered which post was the newest: what the outboxes are cut by. */
const MILESTONE = 1_000

export function createFanOut(
  feed: LoadedFeed,
  options: Pick<FeedMemoryOptions, "strategy" | "recentPosts">,
): FanOut {
  const { graph, outboxes, tagOutboxes, rings, heavy } = feed
  const followers = createIndexBuffer()
  /** Ids that were delivered, each thousandth, oldest first. */
  let milestones: number[] = []
  let delivered = 0

  /** Whether the author is heavy from now on. Counting active followers is left out where all of them are too few. */
  function isHeavy(author: number, count: number): boolean {
    const was = heavy.has(author)
    if (!was && !options.strategy.isHeavy({ activeFollowers: count, heavy: was })) return false
    const activeFollowers = rings.countActive(followers.values, count)
    const now = options.strategy.isHeavy({ activeFollowers, heavy: was })
    if (now) heavy.add(author)
    else heavy.delete(author)
    // Rings lack what the author posted while heavy: those who have them pull once, and fill them again.
    if (was && !now) for (let i = 0; i < count; i += 1) rings.drop(followers.values[i] ?? 0)
    return now
  }

  return {
    deliver(postId, author) {
      outboxes.push(author, postId)
      delivered += 1
      if (delivered % MILESTONE === 0) milestones.push(postId)
      if (rings.size === 0) return
      const count = graph.followersOf(author, followers)
      if (!isHeavy(author, count)) rings.deliver(postId, author, followers.values, count)
    },
    makeRoom() {
      if (outboxes.size < options.recentPosts * 2 || milestones.length === 0) return
      const kept = Math.floor(options.recentPosts / MILESTONE)
      const floor = milestones.at(-kept - 1) ?? milestones[0] ?? 0
      milestones = milestones.filter((id) => id > floor)
      outboxes.raiseFloor(floor)
      tagOutboxes.raiseFloor(floor)
    },
  }
}
