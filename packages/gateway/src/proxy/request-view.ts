// A request as decisions see it. Made for each request, so everything beyond the path is found when it is asked for.

import { headerValue } from "../http1/header-list.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { RequestView } from "../types.ts"

export interface ViewedRequest {
  readonly method: string
  readonly target: string
  readonly headers: HeaderList
}

/** Who asks, after trusted proxies were heard. */
export interface Client {
  readonly address: string
  readonly secure: boolean
  /** Host as the client wrote it, with a port where there is one. */
  readonly authority: string
}

export class HeadView implements RequestView {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly address: string
  readonly secure: boolean
  readonly authority: string
  readonly #headers: HeaderList
  #host: string | undefined
  #cookies: Map<string, string> | undefined

  constructor(request: ViewedRequest, client: Client) {
    const { target } = request
    const question = target.indexOf("?")
    this.method = request.method
    this.path = question < 0 ? target : target.slice(0, question)
    this.query = question < 0 ? "" : target.slice(question + 1)
    this.address = client.address
    this.secure = client.secure
    this.authority = client.authority
    this.#headers = request.headers
  }

  get host(): string {
    this.#host ??= hostOf(this.authority)
    return this.#host
  }

  header(name: string): string | undefined {
    return headerValue(this.#headers, name)
  }

  cookie(name: string): string | undefined {
    this.#cookies ??= readCookies(this.header("cookie"))
    return this.#cookies.get(name)
  }
}

/** Lower case, without the port and without the dot that may end a host name. */
function hostOf(authority: string): string {
  const colon = authority.lastIndexOf(":")
  const host = colon > authority.lastIndexOf("]") ? authority.slice(0, colon) : authority
  const lower = host.toLowerCase()
  return lower.endsWith(".") ? lower.slice(0, -1) : lower
}

const NO_COOKIES: Map<string, string> = new Map()

/** The first of a name counts, as in most servers. */
function readCookies(header: string | undefined): Map<string, string> {
  if (header === undefined) return NO_COOKIES
  const cookies = new Map<string, string>()
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=")
    if (equals < 1) continue
    const name = pair.slice(0, equals).trim()
    if (!cookies.has(name)) cookies.set(name, pair.slice(equals + 1).trim())
  }
  return cookies
}

/** `::ffff:192.0.2.1` is `192.0.2.1`. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address
}
