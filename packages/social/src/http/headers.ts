// The headers of every answer: who may read it from a script, and what browsers must not do with it.

import type { FastifyReply } from "fastify"

const OPEN_PATHS = /^\/(api\/|oauth\/(token|revoke|userinfo)|\.well-known\/|nodeinfo\/|media\/)/

const EXPOSED_HEADERS = [
  "Aviary-Position",
  "Link",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "X-Request-Id",
]

/** What scripts on any other site may do with the API; for a gateway that answers in its place too. */
export const apiCors = {
  origins: ["*"],
  methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
  allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "Aviary-Position"],
  exposeHeaders: EXPOSED_HEADERS,
  maxAge: "24h",
}

const MAX_AGE_SECONDS = 86_400

export function corsOptions(url: string): object {
  if (!OPEN_PATHS.test(url)) return { origin: false }
  return {
    origin: "*",
    methods: apiCors.methods,
    allowedHeaders: apiCors.allowHeaders,
    exposedHeaders: apiCors.exposeHeaders,
    maxAge: MAX_AGE_SECONDS,
  }
}

const SECURITY_HEADERS = Object.entries({
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "x-frame-options": "DENY",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "private, no-store",
})

export function setSecurityHeaders(reply: FastifyReply): void {
  reply.header("x-request-id", reply.request.id)
  for (const [name, value] of SECURITY_HEADERS) if (!reply.hasHeader(name)) reply.header(name, value)
}

const PAGE_HEADERS = {
  vary: "Origin",
  "access-control-allow-origin": "*",
  "access-control-expose-headers": EXPOSED_HEADERS.join(", "),
  "content-type": "application/json; charset=utf-8",
}

/** What the ordinary way says of every page for members, names and values in turn. */
export const memberPageHeaders: readonly string[] = [
  ...Object.entries(PAGE_HEADERS),
  ...SECURITY_HEADERS,
].flat()
