// The member's own account as only they see it: address, role, second factor.

import { queryOptions, useQuery } from "@tanstack/react-query"
import type { OwnAccount } from "../../api/aviary-entities.ts"
import type { ApiClient } from "../../api/api-client.ts"
import { useApi, useIsSignedIn } from "../../session/client-context.tsx"

export const ACCOUNT_PATH = "/api/aviary/v1/account"
export const ownAccountKey = ["own-account"] as const

export function ownAccountQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ownAccountKey,
    queryFn: ({ signal }) => api.get<OwnAccount>(ACCOUNT_PATH, { signal }),
    staleTime: 5 * 60_000,
  })
}

/** Whether the member may change the community's settings. False while that is not known. */
export function useIsStaff(): boolean {
  const { data } = useQuery({ ...ownAccountQuery(useApi()), enabled: useIsSignedIn() })
  return data?.role === "owner" || data?.role === "admin"
}
