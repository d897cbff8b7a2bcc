// Which order the member has chosen for home: kept at the server, so that it holds on every device and in every app.

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect } from "react"
import type { ApiClient } from "../../api/api-client.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { useToast } from "../../ui/toast.tsx"

export type HomeOrder = "latest" | "ranked"

interface AviaryPreferences {
  readonly home_order: HomeOrder
}

const PATH = "/api/aviary/v1/preferences"
const key = ["preferences", "aviary"] as const
/** Which list public/first-requests.js asks for before the preferences are known. It holds nothing but the word. */
const HINT_KEY = "aviary:home-order"

export function homeOrderQuery(api: ApiClient) {
  return queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.get<AviaryPreferences>(PATH, { signal }),
    staleTime: 10 * 60_000,
  })
}

/** The order, undefined while it is read; latest where it cannot be read. */
export function useHomeOrder(): [HomeOrder | undefined, (order: HomeOrder) => void] {
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const t = useT()
  const { data, isError } = useQuery(homeOrderQuery(api))
  const change = useMutation({
    mutationFn: (home_order: HomeOrder) => api.patch<AviaryPreferences>(PATH, { body: { home_order } }),
    onMutate(home_order) {
      const before = queries.getQueryData<AviaryPreferences>(key)
      queries.setQueryData<AviaryPreferences>(key, { home_order })
      return { before }
    },
    onError(_error, _order, context) {
      queries.setQueryData(key, context?.before)
      toast({ tone: "failure", text: t("home.order.failed") })
    },
    // The plain home is ranked too for who chose that, so both lists are another one now.
    onSuccess: () => queries.resetQueries({ queryKey: ["timeline", "home"] }),
  })
  const known = data?.home_order
  useEffect(() => {
    if (known !== undefined) localStorage.setItem(HINT_KEY, known)
  }, [known])
  return [known ?? (isError ? "latest" : undefined), change.mutate]
}
