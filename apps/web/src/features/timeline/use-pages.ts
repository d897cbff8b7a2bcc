// A list of the API, page after page by its Link header. The end is where the server names no next page, never where a page is short.

import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query"
import type { ApiClient, Page, RequestOptions } from "../../api/api-client.ts"
import type { Cursor } from "../../api/paging.ts"
import { useApi } from "../../session/client-context.tsx"

export interface PagesOptions<T> {
  readonly key: readonly unknown[]
  readonly path: string
  readonly query?: RequestOptions["query"]
  /** Milliseconds for which what was read is taken as it is; 30 s by default. */
  readonly staleTime?: number
  /** Called with each page that was read. */
  readonly onPage?: (items: T) => void
}

/** `T` is what a page holds: a list, or an object of lists. */
export function pagesQuery<T>(api: ApiClient, { key, path, query, staleTime, onPage }: PagesOptions<T>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: async ({ pageParam, signal }: { pageParam: Cursor; signal: AbortSignal }) => {
      const page = await api.page<T>(path, { query: { ...query, ...pageParam }, signal })
      onPage?.(page.items)
      return page
    },
    initialPageParam: undefined as Cursor,
    getNextPageParam: (last: Page<T>): Cursor => last.next,
    ...(staleTime === undefined ? {} : { staleTime }),
  })
}

export function usePages<T>(options: PagesOptions<T>) {
  return useInfiniteQuery(pagesQuery(useApi(), options))
}

export type Pages<T> = ReturnType<typeof usePages<T>>
