// Posts and announcements that change while they are on the screen: edited, deleted, or the member's own from another device. Shows
// nothing itself.

import { useQueryClient } from "@tanstack/react-query"
import type { StreamEvent } from "../../api/stream.ts"
import type { Announcement } from "../../api/aviary-entities.ts"
import { useStream } from "../../session/client-context.tsx"
import { withNews } from "../announcements/announcement-news.ts"
import { announcementsKey } from "../announcements/use-announcements.ts"
import { usePostStore } from "../post/use-post.ts"

export function LivePosts() {
  const store = usePostStore()
  const queries = useQueryClient()
  const onEvent = (event: StreamEvent) => {
    switch (event.event) {
      case "status.update":
        return store.put(event.payload)
      case "delete":
        return store.remove(event.payload)
      case "filters_changed":
        return void queries.invalidateQueries({ queryKey: ["timeline"] })
      case "announcement":
      case "announcement.reaction":
      case "announcement.delete":
        queries.setQueryData<readonly Announcement[]>(
          announcementsKey,
          (known) => known && withNews(known, event),
        )
        return undefined
      case "update":
      case "notification":
      case "notifications_merged":
      case "conversation":
        return undefined
    }
  }
  useStream({ stream: "user" }, onEvent, () => {
    void queries.invalidateQueries({ queryKey: announcementsKey })
  })
  return null
}
