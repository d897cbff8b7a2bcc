// What the running client consists of, made once at the start and handed to React by ClientProvider.

import type { QueryClient } from "@tanstack/react-query"
import { createApiClient } from "../api/api-client.ts"
import type { ApiClient } from "../api/api-client.ts"
import { createFetchWithFirstAnswers } from "../api/first-answers.ts"
import { createQueryClient } from "../api/query-client.ts"
import { createStream } from "../api/stream.ts"
import type { Stream } from "../api/stream.ts"
import { forgetPush } from "../pwa/push-subscription.ts"
import { createOAuth } from "./oauth.ts"
import type { OAuth } from "./oauth.ts"
import { createSessionStore } from "./session-store.ts"
import type { SessionStore } from "./session-store.ts"

export interface Client {
  readonly api: ApiClient
  readonly session: SessionStore
  readonly oauth: OAuth
  readonly queries: QueryClient
  /** The live stream of whoever is signed in; undefined when nobody is. */
  stream(): Stream | undefined
  /** Revokes the token where the server can be reached, and forgets it and all that was read with it in any case. */
  signOut(): Promise<void>
}

export function createClient(): Client {
  const { origin } = location
  const session = createSessionStore({ storage: localStorage, events: window })
  const tokenOf = () => {
    const state = session.state()
    return state.kind === "signed-in" ? state.token : undefined
  }
  const api = createApiClient({
    origin,
    fetch: createFetchWithFirstAnswers({
      requests: globalThis.aviaryFirst,
      pageAge: () => performance.now(),
      fetch: (input, init) => fetch(input, init),
    }),
    token: tokenOf,
    onUnauthorised: (token) => session.expire(token),
  })
  const oauth = createOAuth({
    api,
    origin,
    name: "Aviary for the web",
    appStorage: localStorage,
    attemptStorage: sessionStorage,
    randomBytes: (bytes) => crypto.getRandomValues(bytes),
    sha256: isSecureContext
      ? (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
      : undefined,
  })
  const queries = createQueryClient()
  let live: { token: string; stream: Stream } | undefined

  function stream(): Stream | undefined {
    const token = tokenOf()
    if (live?.token !== token) {
      live?.stream.close()
      live = token === undefined ? undefined : { token, stream: openStream(origin, token) }
    }
    return live?.stream
  }

  let previous = tokenOf()
  session.subscribe(() => {
    const token = tokenOf()
    // An expired session keeps what is on the screen; another member must not see it.
    if (session.state().kind !== "expired" && token !== previous) queries.clear()
    if (session.state().kind !== "expired") previous = token
    stream()
  })

  return {
    api,
    session,
    oauth,
    queries,
    stream,
    async signOut() {
      const token = tokenOf()
      session.clear()
      await forgetPush().catch(() => {})
      // Offline the token outlives this; it can be ended in the settings of another session.
      if (token !== undefined) await oauth.revoke(token).catch(() => {})
      await endBrowserSession().catch(() => {})
    },
  }
}

/** Of the sign-in pages: on a shared computer the next one must not be let in by it. */
async function endBrowserSession(): Promise<void> {
  await fetch("/auth/sign_out", { method: "POST", credentials: "same-origin", redirect: "manual" })
}

function openStream(origin: string, token: string): Stream {
  return createStream({
    url: `${origin.replace(/^http/, "ws")}/api/v1/streaming`,
    token,
    openSocket: (url, protocol) => new WebSocket(url, protocol),
    setTimer(run, ms) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
}
