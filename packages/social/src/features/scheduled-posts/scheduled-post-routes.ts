// Routes of scheduled posts: list, show, move, cancel. They are made by POST /api/v1/statuses.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { timeField } from "../posts/status-input.ts"
import { createCancelScheduledPost, createReschedulePost } from "./schedule-post.ts"
import { findScheduled, listScheduled } from "./scheduled-post.ts"
import { scheduledPostJson } from "./scheduled-post-json.ts"

const oneInput = z.object({ id: field.id })

export function createScheduledPostRoutes(deps: Pick<Core, "db" | "clock" | "urls">): Route[] {
  const { db, urls } = deps
  const reschedulePost = createReschedulePost(deps)
  const cancelScheduledPost = createCancelScheduledPost(deps)
  return [
    route({
      method: "GET",
      path: "/api/v1/scheduled_statuses",
      summary: "The member's scheduled posts",
      access: "member",
      scope: "read:statuses",
      input: z.object(pageFields(20, 40)),
      async handle({ input, viewer }) {
        const rows = await listScheduled(db, viewer.accountId, input)
        const body = rows.map((post) => scheduledPostJson(post, urls))
        return pageReply(
          body,
          pageEnds(rows, input, (row) => row.id),
        )
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/scheduled_statuses/:id",
      summary: "Show a scheduled post",
      access: "member",
      scope: "read:statuses",
      input: oneInput,
      async handle({ input, viewer }) {
        const post = await findScheduled(db, viewer.accountId, input.id)
        if (!post) throw new AppError("record.not_found")
        return scheduledPostJson(post, urls)
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/scheduled_statuses/:id",
      summary: "Move a scheduled post to another time",
      access: "member",
      scope: "write:statuses",
      input: z.object({ id: field.id, scheduled_at: timeField }),
      async handle({ input, viewer }) {
        if (input.scheduled_at === undefined) {
          throw new AppError("input.invalid", { problems: "scheduled_at: can't be blank" })
        }
        return scheduledPostJson(await reschedulePost(viewer.accountId, input.id, input.scheduled_at), urls)
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/scheduled_statuses/:id",
      summary: "Cancel a scheduled post",
      access: "member",
      scope: "write:statuses",
      input: oneInput,
      async handle({ input, viewer }) {
        await cancelScheduledPost(viewer.accountId, input.id)
        return {}
      },
    }),
  ]
}
