// Routes of what members do with posts: like, repost, bookmark, pin, mute a conversation. Each answers with the post as it is
// afterwards.

import { z } from "zod"
import { field } from "../../http/input.ts"
import type { Member } from "../../http/viewer.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { MarkPost } from "./mark-post.ts"
import type { MuteConversation } from "./mute-conversation.ts"
import type { Pins } from "./pin-post.ts"
import type { Reposts } from "./repost-post.ts"
import type { StatusReplies } from "./status-replies.ts"

export interface MarkRoutesDeps {
  readonly replies: StatusReplies
  readonly marks: MarkPost
  readonly reposts: Reposts
  readonly pins: Pins
  readonly muteConversation: MuteConversation
}

const postInput = z.object({ id: field.id })

const repostInput = z.object({
  id: field.id,
  visibility: z.preprocess(
    (value) => (value === "" || value === null ? undefined : value),
    z.enum(["public", "unlisted", "private"]).optional(),
  ),
})

export function createMarkRoutes(deps: MarkRoutesDeps): Route[] {
  const { replies, marks, reposts, pins, muteConversation } = deps

  /** A route that does something with a post and then shows it. */
  function action(
    name: string,
    spec: { summary: string; scope: string },
    run: (memberId: number, postId: number) => Promise<void>,
  ): Route {
    return route({
      method: "POST",
      path: `/api/v1/statuses/:id/${name}`,
      access: "member",
      ...spec,
      input: postInput,
      async handle({ input, viewer }: { input: { id: number }; viewer: Member }) {
        await run(viewer.accountId, input.id)
        return replies.written(input.id, viewer.accountId)
      },
    })
  }

  const likes = "write:favourites"
  const bookmarks = "write:bookmarks"
  return [
    action("favourite", { summary: "Like a post", scope: likes }, (member, id) =>
      marks.mark("like", member, id),
    ),
    action("unfavourite", { summary: "Take a like back", scope: likes }, (member, id) =>
      marks.unmark("like", member, id),
    ),
    action("bookmark", { summary: "Bookmark a post", scope: bookmarks }, (member, id) =>
      marks.mark("bookmark", member, id),
    ),
    action("unbookmark", { summary: "Remove a bookmark", scope: bookmarks }, (member, id) =>
      marks.unmark("bookmark", member, id),
    ),
    action("pin", { summary: "Pin an own post to the profile", scope: "write:accounts" }, (member, id) =>
      pins.pin(member, id),
    ),
    action("unpin", { summary: "Unpin an own post", scope: "write:accounts" }, (member, id) =>
      pins.unpin(member, id),
    ),
    action("mute", { summary: "Mute a conversation", scope: "write:mutes" }, (member, id) =>
      muteConversation(member, id, true),
    ),
    action("unmute", { summary: "Unmute a conversation", scope: "write:mutes" }, (member, id) =>
      muteConversation(member, id, false),
    ),
    route({
      method: "POST",
      path: "/api/v1/statuses/:id/reblog",
      summary: "Repost a post",
      access: "member",
      scope: "write:statuses",
      input: repostInput,
      async handle({ input, viewer }) {
        const id = await reposts.repost(viewer.accountId, input.id, input.visibility)
        return replies.written(id, viewer.accountId)
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/statuses/:id/unreblog",
      summary: "Take a repost back; answers the original",
      access: "member",
      scope: "write:statuses",
      input: postInput,
      async handle({ input, viewer }) {
        const original = await reposts.unrepost(viewer.accountId, input.id)
        return replies.written(original, viewer.accountId)
      },
    }),
  ]
}
