// Routes of what surrounds a post: its thread, its text as typed, its history.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { JsonBytes } from "../../http/json-bytes.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { PostHistory } from "./post-history.ts"
import { revisionJson } from "./post-history.ts"
import type { FindThread } from "./post-thread.ts"
import type { PostView } from "./post-view.ts"
import type { StatusReplies } from "./status-replies.ts"

export interface PostDetailRoutesDeps extends Pick<Core, "posts" | "urls" | "emojis"> {
  readonly replies: StatusReplies
  readonly findThread: FindThread
  readonly history: PostHistory
}

const oneInput = z.object({ id: field.id })

export function createPostDetailRoutes(deps: PostDetailRoutesDeps): Route[] {
  const { posts, replies } = deps

  async function find(id: number, viewerId: number | undefined): Promise<PostView> {
    const post = await posts.findVisible(id, viewerId)
    if (!post) throw new AppError("record.not_found")
    return post
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/statuses/:id/context",
      summary: "The thread around a post",
      access: "optional",
      scope: "read:statuses",
      input: oneInput,
      async handle(request) {
        const thread = await deps.findThread(request.input.id, request.viewer?.accountId)
        const [ancestors, descendants] = await Promise.all([
          replies.listed(thread.ancestors, request, "thread"),
          replies.listed(thread.descendants, request, "thread"),
        ])
        return JsonBytes.object({ ancestors, descendants })
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/statuses/:id/history",
      summary: "All states of a post, the first first",
      access: "optional",
      scope: "read:statuses",
      input: oneInput,
      async handle({ input, viewer }) {
        const post = await find(input.id, viewer?.accountId)
        const revisions = await deps.history.revisions(post)
        return revisions.map((revision) => revisionJson(revision, post, deps))
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/statuses/:id/source",
      summary: "An own post as typed, for the editor",
      access: "member",
      scope: "read:statuses",
      input: oneInput,
      async handle({ input, viewer }) {
        const post = await find(input.id, viewer.accountId)
        if (post.author_id !== viewer.accountId) throw new AppError("record.not_found")
        return { id: String(post.id), text: post.text, spoiler_text: post.spoiler_text }
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/statuses/:id/quotes",
      summary: "Posts that quote a post: none, since quotes are not supported",
      access: "optional",
      scope: "read:statuses",
      input: z.object({ id: field.id, ...pageFields(20, 40) }),
      async handle({ input, viewer }) {
        await find(input.id, viewer?.accountId)
        return []
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/statuses/:id/translate",
      summary: "Refused: no translation service is configured",
      access: "member",
      scope: "read:statuses",
      input: oneInput,
      async handle({ input, viewer }) {
        await find(input.id, viewer.accountId)
        throw new AppError("translation.unavailable")
      },
    }),
  ]
}
