// Search results: a few of each kind, or one kind to its end.

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { ApiError } from "../../api/api-error.ts"
import type { ApiClient } from "../../api/api-client.ts"
import type { Account, SearchResults } from "../../api/entities.ts"
import { parseQuery } from "./parse-query.ts"

export type SearchType = "accounts" | "statuses" | "hashtags"

const PATH = "/api/v2/search"
const PAGE = 20
const TOP = 5
const NOTHING: SearchResults = { accounts: [], statuses: [], hashtags: [] }

/** Whose posts: undefined for everybody's, `nobody` where there is no such member. */
async function authorOf(api: ApiClient, name: string | undefined, signal: AbortSignal) {
  if (name === undefined) return undefined
  try {
    return (await api.get<Account>("/api/v1/accounts/lookup", { query: { acct: name }, signal })).id
  } catch (error) {
    if (ApiError.from(error).kind === "missing") return "nobody"
    throw error
  }
}

interface Asking {
  readonly type?: SearchType
  readonly limit: number
  readonly offset?: number
  readonly signal: AbortSignal
}

async function search(api: ApiClient, text: string, { type, limit, offset, signal }: Asking) {
  const { words, from } = parseQuery(text)
  // Without words it is about the member, not about posts.
  const q = words === "" ? (from ?? "") : words
  const author = words === "" ? undefined : await authorOf(api, from, signal)
  if (q === "" || author === "nobody") return NOTHING
  const found = await api.get<SearchResults>(PATH, {
    query: { q, type, limit, offset, account_id: author },
    signal,
  })
  // Only posts are anybody's.
  return author === undefined ? found : { ...NOTHING, statuses: found.statuses }
}

export function topQuery(api: ApiClient, text: string) {
  return queryOptions({
    queryKey: ["search", "top", text],
    queryFn: ({ signal }) => search(api, text, { limit: TOP, signal }),
    enabled: text !== "",
  })
}

export function typeQuery(api: ApiClient, text: string, type: SearchType) {
  return infiniteQueryOptions({
    queryKey: ["search", type, text],
    queryFn: ({ pageParam, signal }) => search(api, text, { type, limit: PAGE, offset: pageParam, signal }),
    initialPageParam: 0,
    // Posts that are not for the member are left out of a page: only an empty one is the end.
    getNextPageParam: (last: SearchResults, _pages, offset: number) =>
      last[type].length === 0 ? undefined : offset + PAGE,
    enabled: text !== "",
  })
}
