// Who is signed in, in this browser. A token in local storage: the page's policy lets no foreign script in, and a member stays
// signed in on a phone for months. It must never log the token or put it into an address.

export type SessionState =
  | { readonly kind: "signed-out" }
  | { readonly kind: "signed-in"; readonly token: string }
  /** The server does not take the token any more. What was being written stays; signing in again goes on from there. */
  | { readonly kind: "expired" }

export interface SessionStore {
  readonly state: () => SessionState
  readonly subscribe: (listener: () => void) => () => void
  adopt(token: string): void
  /** Only if `token` is still the one in use: an answer to an older request must not end a new session. */
  expire(token: string): void
  clear(): void
}

const TOKEN_KEY = "aviary:token"

export interface SessionStoreDeps {
  readonly storage: Storage
  /** Tells of changes in other tabs, as `window` does. */
  readonly events: Pick<EventTarget, "addEventListener">
}

export function createSessionStore({ storage, events }: SessionStoreDeps): SessionStore {
  const listeners = new Set<() => void>()
  let current = read()

  function read(): SessionState {
    const token = storage.getItem(TOKEN_KEY)
    return token === null ? { kind: "signed-out" } : { kind: "signed-in", token }
  }

  function become(next: SessionState) {
    current = next
    for (const listener of listeners) listener()
  }

  events.addEventListener("storage", (event) => {
    if (event instanceof StorageEvent && (event.key === TOKEN_KEY || event.key === null)) become(read())
  })

  return {
    state: () => current,
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    adopt(token) {
      storage.setItem(TOKEN_KEY, token)
      become({ kind: "signed-in", token })
    },
    expire(token) {
      if (current.kind !== "signed-in" || current.token !== token) return
      storage.removeItem(TOKEN_KEY)
      become({ kind: "expired" })
    },
    clear() {
      storage.removeItem(TOKEN_KEY)
      become({ kind: "signed-out" })
    },
  }
}
