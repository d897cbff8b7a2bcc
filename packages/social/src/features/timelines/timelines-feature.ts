// Timelines, wired.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { StatusReplies } from "../posts/status-replies.ts"
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
  const routes = createTimelineRoutes({
    replies,
    publicTimelines: createPublicTimelines(core),
    directTimeline: createDirectTimeline(core),
  })
  return { routes }
}
