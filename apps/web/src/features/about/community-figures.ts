// How large the community is; only the older form of the instance tells.

import { useQuery } from "@tanstack/react-query"
import { useApi } from "../../session/client-context.tsx"

export interface Figures {
  readonly user_count: number
  readonly status_count: number
}

/** Undefined while it is read. */
export function useFigures(): Figures | undefined {
  const api = useApi()
  return useQuery({
    queryKey: ["instance", "figures"],
    queryFn: async ({ signal }) => (await api.get<{ stats: Figures }>("/api/v1/instance", { signal })).stats,
    staleTime: 10 * 60_000,
  }).data
}
