// What is newer than the lists know: posts that the reader has just acted upon, or that the stream brought anew. Lists keep what the
// server answered; a post is shown as this says, if it says anything. It must never outlive the session.

import type { Status } from "../../api/entities.ts"

export interface PostStore {
  /** The newest known state, `removed` for a post that is gone, undefined where the lists are right. */
  get(id: string): Status | "removed" | undefined
  subscribe(id: string, listener: () => void): () => void
  /** The post is now this. */
  put(status: Status): void
  /** Answers that were just read: they are newer than whatever was put before them. Posts inside reposts and quotes count too. */
  learn(statuses: readonly Status[]): void
  remove(id: string): void
  clear(): void
}

/** Posts that were touched; nobody acts upon more without leaving the page. */
const MOST = 2_000

export function createPostStore(): PostStore {
  const posts = new Map<string, Status | "removed">()
  const listeners = new Map<string, Set<() => void>>()

  function set(id: string, value: Status | "removed") {
    posts.delete(id)
    posts.set(id, value)
    const [oldest] = posts.keys()
    if (posts.size > MOST && oldest !== undefined) posts.delete(oldest)
    tell(id)
  }

  function tell(id: string) {
    for (const listener of listeners.get(id) ?? []) listener()
  }

  function put(status: Status) {
    for (const one of withInner(status)) set(one.id, one)
  }

  return {
    get: (id) => posts.get(id),
    subscribe(id, listener) {
      const known = listeners.get(id) ?? new Set()
      known.add(listener)
      listeners.set(id, known)
      return () => {
        known.delete(listener)
        if (known.size === 0) listeners.delete(id)
      }
    },
    put,
    learn(statuses) {
      for (const status of statuses.flatMap(withInner)) if (posts.has(status.id)) set(status.id, status)
    },
    remove: (id) => set(id, "removed"),
    clear() {
      const known = [...posts.keys()]
      posts.clear()
      for (const id of known) tell(id)
    },
  }
}

/** The post, and those that it shows inside itself. */
function withInner(status: Status): Status[] {
  const quoted = status.quote?.quoted_status
  return [status, ...(status.reblog ? withInner(status.reblog) : []), ...(quoted ? [quoted] : [])]
}
