// Lists, wired: for the list of features.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { createListTimeline } from "../feed/postgres-home.ts"
import type { StatusReplies } from "../posts/status-replies.ts"
import { createChangeLists } from "./change-lists.ts"
import { createListRoutes } from "./list-routes.ts"
import { createListStore } from "./list-store.ts"
import { createListTimelineRoute } from "./list-timeline-route.ts"

export function createListsFeature(deps: { core: Core; replies: StatusReplies }): {
  readonly routes: readonly Route[]
} {
  const { core, replies } = deps
  const lists = createListStore(core)
  return {
    routes: [
      ...createListRoutes({ ...core, lists, changeLists: createChangeLists(core) }),
      createListTimelineRoute({ lists, replies, listTimeline: createListTimeline(core) }),
    ],
  }
}
