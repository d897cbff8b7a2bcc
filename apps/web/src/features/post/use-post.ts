// A post as it is now, for components: what a list answered, or what has happened to it since.

import { useCallback, useSyncExternalStore } from "react"
import type { Status } from "../../api/entities.ts"
import type { Client } from "../../session/client.ts"
import { useClient } from "../../session/client-context.tsx"
import { createPostStore } from "./post-store.ts"
import type { PostStore } from "./post-store.ts"

const stores = new WeakMap<Client, PostStore>()

/** The store of the running client; emptied when somebody else signs in. */
export function postStoreOf(client: Client): PostStore {
  const known = stores.get(client)
  if (known) return known
  const made = createPostStore()
  stores.set(client, made)
  client.session.subscribe(() => {
    if (client.session.state().kind !== "expired") made.clear()
  })
  return made
}

export function usePostStore(): PostStore {
  return postStoreOf(useClient())
}

/** The post as it is now; undefined once it is gone. */
export function usePost(status: Status): Status | undefined {
  const store = usePostStore()
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(status.id, listener),
    [store, status.id],
  )
  const known = useSyncExternalStore(subscribe, () => store.get(status.id))
  return known === "removed" ? undefined : (known ?? status)
}
