// Routes of posts themselves: publish, schedule, show, edit, delete. What members do with posts is in mark-routes.ts, what
// surrounds a post in post-detail-routes.ts.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { SchedulePost } from "../scheduled-posts/schedule-post.ts"
import { scheduledPostJson } from "../scheduled-posts/scheduled-post-json.ts"
import type { CreatePost } from "./create-post.ts"
import type { DeletePost } from "./delete-post.ts"
import type { EditPost } from "./edit-post.ts"
import type { FindApplication } from "./post-application.ts"
import { editInput, newPost, postEdit, statusInput } from "./status-input.ts"
import { statusJson } from "./status-json.ts"
import type { StatusReplies } from "./status-replies.ts"

export interface PostRoutesDeps extends Pick<Core, "posts" | "urls" | "emojis" | "clock"> {
  readonly replies: StatusReplies
  readonly createPost: CreatePost
  readonly schedulePost: SchedulePost
  readonly editPost: EditPost
  readonly deletePost: DeletePost
  readonly findApplication: FindApplication
}

/** Posts that one request may ask for by id. */
const MAX_IDS = 20

const oneInput = z.object({ id: field.id })

export function createPostRoutes(deps: PostRoutesDeps): Route[] {
  const { posts, replies } = deps
  return [
    publishRoute(deps),
    route({
      method: "GET",
      path: "/api/v1/statuses",
      summary: "Show several posts",
      access: "optional",
      scope: "read:statuses",
      input: z.object({ id: field.list(field.id, MAX_IDS) }),
      async handle(request) {
        const visible = await posts.filterVisible(request.input.id, request.viewer?.accountId)
        return replies.list(visible, request)
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/statuses/:id",
      summary: "Show a post",
      access: "optional",
      scope: "read:statuses",
      input: oneInput,
      handle: (request) => replies.show(request.input.id, request),
    }),
    route({
      method: "PUT",
      path: "/api/v1/statuses/:id",
      summary: "Edit a post",
      access: "member",
      scope: "write:statuses",
      input: editInput,
      async handle({ input, viewer }) {
        await deps.editPost(viewer.accountId, input.id, postEdit(input))
        return replies.posted(input.id, viewer.accountId)
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/statuses/:id",
      summary: "Delete a post; answers its text and media, to be written anew",
      access: "member",
      scope: "write:statuses",
      input: oneInput,
      async handle({ input, viewer }) {
        const post = await posts.findVisible(input.id, viewer.accountId)
        if (post?.author_id !== viewer.accountId) throw new AppError("record.not_found")
        await deps.deletePost(viewer.accountId, input.id)
        const context = { ...deps, viewerId: viewer.accountId, now: deps.clock.now() }
        return { ...statusJson(post, context), text: post.text }
      },
    }),
  ]
}

function publishRoute(deps: PostRoutesDeps): Route {
  return route({
    method: "POST",
    path: "/api/v1/statuses",
    summary: "Publish a post, or schedule it",
    access: "member",
    scope: "write:statuses",
    input: statusInput,
    async handle({ input, viewer, headers }) {
      const key = headers["idempotency-key"]
      const post = newPost(input, {
        application: await deps.findApplication(viewer.appId),
        idempotencyKey: typeof key === "string" && key !== "" ? key.slice(0, 255) : undefined,
      })
      if (input.scheduled_at === undefined) {
        const id = await deps.createPost(viewer.accountId, post)
        // It may only be gone again, where an old key named it.
        return deps.replies.posted(id, viewer.accountId)
      }
      const at = { scheduledAt: input.scheduled_at, appId: viewer.appId }
      return scheduledPostJson(await deps.schedulePost(viewer.accountId, post, at), deps.urls)
    },
  })
}
