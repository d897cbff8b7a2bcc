// Routes of featured hashtags: one's own, those of a profile, and suggestions.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { Accounts } from "../accounts/account-store.ts"
import { tagJson } from "../tags/tag-json.ts"
import type { Tags } from "../tags/tags.ts"
import { hashtagOf } from "../tags/tags.ts"
import type { FeaturedTag, FeaturedTags } from "./featured-tags.ts"

export interface FeaturedTagRouteDeps extends Pick<Core, "urls"> {
  readonly featuredTags: FeaturedTags
  readonly tags: Pick<Tags, "find" | "views">
  readonly accounts: Pick<Accounts, "find">
}

const path = "/api/v1/featured_tags"
const write = { access: "member", scope: "write:accounts" } as const
const name = field.text(500)

export function createFeaturedTagRoutes(deps: FeaturedTagRouteDeps): Route[] {
  const { featuredTags, tags, urls } = deps

  async function list(accountId: number): Promise<object[]> {
    const account = await deps.accounts.find(accountId)
    if (!account || account.suspended_at) throw new AppError("record.not_found")
    return (await featuredTags.of(accountId)).map((tag) => featuredTagJson(tag, account.username, urls))
  }

  function requireTag(written: string): string {
    const tag = hashtagOf(written)
    if (tag === undefined) throw new AppError("record.not_found")
    return tag
  }

  const onTag = (action: "feature" | "unfeature", summary: string): Route =>
    route({
      method: "POST",
      path: `/api/v1/tags/:name/${action}`,
      summary,
      ...write,
      input: z.object({ name }),
      async handle({ input, viewer }) {
        const tag = requireTag(input.name)
        await featuredTags[action](viewer.accountId, tag)
        const shown = await tags.find(tag, viewer.accountId)
        return shown && tagJson(shown, deps)
      },
    })

  return [
    route({
      method: "GET",
      path,
      summary: "Hashtags on the member's profile",
      access: "member",
      scope: "read:accounts",
      handle: ({ viewer }) => list(viewer.accountId),
    }),
    route({
      method: "POST",
      path,
      summary: "Put a hashtag on one's profile",
      ...write,
      input: z.object({ name }),
      async handle({ input, viewer }) {
        const tag = hashtagOf(input.name)
        if (tag === undefined) throw new AppError("input.invalid", { problems: "name: is not a hashtag" })
        await featuredTags.feature(viewer.accountId, tag)
        const all = (await list(viewer.accountId)) as { name: string }[]
        return all.find((one) => one.name === tag)
      },
    }),
    route({
      method: "DELETE",
      path: `${path}/:id`,
      summary: "Take a hashtag off one's profile",
      ...write,
      input: z.object({ id: field.id }),
      handle: ({ input, viewer }) => featuredTags.unfeatureById(viewer.accountId, input.id),
    }),
    route({
      method: "GET",
      path: `${path}/suggestions`,
      summary: "Hashtags that the member used most of late",
      access: "member",
      scope: "read:accounts",
      async handle({ viewer }) {
        const names = await featuredTags.suggest(viewer.accountId)
        return (await tags.views(names, viewer.accountId)).map((tag) => tagJson(tag, deps))
      },
    }),
    onTag("feature", "Put a hashtag on one's profile"),
    onTag("unfeature", "Take a hashtag off one's profile"),
    route({
      method: "GET",
      path: "/api/v1/accounts/:id/featured_tags",
      summary: "Hashtags on an account's profile",
      access: "optional",
      scope: "read:accounts",
      input: z.object({ id: field.id }),
      handle: ({ input }) => list(input.id),
    }),
  ]
}

function featuredTagJson(
  { id, tag, posts, last_post_at }: FeaturedTag,
  username: string,
  urls: Core["urls"],
): object {
  return {
    id: String(id),
    name: tag,
    url: `${urls.account(username)}/tagged/${encodeURIComponent(tag)}`,
    statuses_count: String(posts),
    last_status_at: last_post_at?.toISOString().slice(0, 10) ?? null,
  }
}
