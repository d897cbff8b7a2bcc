// The member's filters: read, written, deleted. After a change every list is read anew, since the server applies them.

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query"
import type { ApiClient } from "../../api/api-client.ts"
import type { Filter } from "../../api/entities.ts"
import { useApi } from "../../session/client-context.tsx"
import { filterBody } from "./filter-draft.ts"
import type { FilterDraft } from "./filter-draft.ts"

const PATH = "/api/v2/filters"
const key = ["filters"] as const

export function filtersQuery(api: ApiClient) {
  return queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.get<readonly Filter[]>(PATH, { signal }),
  })
}

export function filterQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [...key, id],
    queryFn: ({ signal }) => api.get<Filter>(`${PATH}/${id}`, { signal }),
    // What is being edited must not change under the member's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

function useAfterChange() {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: key, exact: true })
    void queries.invalidateQueries({ queryKey: ["timeline"] })
  }
}

export function useSaveFilter(id: string | undefined) {
  const api = useApi()
  const after = useAfterChange()
  return useMutation({
    mutationFn: (draft: FilterDraft) =>
      id === undefined
        ? api.post<Filter>(PATH, { body: filterBody(draft) })
        : api.put<Filter>(`${PATH}/${id}`, { body: filterBody(draft) }),
    onSuccess: after,
  })
}

export function useDeleteFilter(id: string) {
  const api = useApi()
  const after = useAfterChange()
  return useMutation({ mutationFn: () => api.send("DELETE", `${PATH}/${id}`), onSuccess: after })
}
