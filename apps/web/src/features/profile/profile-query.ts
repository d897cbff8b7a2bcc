// What a profile's pages read: the account by its address, and what stands beside its posts.

import { queryOptions } from "@tanstack/react-query"
import type { ApiClient } from "../../api/api-client.ts"
import type { Account, FamiliarFollowers, FeaturedTag, Status } from "../../api/entities.ts"

export function accountKey(acct: string) {
  return ["account", acct.toLowerCase()] as const
}

export function accountQuery(api: ApiClient, acct: string) {
  return queryOptions({
    queryKey: accountKey(acct),
    queryFn: ({ signal }) => api.get<Account>("/api/v1/accounts/lookup", { query: { acct }, signal }),
  })
}

export function pinnedKey(accountId: string) {
  return ["pinned", accountId] as const
}

export function pinnedQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: pinnedKey(accountId),
    queryFn: ({ signal }) =>
      api.get<Status[]>(`/api/v1/accounts/${accountId}/statuses`, { query: { pinned: true }, signal }),
  })
}

export function featuredTagsQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: ["featured-tags", accountId],
    queryFn: ({ signal }) =>
      api.get<FeaturedTag[]>(`/api/v1/accounts/${accountId}/featured_tags`, { signal }),
    staleTime: 5 * 60_000,
  })
}

export function endorsedQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: ["endorsed", accountId],
    queryFn: ({ signal }) =>
      api.get<Account[]>(`/api/v1/accounts/${accountId}/endorsements`, { query: { limit: 12 }, signal }),
    staleTime: 5 * 60_000,
  })
}

/** Of those whom the member follows, who follows the account. */
export function familiarQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: ["familiar-followers", accountId],
    queryFn: async ({ signal }) => {
      const [found] = await api.get<FamiliarFollowers[]>("/api/v1/accounts/familiar_followers", {
        query: { id: [accountId] },
        signal,
      })
      return found?.accounts ?? []
    },
    staleTime: 5 * 60_000,
  })
}
