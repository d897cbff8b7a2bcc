// Where in a request an access token stands (RFC 6750): the Authorization header, or `access_token` in the query, which
// streaming clients use. A token in a form's body is left to the instance. Pure.

import type { RequestView } from "../types.ts"

export interface FoundToken {
  readonly token: string
  readonly place: "header" | "query"
}

const BEARER = /^bearer +(\S+)$/i
const IN_QUERY = /(?:^|&)access_token=([^&]*)/

/** The token that an instance would take: the header's, else the query's. */
export function findToken(request: Pick<RequestView, "query" | "header">): FoundToken | undefined {
  const authorization = request.header("authorization")
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1]
    if (token !== undefined) return { token, place: "header" }
  }
  if (request.query === "" || !request.query.includes("access_token")) return undefined
  const token = decode(IN_QUERY.exec(request.query)?.[1] ?? "")
  return token === "" ? undefined : { token, place: "query" }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    return ""
  }
}

/** A query without its token, for a request whose identity goes in the header instead. */
export function withoutToken(query: string): string {
  return query
    .split("&")
    .filter((pair) => !pair.startsWith("access_token="))
    .join("&")
}

/** Longer ones, and those with other characters, are no tokens (RFC 6750 2.1), so nobody is asked about them. */
const TOKEN = /^[\w\-.~+/]{1,512}=*$/

export function isToken(text: string): boolean {
  return text.length <= 520 && TOKEN.test(text)
}
