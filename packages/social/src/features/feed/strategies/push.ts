// Push (fan-out on write): each post goes into the rings of all active followers of its author. Cheap for reads; a post costs as
// much as its author has active followers.

import type { FeedStrategy } from "./feed-strategy.ts"

export function createPushStrategy(): FeedStrategy {
  return {
    name: "push",
    isHeavy: () => false,
    planFor: ({ active }) => (active ? "ring" : "outboxes"),
  }
}
