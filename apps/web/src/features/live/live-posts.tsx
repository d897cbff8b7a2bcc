// Posts that change while they are on the screen: edited, deleted, or the member's own from another device. Shows nothing itself.

import { useQueryClient } from "@tanstack/react-query"
import { useStream } from "../../session/client-context.tsx"
import { usePostStore } from "../post/use-post.ts"

export function LivePosts() {
  const store = usePostStore()
  const queries = useQueryClient()
  useStream({ stream: "user" }, (event) => {
    switch (event.event) {
      case "status.update":
        return store.put(event.payload)
      case "delete":
        return store.remove(event.payload)
      case "filters_changed":
        return void queries.invalidateQueries({ queryKey: ["timeline"] })
      case "update":
      case "notification":
      case "notifications_merged":
      case "conversation":
        return undefined
    }
  })
  return null
}
