// Infinite queries over lists that are walked by the Link header.

import type { InfiniteData } from "@tanstack/react-query"
import { infiniteQueryOptions } from "@tanstack/react-query"
import type { ApiClient, Page, RequestOptions } from "./api-client.ts"

/** The cursor of a page; undefined for the first. */
export type Cursor = Readonly<Record<string, string>> | undefined

export interface PagedOptions {
  readonly key: readonly unknown[]
  readonly path: string
  readonly query?: RequestOptions["query"]
}

/**
 * For `useInfiniteQuery`: pages of `T` (a list, or an object of lists as search and grouped notifications answer). The end is
 * where the server names no next page, never where a page is short.
 */
export function pagedQuery<T>(api: ApiClient, { key, path, query }: PagedOptions) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }: { pageParam: Cursor; signal: AbortSignal }) =>
      api.page<T>(path, { query: { ...query, ...pageParam }, signal }),
    initialPageParam: undefined as Cursor,
    getNextPageParam: (last: Page<T>): Cursor => last.next,
  })
}

/** All pages' items in one list, each id once: what moved between two pages is not shown twice. */
export function itemsOf<T extends { readonly id: string }>(
  data: InfiniteData<Page<readonly T[]>, unknown> | undefined,
): T[] {
  const seen = new Set<string>()
  return (data?.pages ?? []).flatMap((page) =>
    page.items.filter((item) => {
      if (seen.has(item.id)) return false
      seen.add(item.id)
      return true
    }),
  )
}
