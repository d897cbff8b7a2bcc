// Routes of posts themselves: publish and read. What members do with posts is in mark-routes.ts.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { cleanText } from "../../text/clean-text.ts"
import type { CreatePost } from "./create-post.ts"
import { statusJson } from "./status-json.ts"

const visibility = z.enum(["public", "unlisted", "private", "direct"])

/** Bytes of a post's text, whatever its length in characters: one character may carry any number of marks. */
const MAX_TEXT = 20_000

const statusInput = z.object({
  status: field.optionalText(MAX_TEXT),
  spoiler_text: field.optionalText(MAX_TEXT),
  visibility: z.preprocess((value) => (value === "" || value === null ? undefined : value), visibility.optional()),
  sensitive: field.optionalFlag,
  language: field.optionalText(10),
  in_reply_to_id: field.optionalId,
  media_ids: field.list(field.id),
  poll: z
    .object({
      options: field.list(field.text(500)),
      expires_in: field.integer(0, 31_556_952),
      multiple: field.optionalFlag,
      hide_totals: field.optionalFlag,
    })
    .optional(),
})

export function createPostRoutes(
  deps: Pick<Core, "posts" | "urls" | "emojis" | "clock"> & { createPost: CreatePost },
): Route[] {
  const { posts, createPost } = deps

  async function show(id: number, viewerId: number | undefined): Promise<object> {
    const post = await posts.findVisible(id, viewerId)
    if (!post) throw new AppError("record.not_found")
    return statusJson(post, { ...deps, viewerId, now: deps.clock.now() })
  }

  return [
    route({
      method: "POST",
      path: "/api/v1/statuses",
      summary: "Publish a post",
      access: "member",
      scope: "write:statuses",
      input: statusInput,
      async handle({ input, viewer, headers }) {
        const key = headers["idempotency-key"]
        const id = await createPost(viewer.accountId, {
          text: cleanText(input.status ?? ""),
          spoiler_text: cleanText(input.spoiler_text ?? ""),
          visibility: input.visibility,
          sensitive: input.sensitive,
          language: input.language || undefined,
          reply_to_id: input.in_reply_to_id,
          media_ids: input.media_ids,
          poll: input.poll && {
            options: input.poll.options.map(cleanText),
            expires_in: input.poll.expires_in,
            multiple: input.poll.multiple ?? false,
            hide_totals: input.poll.hide_totals ?? false,
          },
          application: null,
          idempotencyKey: typeof key === "string" && key !== "" ? key.slice(0, 255) : undefined,
        })
        return show(id, viewer.accountId)
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/statuses/:id",
      summary: "Show a post",
      access: "optional",
      scope: "read:statuses",
      input: z.object({ id: field.id }),
      handle: ({ input, viewer }) => show(input.id, viewer?.accountId),
    }),
  ]
}
