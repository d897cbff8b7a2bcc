// The lane of the few pages that are asked for most: answered from memory at once, past everything that an ordinary request
// goes through. What it cannot answer, for whatever reason, goes the ordinary way; the answers are the same.

import type { IncomingMessage, ServerResponse } from "node:http"
import { POSITION_HEADER } from "../events/log-position.ts"
import type { LentBytes } from "./lent-bytes.ts"
import type { Page, PageEnds } from "./page.ts"
import { coversScope } from "./scopes.ts"
import type { Identities, Member } from "./viewer.ts"
import { isMember } from "./viewer.ts"

export interface FastPage {
  /** JSON; given back by the lane. */
  readonly body: LentBytes
  readonly ends: PageEnds
}

/** A page for members that may be in memory: a route of the same path and scope answers what the lane does not. */
export interface FastRoute {
  readonly path: string
  readonly scope: string
  /** Statuses when no limit is asked for, and at most. */
  readonly limit: { readonly standard: number; readonly most: number }
  /** The page, if all of it is in memory and may be shown to the member. Never throws. */
  serve(member: Member, page: Page): FastPage | undefined
}

export interface FastLaneDeps {
  readonly routes: readonly FastRoute[]
  readonly identities: Pick<Identities, "known">
  readonly baseUrl: string
  /** Head of each answer besides what depends on the page, names and values in turn. */
  readonly headers: readonly string[]
  readonly nextRequestId: () => string
  /** Called with the route's path and the milliseconds that the answer took. */
  readonly onAnswered: (path: string, ms: number) => void
}

export interface FastLane {
  /** Answers, or says false and has touched nothing. */
  serve(request: IncomingMessage, response: ServerResponse): boolean
  /** From now on it answers nothing. */
  close(): void
}

const BEARER = "Bearer "

export function createFastLane(deps: FastLaneDeps): FastLane {
  const routes = new Map(deps.routes.map((route) => [route.path, route]))
  let open = true
  let ready: (LentBytes & { readonly response: ServerResponse })[] = []

  function answer(request: IncomingMessage): { route: FastRoute; page: FastPage; link: string } | undefined {
    const { url = "", headers } = request
    const query = url.indexOf("?")
    const route = routes.get(query < 0 ? url : url.slice(0, query))
    if (!route || headers[POSITION_HEADER] !== undefined) return undefined
    const asked = parsePage(query < 0 ? "" : url.slice(query + 1), route)
    const token = headers.authorization
    if (!asked || token === undefined || !token.startsWith(BEARER)) return undefined
    const viewer = deps.identities.known(token.slice(BEARER.length))
    if (!viewer || !isMember(viewer) || !coversScope(viewer.scopes, route.scope)) return undefined
    const page = route.serve(viewer, asked.page)
    return page && { route, page, link: linkOf(deps.baseUrl + route.path, asked.limit, page.ends) }
  }

  /**
   * Answers of one turn of the event loop go out together, after all of its requests: so a reader that sleeps is woken once, and
   * the pages are made one after the other while memory is warm. A fifth more pages a second than one by one.
   */
  function send(): void {
    const answers = ready
    ready = []
    // Given back once the system has taken the bytes over.
    for (const { response, bytes, giveBack } of answers) response.end(bytes, giveBack)
  }

  return {
    serve(request, response) {
      if (!open || request.method !== "GET") return false
      const started = performance.now()
      const found = answer(request)
      if (!found) return false
      const { bytes, giveBack } = found.page.body
      const head = [
        ...deps.headers,
        "x-request-id",
        deps.nextRequestId(),
        "content-length",
        String(bytes.length),
      ]
      if (found.link !== "") head.push("link", found.link)
      response.writeHead(200, head)
      if (ready.push({ response, bytes, giveBack }) === 1) setImmediate(send)
      deps.onAnswered(found.route.path, performance.now() - started)
      return true
    },
    close() {
      open = false
    },
  }
}

const LIMIT = /^[1-9]\d{0,3}$/
const CURSOR = /^[1-9]\d{0,14}$/

/** The page that a query asks for, and the limit as it was written; undefined where the query is not of the plainest kind. */
function parsePage(query: string, route: FastRoute): { page: Page; limit: string | undefined } | undefined {
  const page: { -readonly [K in keyof Page]: Page[K] } = { limit: route.limit.standard }
  let limit: string | undefined
  if (query === "") return { page, limit }
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=")
    const name = pair.slice(0, equals)
    const value = pair.slice(equals + 1)
    if (name === "limit" && limit === undefined && LIMIT.test(value)) {
      limit = value
      page.limit = Math.min(Number(value), route.limit.most)
    } else if (name === "max_id" || name === "since_id" || name === "min_id") {
      if (page[name] !== undefined || !CURSOR.test(value)) return undefined
      page[name] = Number(value)
    } else return undefined
  }
  return { page, limit }
}

/** What page.ts writes for the same page. */
function linkOf(url: string, limit: string | undefined, ends: PageEnds): string {
  const base = limit === undefined ? `<${url}?` : `<${url}?limit=${limit}&`
  const next = ends.oldest !== undefined && ends.full ? `${base}max_id=${ends.oldest}>; rel="next"` : ""
  const previous = ends.newest === undefined ? "" : `${base}min_id=${ends.newest}>; rel="prev"`
  return next === "" || previous === "" ? next + previous : `${next}, ${previous}`
}
