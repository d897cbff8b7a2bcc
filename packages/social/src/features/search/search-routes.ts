// Routes of the search over accounts, posts and tags.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import { statusJson } from "../posts/status-json.ts"
import { tagJson } from "../tags/tag-json.ts"
import type { Found, SearchQuery } from "./search.ts"

export interface SearchRouteDeps extends Pick<Core, "urls" | "emojis" | "clock"> {
  readonly search: (query: SearchQuery) => Promise<Found>
}

const MAX_QUERY = 500
const MAX_OFFSET = 10_000

const absent = (value: unknown): unknown =>
  value === "" || value === null || value === "None" ? undefined : value

const searchInput = z.object({
  q: field.optionalText(MAX_QUERY),
  type: z.preprocess(absent, z.enum(["accounts", "hashtags", "statuses"]).optional()),
  limit: field.limit(20, 40),
  offset: z.preprocess(absent, field.integer(0, MAX_OFFSET).default(0)),
  following: field.optionalFlag,
  account_id: field.optionalId,
  max_id: field.optionalId,
  min_id: field.optionalId,
  // Everything is on this server and nothing waits for a review: taken, and without effect.
  resolve: field.optionalFlag,
  exclude_unreviewed: field.optionalFlag,
})

export function createSearchRoutes(deps: SearchRouteDeps): Route[] {
  async function find(input: z.infer<typeof searchInput>, viewerId: number | undefined): Promise<Found> {
    const text = input.q?.trim() ?? ""
    if (text === "") throw new AppError("input.invalid", { problems: "q: can't be blank" })
    return deps.search({
      text,
      viewerId,
      type: input.type,
      limit: input.limit,
      // As Mastodon: an offset into three lists at once means nothing.
      offset: input.type === undefined ? 0 : input.offset,
      following: input.following ?? false,
      accountId: input.account_id,
      maxId: input.max_id,
      minId: input.min_id,
    })
  }

  function shown(found: Found, viewerId: number | undefined): { accounts: object[]; statuses: object[] } {
    const context = { ...deps, viewerId, now: deps.clock.now() }
    return {
      accounts: found.accounts.map((account) => accountJson(account, deps)),
      statuses: found.posts.map((post) => statusJson(post, context)),
    }
  }

  return [
    route({
      method: "GET",
      path: "/api/v2/search",
      summary: "Search accounts, posts and tags; or find what a URL of this server shows",
      access: "optional",
      scope: "read:search",
      input: searchInput,
      async handle({ input, viewer }) {
        const found = await find(input, viewer?.accountId)
        const hashtags = found.tags.map((tag) => tagJson(tag, deps))
        return { ...shown(found, viewer?.accountId), hashtags }
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/search",
      summary: "The older search: tags as plain names",
      access: "optional",
      scope: "read:search",
      input: searchInput,
      async handle({ input, viewer }) {
        const found = await find(input, viewer?.accountId)
        return { ...shown(found, viewer?.accountId), hashtags: found.tags.map((tag) => tag.name) }
      },
    }),
  ]
}
