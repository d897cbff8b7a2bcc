// Routes of hashtags: one by its name, following it, and the list of those followed.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import type { TagFollows } from "./tag-follows.ts"
import { tagJson } from "./tag-json.ts"
import type { Tags } from "./tags.ts"
import { hashtagOf } from "./tags.ts"

export interface TagRouteDeps extends Pick<Core, "urls"> {
  readonly tags: Tags
  readonly tagFollows: TagFollows
}

const name = field.text(500)

export function createTagRoutes(deps: TagRouteDeps): Route[] {
  const { tags, tagFollows } = deps

  async function show(written: string, viewerId: number | undefined): Promise<object> {
    const tag = await tags.find(written, viewerId)
    if (!tag) throw new AppError("record.not_found")
    return tagJson(tag, deps)
  }

  const change = (action: "follow" | "unfollow", summary: string): Route =>
    route({
      method: "POST",
      path: `/api/v1/tags/:name/${action}`,
      summary,
      access: "member",
      scope: "write:follows",
      input: z.object({ name }),
      async handle({ input, viewer }) {
        const tag = hashtagOf(input.name)
        if (tag === undefined) throw new AppError("record.not_found")
        await tagFollows[action](viewer.accountId, tag)
        return show(tag, viewer.accountId)
      },
    })

  return [
    route({
      method: "GET",
      path: "/api/v1/tags/:name",
      summary: "A hashtag, how much it was used in the last seven days, and whether one follows it",
      access: "optional",
      scope: "read",
      input: z.object({ name }),
      handle: ({ input, viewer }) => show(input.name, viewer?.accountId),
    }),
    change("follow", "Follow a hashtag: its public posts come to the home timeline"),
    change("unfollow", "Unfollow a hashtag"),
    route({
      method: "GET",
      path: "/api/v1/followed_tags",
      summary: "The hashtags that one follows",
      access: "member",
      scope: "read:follows",
      input: z.object(pageFields(100, 200)),
      async handle({ input, viewer }) {
        const followed = await tagFollows.list(viewer.accountId, input)
        const views = await tags.views(
          followed.map((row) => row.tag),
          viewer.accountId,
        )
        return pageReply(
          views.map((tag) => tagJson(tag, deps)),
          pageEnds(followed, input, (row) => row.id),
        )
      },
    }),
  ]
}
