// The feed, wired: what of it follows the log, what fills it, and its routes.

import type { Part } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { MemoryFollower } from "../../events/memory-follower.ts"
import type { FastRoute } from "../../http/fast-lane.ts"
import type { Route } from "../../http/route.ts"
import type { HidePosts } from "../filters/hide-posts.ts"
import type { PostCache } from "../posts/cache/post-cache.ts"
import type { StatusPages } from "../posts/cache/status-pages.ts"
import { readFeedImage } from "./feed-image.ts"
import type { FeedLoader } from "./feed-loader.ts"
import { createFeedLoader } from "./feed-loader.ts"
import type { FeedMemory } from "./feed-memory.ts"
import { createFeedMemory } from "./feed-memory.ts"
import { createFeedMetrics, observeFeed } from "./feed-metrics.ts"
import type { HomePages } from "./home-page.ts"
import { createHomePages } from "./home-page.ts"
import { createHomeRoutes } from "./home-routes.ts"
import { createPostgresHome } from "./postgres-home.ts"
import { createEngagementRecencyRanker } from "./ranking/engagement-recency-ranker.ts"
import { createRankedHome } from "./ranking/ranked-home.ts"
import { createRankedHomes } from "./ranking/ranked-homes.ts"
import { createRankedRoutes } from "./ranking/ranked-routes.ts"
import { feedStrategies } from "./strategies/feed-strategies.ts"
import { createViewerStates } from "./viewer-states.ts"

export interface FeedFeature {
  readonly routes: readonly Route[]
  readonly fastRoutes: readonly FastRoute[]
  readonly memory: readonly MemoryFollower[]
  readonly parts: readonly Part[]
  /** For tests and benchmarks. */
  readonly feed: { readonly memory: FeedMemory; readonly loader: FeedLoader; readonly home: HomePages }
}

const MIB = 1_048_576

export function createFeedFeature(
  core: Core,
  deps: { posts: PostCache; pages: StatusPages; hide: HidePosts },
): FeedFeature {
  const { db, clock, settings } = core
  const metrics = createFeedMetrics(core.metrics)
  const memory = createFeedMemory({
    strategy: feedStrategies[settings.feed.strategy](settings.feed),
    ringBytes: settings.feed.ringMiB * MIB,
    recentPosts: settings.feed.recentPosts,
    now: () => clock.now(),
    onVisible: (ms, followers) => metrics.visible(ms, followers),
    onDropped: () => loader.wake(),
  })
  const loader = createFeedLoader({
    ...core,
    memory,
    readImage: () => readFeedImage(db, settings.feed.recentPosts),
  })
  const states = createViewerStates(core)
  observeFeed(core.metrics, { memory, states, posts: deps.posts })
  const home = createHomePages({
    ...deps,
    clock,
    memory,
    states,
    postgresHome: createPostgresHome(core),
    onRead: (source) => metrics.read(source),
  })
  const ranked = createRankedHomes({ ...core, home, ranker: createEngagementRecencyRanker() })
  const rankedHome = createRankedHome({ ...core, ranked, states, pages: deps.pages })
  const homeRoutes = createHomeRoutes({ home, rankedHome, reading: core.reading })
  return {
    routes: [...homeRoutes.routes, ...createRankedRoutes({ ...core, ...deps, ranked })],
    fastRoutes: homeRoutes.fastRoutes,
    memory: [memory, states],
    parts: [loader],
    feed: { memory, loader, home },
  }
}
