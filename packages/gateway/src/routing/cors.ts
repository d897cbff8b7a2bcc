// Answers browsers that ask whether another site may call a route (WHATWG Fetch, "CORS protocol"). Only says what browsers
// may do; it protects no route.

import type { RequestView } from "../types.ts"
import type { CorsConfig } from "./route-schema.ts"

/**
 * - `none`: not a cross-origin request, or a foreign origin; nothing is added, the request goes on (but `vary` says whether
 *   the answer must carry `Vary: Origin`).
 * - `preflight`: answered here with 204 and these headers.
 * - `actual`: goes on, the answer gets these headers in place of the instance's own.
 */
export type CorsDecision =
  | { readonly kind: "none"; readonly vary: boolean }
  | { readonly kind: "preflight" | "actual"; readonly headers: readonly string[] }

export type DecideCors = (request: Pick<RequestView, "method" | "header">) => CorsDecision

export function compileCors(config: CorsConfig): DecideCors {
  const isOpen = config.origins.includes("*")
  const allowed = compileOrigins(config.origins)
  const none: CorsDecision = { kind: "none", vary: !isOpen }
  const preflight = preflightHeaders(config)
  const expose =
    config.exposeHeaders.length > 0 ? ["access-control-expose-headers", config.exposeHeaders.join(", ")] : []
  const credentials = config.credentials ? ["access-control-allow-credentials", "true"] : []

  return (request) => {
    const origin = request.header("origin")
    if (origin === undefined || !(isOpen || allowed(origin))) return none
    const who = [
      "access-control-allow-origin",
      isOpen ? "*" : origin,
      ...(isOpen ? [] : ["vary", "Origin"]),
      ...credentials,
    ]
    const isPreflight =
      request.method === "OPTIONS" && request.header("access-control-request-method") !== undefined
    return isPreflight
      ? { kind: "preflight", headers: [...who, ...preflight] }
      : { kind: "actual", headers: [...who, ...expose] }
  }
}

function preflightHeaders({ methods, allowHeaders, maxAge }: CorsConfig): string[] {
  return [
    "access-control-allow-methods",
    methods.join(", "),
    "access-control-allow-headers",
    allowHeaders.join(", "),
    "access-control-max-age",
    String(Math.floor(maxAge / 1000)),
  ]
}

/** `https://*.example.org` stands for one or more names in front of `.example.org`, and never for `https://example.org`. */
function compileOrigins(origins: readonly string[]): (origin: string) => boolean {
  const exact = new Set(origins.map((origin) => origin.toLowerCase()))
  const wild = [...exact].flatMap((origin) => {
    const star = origin.indexOf("*.")
    return star < 0 ? [] : [{ start: origin.slice(0, star), end: origin.slice(star + 1) }]
  })
  return (origin) => {
    const given = origin.toLowerCase()
    if (exact.has(given)) return !given.includes("*")
    return wild.some(
      ({ start, end }) =>
        given.startsWith(start) &&
        given.endsWith(end) &&
        /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(given.slice(start.length, -end.length)),
    )
  }
}
