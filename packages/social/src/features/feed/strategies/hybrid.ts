// Hybrid: push where that is cheap. An author with very many active followers is heavy and is pulled, and so is everything for
// a reader who follows very many or reads seldom. Source: Silberstein et al., Feeding Frenzy, SIGMOD 2010, whose rule compares
// the rates of both sides of each edge; here one number a side decides, which is as good where activity is a ring.

import type { FeedStrategy } from "./feed-strategy.ts"

export interface HybridLimits {
  /** Active followers from which on an author is heavy. */
  readonly heavyFollowers: number
  /** A reader who follows more pulls. */
  readonly pullAboveFollows: number
}

/** A heavy author is light again below this share of the limit, so that one near it does not go to and fro. */
const LIGHT_AGAIN = 0.8

export function createHybridStrategy(limits: HybridLimits): FeedStrategy {
  return {
    name: "hybrid",
    isHeavy: ({ activeFollowers, heavy }) =>
      activeFollowers > limits.heavyFollowers * (heavy ? LIGHT_AGAIN : 1),
    planFor: ({ followees, active }) =>
      active && followees <= limits.pullAboveFollows ? "ring-and-heavy" : "outboxes",
  }
}
