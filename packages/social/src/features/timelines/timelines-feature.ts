// Timelines and trends, wired.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { StatusReplies } from "../posts/status-replies.ts"
import { createTags } from "../tags/tags.ts"
import { createTrendRoutes } from "../trends/trend-routes.ts"
import { createTrending } from "../trends/trending.ts"
import { createDirectTimeline } from "./direct-timeline.ts"
import { createPublicTimelines } from "./public-timelines.ts"
import { createTimelineRoutes } from "./timeline-routes.ts"

export interface TimelinesFeatureDeps {
  readonly core: Core
  readonly replies: StatusReplies
}

export function createTimelinesFeature({ core, replies }: TimelinesFeatureDeps): {
  readonly routes: readonly Route[]
} {
  const publicTimelines = createPublicTimelines(core)
  return {
    routes: [
      ...createTimelineRoutes({ replies, publicTimelines, directTimeline: createDirectTimeline(core) }),
      ...createTrendRoutes({
        ...core,
        replies,
        timelines: publicTimelines,
        trending: createTrending(core),
        tags: createTags(core),
      }),
    ],
  }
}
