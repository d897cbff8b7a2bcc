// The document's title: "(3) Home · Birds". The number is what the shell counts as unread.

import { useEffect, useSyncExternalStore } from "react"
import { useInstance } from "../session/client-context.tsx"

let unread = 0
const listeners = new Set<() => void>()

/** How much waits to be looked at; shown before every page's title. */
export function setUnread(count: number) {
  if (count === unread) return
  unread = count
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function useUnreadTitle(title: string) {
  const count = useSyncExternalStore(subscribe, () => unread)
  const community = useInstance()?.title
  useEffect(() => {
    const named = community === undefined || community === title ? title : `${title} · ${community}`
    document.title = count > 0 ? `(${count}) ${named}` : named
  }, [title, community, count])
}
