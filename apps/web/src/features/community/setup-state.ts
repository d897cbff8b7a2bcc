// What everybody may know of how the community is set up: whether it is, and who can join.

import { queryOptions, useQuery } from "@tanstack/react-query"
import type { SetupState } from "../../api/aviary-entities.ts"
import type { ApiClient } from "../../api/api-client.ts"
import { useApi } from "../../session/client-context.tsx"

function setupQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["setup"],
    queryFn: ({ signal }) => api.get<SetupState>("/api/aviary/v1/setup", { signal }),
    staleTime: 10 * 60_000,
  })
}

/** Undefined while it is read. */
export function useSetupState(): SetupState | undefined {
  return useQuery(setupQuery(useApi())).data
}
