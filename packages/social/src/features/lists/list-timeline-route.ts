// GET /api/v1/timelines/list/:id: what is shown of the accounts on a list.

import { z } from "zod"
import { field, pageFields } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { ListTimeline } from "../feed/postgres-home.ts"
import type { StatusReplies } from "../posts/status-replies.ts"
import type { ListStore } from "./list-store.ts"

export function createListTimelineRoute(deps: {
  lists: Pick<ListStore, "require">
  replies: StatusReplies
  listTimeline: ListTimeline
}): Route {
  return route({
    method: "GET",
    path: "/api/v1/timelines/list/:id",
    summary: "Posts of the accounts on a list",
    access: "member",
    scope: "read:lists",
    input: z.object({ ...pageFields(20, 40), id: field.id }),
    async handle(request) {
      const { input, viewer } = request
      const list = await deps.lists.require(viewer.accountId, input.id)
      return deps.replies.page(request, input, {
        context: "home",
        read: (page) => deps.listTimeline(list, page),
      })
    },
  })
}
