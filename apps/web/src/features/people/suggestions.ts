// Members that one may like to follow, each with the reason. Where the server has none (somebody new in a small place), those who
// write most and want to be found.

import { queryOptions } from "@tanstack/react-query"
import type { ApiClient } from "../../api/api-client.ts"
import type { Account, Suggestion } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"

export interface SuggestedMember {
  readonly account: Account
  readonly reason: MessageId
}

const MOST = 20

function reasonOf({ sources }: Suggestion): MessageId {
  return sources?.includes("friends_of_friends") === true
    ? "onboarding.reason.friends"
    : "onboarding.reason.popular"
}

async function readSuggestions(
  api: ApiClient,
  self: string,
  signal: AbortSignal,
): Promise<SuggestedMember[]> {
  const suggestions = await api.get<readonly Suggestion[]>("/api/v2/suggestions", {
    query: { limit: MOST },
    signal,
  })
  const found = suggestions.map((one): SuggestedMember => ({ account: one.account, reason: reasonOf(one) }))
  if (found.length > 0) return found
  const active = await api.get<readonly Account[]>("/api/v1/directory", {
    query: { local: true, order: "active", limit: MOST },
    signal,
  })
  return active
    .filter(({ id }) => id !== self)
    .map((account) => ({ account, reason: "onboarding.reason.active" }))
}

/** `self`: the member's own id, who is never suggested. */
export function suggestionsQuery(api: ApiClient, self: string) {
  return queryOptions({
    queryKey: ["suggestions", "with-reasons", self],
    queryFn: ({ signal }) => readSuggestions(api, self, signal),
    staleTime: 10 * 60_000,
  })
}
