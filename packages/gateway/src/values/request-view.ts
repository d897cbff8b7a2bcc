// A request made up for tests, simulations and benchmarks of decisions.

import type { RequestView } from "../types.ts"

export interface MadeRequest {
  readonly method?: string
  /** With or without a query. */
  readonly target?: string
  readonly host?: string
  readonly address?: string
  readonly secure?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: Readonly<Record<string, string>>
}

/** GET / of example.org from 192.0.2.1, but for what is given. */
export function makeRequest(made: MadeRequest = {}): RequestView {
  const { method = "GET", target = "/", host = "example.org", address = "192.0.2.1", secure = false } = made
  const mark = target.indexOf("?")
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    host,
    address,
    secure,
    header: (name) => made.headers?.[name],
    cookie: (name) => made.cookies?.[name],
  }
}
