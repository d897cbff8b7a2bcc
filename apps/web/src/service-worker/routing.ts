// What the service worker does with a request. Pure.

export type Handling =
  /** Built files, named after their content or taken with this version: from the cache, which holds them all. */
  | "asset"
  /** A page: from the network; without one, the shell of this version. */
  | "page"
  /** Pictures of members and posts: kept in small number, so that what was read can be looked at again. */
  | "picture"
  /** Everything else, above all the API: the browser's own business. Never kept. */
  | "network"

export interface Asked {
  readonly method: string
  /** Of the request, `navigate` for pages. */
  readonly mode: string
  readonly destination: string
  readonly url: URL
}

/** Pages that are the server's own and not the client's: signing in, and what is no page at all. */
const OF_THE_SERVER = /^\/(api|oauth|auth|media|nodeinfo|users|\.well-known)(\/|$)|^\/setup$/

export function handlingOf(asked: Asked, origin: string, precached: ReadonlySet<string>): Handling {
  if (asked.method !== "GET" || asked.url.origin !== origin) return "network"
  if (precached.has(asked.url.pathname)) return "asset"
  if (asked.destination === "image" && asked.url.pathname.startsWith("/media/")) return "picture"
  if (asked.mode === "navigate" && !OF_THE_SERVER.test(asked.url.pathname)) return "page"
  return "network"
}
