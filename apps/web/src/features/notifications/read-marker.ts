// Up to where the member has seen the notifications, on whichever device. What was new when the page was opened stays marked as new
// while it is open.

import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import type { Marker } from "../../api/entities.ts"
import { useApi } from "../../session/client-context.tsx"
import { unreadKey } from "../../shell/unread-notifications.ts"
import { isUnread } from "./notification-list.ts"

const PATH = "/api/v1/markers"

/** The id of the last one that was seen before; `none` where nothing was ever seen, undefined while it is read. */
export function useReadMarker(newestId: string | undefined): string | undefined {
  const api = useApi()
  const queries = useQueryClient()
  const [opened] = useState(() => ({ at: Date.now() }))
  const { data: before } = useQuery({
    // Each opening of the page has a "before" of its own.
    queryKey: ["marker", "notifications", opened.at],
    queryFn: async ({ signal }) => {
      const markers = await api.get<{ notifications?: Marker }>(PATH, {
        query: { timeline: ["notifications"] },
        signal,
      })
      return markers.notifications?.last_read_id ?? "0"
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  useEffect(() => {
    if (newestId === undefined || before === undefined || document.hidden) return
    queries.setQueryData(unreadKey, 0)
    if (!isUnread({ newestId }, before)) return
    // A marker that could not be set is set the next time.
    void api.post(PATH, { body: { notifications: { last_read_id: newestId } } }).catch(() => undefined)
  }, [api, queries, newestId, before])
  return before
}
