// Routes by which members find each other: search, suggestions, directory.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import { route } from "../../http/route.ts"
import type { Route } from "../../http/route.ts"
import type { ListDirectory } from "./account-directory.ts"
import { accountJson } from "./account-json.ts"
import type { SearchAccounts } from "./search-accounts.ts"
import type { SuggestAccounts, SuggestedAccount } from "./suggest-accounts.ts"

/** How far into a list an offset may reach. */
const MAX_OFFSET = 10_000

const offset = z.preprocess(
  (value) => (value === "" || value === null ? undefined : value),
  field.integer(0, MAX_OFFSET).default(0),
)

export interface DiscoveryRoutesDeps extends Pick<Core, "urls" | "emojis"> {
  readonly searchAccounts: SearchAccounts
  readonly suggestAccounts: SuggestAccounts
  readonly listDirectory: ListDirectory
}

export function createDiscoveryRoutes(deps: DiscoveryRoutesDeps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/accounts/search",
      summary: "Search accounts by name",
      access: "member",
      scope: "read:accounts",
      input: z.object({
        q: field.text(500),
        limit: field.limit(40, 80),
        offset,
        following: field.optionalFlag,
        // Every account is on this server: there is nothing to resolve elsewhere.
        resolve: field.optionalFlag,
      }),
      async handle({ input, viewer }) {
        const found = await deps.searchAccounts({
          text: input.q,
          viewerId: viewer.accountId,
          following: input.following ?? false,
          limit: input.limit,
          offset: input.offset,
        })
        return found.map((account) => accountJson(account, deps))
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/directory",
      summary: "Accounts that want to be found",
      access: "optional",
      scope: "read:accounts",
      input: z.object({
        order: z.preprocess(
          (value) => (value === "" ? undefined : value),
          z.enum(["active", "new"]).default("active"),
        ),
        limit: field.limit(40, 80),
        offset,
        // Every account is local.
        local: field.optionalFlag,
      }),
      async handle({ input, viewer }) {
        const found = await deps.listDirectory({
          order: input.order,
          viewerId: viewer?.accountId,
          limit: input.limit,
          offset: input.offset,
        })
        return found.map((account) => accountJson(account, deps))
      },
    }),
    ...createSuggestionRoutes(deps),
  ]
}

function createSuggestionRoutes(deps: DiscoveryRoutesDeps): Route[] {
  const shared = {
    method: "GET",
    access: "member",
    scope: "read:accounts",
    input: z.object({ limit: field.limit(40, 80) }),
  } as const
  return [
    route({
      ...shared,
      path: "/api/v1/suggestions",
      summary: "Accounts that the member may want to follow, as older apps ask",
      async handle({ input, viewer }) {
        const found = await deps.suggestAccounts(viewer.accountId, input.limit)
        return found.map(({ account }) => accountJson(account, deps))
      },
    }),
    route({
      ...shared,
      path: "/api/v2/suggestions",
      summary: "Accounts that the member may want to follow, with the reason",
      async handle({ input, viewer }) {
        const found = await deps.suggestAccounts(viewer.accountId, input.limit)
        return found.map((suggestion) => suggestionJson(suggestion, deps))
      },
    }),
  ]
}

/** `source` is what Mastodon said before it had `sources`. */
function suggestionJson({ account, reason }: SuggestedAccount, deps: DiscoveryRoutesDeps): object {
  return {
    source: reason === "friends_of_friends" ? "past_interactions" : "global",
    sources: [reason],
    account: accountJson(account, deps),
  }
}
