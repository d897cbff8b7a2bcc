// A post and the conversation around it.

import { queryOptions } from "@tanstack/react-query"
import type { ApiClient } from "../../api/api-client.ts"
import type { Status, StatusContext } from "../../api/entities.ts"

export function postQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: ["post", id],
    queryFn: ({ signal }) => api.get<Status>(`/api/v1/statuses/${id}`, { signal }),
  })
}

export function contextQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: ["context", id],
    queryFn: ({ signal }) => api.get<StatusContext>(`/api/v1/statuses/${id}/context`, { signal }),
  })
}
