// Timelines, wired.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { createDirectTimeline } from "./direct-timeline.ts"
import { createHomeTimeline } from "./home-timeline.ts"
import { createPublicTimelines } from "./public-timelines.ts"
import { createTimelineRoutes } from "./timeline-routes.ts"

export function createTimelinesFeature(core: Core): { readonly routes: readonly Route[] } {
  const routes = createTimelineRoutes({
    ...core,
    homeTimeline: createHomeTimeline(core),
    publicTimelines: createPublicTimelines(core),
    directTimeline: createDirectTimeline(core),
  })
  return { routes }
}
