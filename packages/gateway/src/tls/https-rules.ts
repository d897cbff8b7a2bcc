// What HTTPS means for answers: who is sent from HTTP to HTTPS, and who is told to come by HTTPS from now on. Pure. Never sends
// anybody to a host that is not ours, and never forbids plain HTTP on localhost.

import type { HeaderList } from "../http1/header-list.ts"
import type { RequestView } from "../types.ts"
import type { TlsConfig } from "./tls-schema.ts"

/** Names and addresses of this machine alone, and bare addresses, which no authority speaks for. */
function isLocal(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host.startsWith("[") ||
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)
  )
}

/** `Strict-Transport-Security` of a host's answers (RFC 6797); undefined where none belongs. `secure`: the request came by TLS. */
export function hstsHeader(
  config: TlsConfig["hsts"],
  request: Pick<RequestView, "host" | "secure">,
): string | undefined {
  // Sent over plain HTTP it means nothing (7.2).
  if (!request.secure || config.maxAge === 0 || isLocal(request.host)) return undefined
  const parts = [`max-age=${Math.floor(config.maxAge / 1_000)}`]
  if (config.includeSubDomains) parts.push("includeSubDomains")
  if (config.preload) parts.push("preload")
  return parts.join("; ")
}

export interface RedirectRules {
  /** Whether there is a certificate for a host that browsers trust. */
  readonly isServed: (host: string) => boolean
  /** The port that clients reach HTTPS at. */
  readonly port: number
}

export interface Redirect {
  readonly status: 301 | 308
  readonly headers: HeaderList
}

/** Where somebody who came by plain HTTP should go; undefined: answer him. */
export function redirectToHttps(
  rules: RedirectRules,
  request: Pick<RequestView, "method" | "path" | "query" | "host" | "secure">,
): Redirect | undefined {
  if (request.secure || isLocal(request.host) || !rules.isServed(request.host)) return undefined
  // `*`, and `//host`, which a browser would take for another host's.
  if (!request.path.startsWith("/")) return undefined
  const port = rules.port === 443 ? "" : `:${rules.port}`
  const query = request.query === "" ? "" : `?${request.query}`
  const isRead = request.method === "GET" || request.method === "HEAD"
  return {
    // 308 keeps the method and the body.
    status: isRead ? 301 : 308,
    headers: [
      "location",
      `https://${request.host}${port}${request.path}${query}`,
      "cache-control",
      "max-age=3600",
    ],
  }
}

const CHALLENGE_PATH = "/.well-known/acme-challenge/"

/** The token of a request that asks for an ACME challenge (RFC 8555 8.3); undefined for all others. */
export function challengeToken(request: Pick<RequestView, "method" | "path">): string | undefined {
  if (request.method !== "GET" || !request.path.startsWith(CHALLENGE_PATH)) return undefined
  const token = request.path.slice(CHALLENGE_PATH.length)
  return /^[\w-]{1,200}$/.test(token) ? token : undefined
}
