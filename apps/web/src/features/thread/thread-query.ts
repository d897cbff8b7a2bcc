// A post and the conversation around it.

import { queryOptions } from "@tanstack/react-query"
import type { InfiniteData, QueryClient } from "@tanstack/react-query"
import type { ApiClient, Page } from "../../api/api-client.ts"
import type { Status, StatusContext } from "../../api/entities.ts"

export function postQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: ["post", id],
    queryFn: ({ signal }) => api.get<Status>(`/api/v1/statuses/${id}`, { signal }),
  })
}

/** The ranked home has its posts with the reasons for their places. */
type Listed = Status | { readonly status: Status }

/** The post as one of the lists that were read has it: it is there at once when it is opened from there. */
export function knownPost(queries: QueryClient, id: string): Status | undefined {
  const lists = queries.getQueriesData<InfiniteData<Page<readonly Listed[]>>>({ queryKey: ["timeline"] })
  for (const [, list] of lists)
    for (const { items } of list?.pages ?? [])
      for (const item of items) {
        const status = "status" in item ? item.status : item
        const post = status.reblog ?? status
        if (post.id === id) return post
      }
  return undefined
}

export function contextQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: ["context", id],
    queryFn: ({ signal }) => api.get<StatusContext>(`/api/v1/statuses/${id}/context`, { signal }),
  })
}
