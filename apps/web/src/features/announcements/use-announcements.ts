// The announcements that a member has not put away. Apart from the card, which is loaded only when there is one: most days there is none.

import { useQuery } from "@tanstack/react-query"
import type { Announcement } from "../../api/aviary-entities.ts"
import { useApi } from "../../session/client-context.tsx"

export const PATH = "/api/v1/announcements"
export const announcementsKey = ["announcements"] as const

export function useAnnouncements() {
  const api = useApi()
  return useQuery({
    queryKey: announcementsKey,
    queryFn: ({ signal }) => api.get<readonly Announcement[]>(PATH, { signal }),
    staleTime: 5 * 60_000,
  })
}
