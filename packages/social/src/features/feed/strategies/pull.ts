// Pull (fan-out on read): nothing is written to anybody; a reader's page is merged from the outboxes of those it follows.
// Cheap for posts, dear for reads: what a network without readers would want.

import type { FeedStrategy } from "./feed-strategy.ts"

export function createPullStrategy(): FeedStrategy {
  return { name: "pull", isHeavy: () => true, planFor: () => "outboxes" }
}
