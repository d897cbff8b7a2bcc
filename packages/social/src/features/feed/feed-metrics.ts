// What the feed counts about itself: where homes came from, what memory holds, and how soon a post is there for its author's
// followers.

import type { Histogram, Metrics } from "@aviary/kit"
import type { PostCache } from "../posts/cache/post-cache.ts"
import type { FeedMemory } from "./feed-memory.ts"
import type { HomeSource } from "./home-page.ts"
import type { ViewerStates } from "./viewer-states.ts"

export interface FeedMetrics {
  read(source: HomeSource): void
  /** A post came into memory `ms` after it was written, by an author with so many followers. */
  visible(ms: number, followers: number): void
}

/** Authors by how many followers they have: the upper bounds, and how the metric calls them. */
const SIZES: readonly (readonly [most: number, label: string])[] = [
  [99, "0-99"],
  [9_999, "100-9999"],
  [Number.POSITIVE_INFINITY, "10000+"],
]

export function createFeedMetrics(metrics: Metrics): FeedMetrics {
  const reads = metrics.counters({
    name: "aviary_feed_reads_total",
    help: "Pages of home timelines by where they came from: the member's ring, authors' outboxes, PostgreSQL.",
    labels: ["source"],
  })
  const bySource: Readonly<Record<HomeSource, { inc(): void }>> = {
    ring: reads.with({ source: "ring" }),
    outboxes: reads.with({ source: "outboxes" }),
    postgres: reads.with({ source: "postgres" }),
  }
  const lags = metrics.histograms({
    name: "aviary_feed_lag_seconds",
    help: "From a post being written to its being visible to followers in this process, by its author's followers.",
    labels: ["followers"],
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  })
  const bySize: readonly (readonly [number, Histogram])[] = SIZES.map(([most, followers]) => [
    most,
    lags.with({ followers }),
  ])
  return {
    read: (source) => bySource[source].inc(),
    visible(ms, followers) {
      bySize.find(([most]) => followers <= most)?.[1].observe(Math.max(0, ms) / 1_000)
    },
  }
}

/** Figures that are read from memory itself when somebody asks. */
export function observeFeed(
  metrics: Metrics,
  parts: { memory: FeedMemory; states: ViewerStates; posts: PostCache },
): void {
  const gauge = (name: string, help: string, collect: () => number): void => {
    metrics.gauge({ name, help, collect })
  }
  const feed = () => parts.memory.stats()
  gauge("aviary_feed_ready", "1 when the feed is in memory, 0 while it is read from PostgreSQL.", () =>
    Number(parts.memory.isReady()),
  )
  gauge("aviary_feed_rings", "Members with a ring.", () => feed().rings)
  gauge("aviary_feed_ring_bytes", "Bytes of all rings.", () => feed().ringBytes)
  gauge("aviary_feed_bytes", "Bytes of graph, outboxes and rings.", () => feed().bytes)
  gauge("aviary_feed_posts", "Posts in outboxes.", () => feed().posts)
  gauge("aviary_feed_follows", "Follows in memory.", () => feed().follows)
  gauge("aviary_feed_viewers", "Members whose filters are in memory.", () => parts.states.count())
  gauge("aviary_feed_ring_fills", "Rings filled since the feed was loaded.", () => feed().filled)
  gauge(
    "aviary_feed_ring_evictions",
    "Rings given up for room since the feed was loaded.",
    () => feed().evicted,
  )
  const cache = () => parts.posts.stats()
  gauge("aviary_post_cache_hits", "Posts found in the cache since the start.", () => cache().hits)
  gauge("aviary_post_cache_misses", "Posts not found in the cache since the start.", () => cache().misses)
  gauge("aviary_post_cache_evictions", "Posts given up for room since the start.", () => cache().evictions)
  gauge("aviary_post_cache_bytes", "Bytes of cached posts.", () => cache().bytes)
}
