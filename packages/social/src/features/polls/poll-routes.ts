// Routes of polls: show and vote. Polls are made, changed and removed with their posts.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { findPoll } from "./find-poll.ts"
import { pollJson } from "./poll-json.ts"
import type { Vote } from "./vote.ts"

export function createPollRoutes(
  deps: Pick<Core, "db" | "posts" | "emojis" | "clock"> & { vote: Vote },
): Route[] {
  async function show(id: number, viewerId: number | undefined): Promise<object> {
    const { post_id } = await findPoll(deps.db, id, viewerId)
    const [post] = await deps.posts.load([post_id], viewerId)
    if (!post?.poll) throw new AppError("record.not_found")
    return pollJson(post.poll, { viewerId, now: deps.clock.now(), emojis: deps.emojis })
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/polls/:id",
      summary: "Show a poll",
      access: "optional",
      scope: "read:statuses",
      input: z.object({ id: field.id }),
      handle: ({ input, viewer }) => show(input.id, viewer?.accountId),
    }),
    route({
      method: "POST",
      path: "/api/v1/polls/:id/votes",
      summary: "Vote in a poll",
      access: "member",
      scope: "write:statuses",
      input: z.object({ id: field.id, choices: field.list(field.integer(0, 1_000)) }),
      async handle({ input, viewer }) {
        await deps.vote(viewer.accountId, input.id, input.choices)
        return show(input.id, viewer.accountId)
      },
    }),
  ]
}
