// How many notifications wait. Asked once, then kept by the stream; the notifications page sets it to 0.

import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect } from "react"
import { useApi, useIsSignedIn, useStream } from "../session/client-context.tsx"
import { setUnread } from "./unread-title.ts"

/** `queryClient.setQueryData(unreadKey, 0)` once they were looked at. */
export const unreadKey = ["notifications", "unread"] as const

/** Zero while it is not known. Mounted once, in the shell; others read it from the query. */
export function useUnreadNotifications(): number {
  const api = useApi()
  const queries = useQueryClient()
  const signedIn = useIsSignedIn()
  const { data = 0 } = useQuery({
    queryKey: unreadKey,
    queryFn: async ({ signal }) =>
      (await api.get<{ count: number }>("/api/v2/notifications/unread_count", { signal })).count,
    enabled: signedIn,
    staleTime: Number.POSITIVE_INFINITY,
  })
  useStream(
    { stream: "user" },
    (event) => {
      if (event.event === "notification") queries.setQueryData<number>(unreadKey, (count = 0) => count + 1)
    },
    () => void queries.invalidateQueries({ queryKey: unreadKey, exact: true }),
  )
  const unread = signedIn ? data : 0
  useEffect(() => setUnread(unread), [unread])
  return unread
}
