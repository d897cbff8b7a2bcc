// Which requests the cache has a part in, and what makes two of them the same. Pure. Never a request that says who asks: not
// with Authorization, not with a token in its query, not with a cookie that may matter.

import { listsToken } from "../http1/header-list.ts"
import type { CacheConfig } from "./cache-schema.ts"
import type { CacheRequest } from "./cache-verdict.ts"

/** Headers that make a request one of its own: who asks, only a part, only if, a body, another protocol. */
const BYPASSING = [
  "authorization",
  "range",
  "if-match",
  "if-unmodified-since",
  "content-length",
  "transfer-encoding",
  "upgrade",
]

/** Query parameters that say who asks (RFC 6750). */
const TOKEN_PARAMETER = /(?:^|&)access_token=/i

/** Whether the request may be answered from the cache, and its answer be kept. */
export function isCacheable(request: CacheRequest, config: CacheConfig): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false
  for (const name of BYPASSING) if (request.header(name) !== undefined) return false
  if (request.query !== "" && TOKEN_PARAMETER.test(request.query)) return false
  if (listsToken(request.header("cache-control"), "no-store")) return false
  const cookies = request.header("cookie")
  return cookies === undefined || onlyIgnored(cookies, config.ignoredCookies)
}

function onlyIgnored(cookies: string, ignored: readonly string[]): boolean {
  return cookies.split(";").every((pair) => {
    const name = pair.slice(0, Math.max(0, pair.indexOf("="))).trim()
    return (name !== "" && ignored.includes(name)) || pair.trim() === ""
  })
}

/** The key of a request before its answer's Vary is known. GET and HEAD share it. */
export function requestKey(request: CacheRequest, { key }: CacheConfig): string {
  const scheme = request.secure ? "https" : "http"
  let text = `${scheme}://${request.host}${request.path}`
  if (key.query === true) {
    if (request.query !== "") text += `?${request.query}`
  } else if (key.query !== false) {
    text += `?${namedParameters(request.query, key.query)}`
  }
  for (const name of key.headers) text += `\n${name}:${request.header(name) ?? ""}`
  return text
}

/** The named parameters, in the order they are named, values as sent. */
function namedParameters(query: string, names: readonly string[]): string {
  const given = query.split("&")
  return names
    .flatMap((name) => given.filter((pair) => pair === name || pair.startsWith(`${name}=`)))
    .join("&")
}

/** The key of one variant of an answer: what the request says of the headers that Vary names. */
export function variantKey(base: string, vary: readonly string[], request: CacheRequest): string {
  let text = base
  for (const name of vary) text += `\n\n${name}:${request.header(name) ?? ""}`
  return text
}

/** The header names of a Vary value, lower case and in order, each once; undefined for `*`, which matches nothing ever. */
export function varyNames(value: string | undefined): readonly string[] | undefined {
  if (value === undefined) return []
  const names = value
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
  return names.includes("*") ? undefined : [...new Set(names)].toSorted()
}
