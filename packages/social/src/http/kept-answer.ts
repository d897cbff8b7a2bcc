// Answers that caches may keep: those that say the same to everybody who is not signed in. Never an answer to a member, never
// one that sets a cookie, never an error.

import { hash } from "node:crypto"
import type { FastifyReply, FastifyRequest } from "fastify"

/** How long, and until what happens, an answer to somebody who is not signed in may be kept (RFC 9111, RFC 5861). */
export interface KeepPolicy {
  /** Seconds it is fresh, in browsers and everywhere on the way. */
  readonly maxAge: number
  /** Seconds beyond that in which it may be shown while a new one is fetched. */
  readonly staleWhileRevalidate: number
  /** Seconds beyond that in which it may be shown when the server fails. */
  readonly staleIfError: number
  /** Whether the answer to a request with a cookie is another one; default false. */
  readonly variesByCookie?: boolean
  /** What the answer is made of: when a tag is purged, the gateway drops every answer that carries it. */
  readonly tags: (input: Readonly<Record<string, unknown>>) => readonly string[]
}

/** Tells the gateway's cache by which tags an answer is purged; never reaches clients that come through the gateway. */
const TAG_HEADER = "cache-tag"

/** Marks the answer as one to be kept. Call it once the answer is known to be good. */
export function keepAnswer(
  reply: FastifyReply,
  policy: KeepPolicy,
  input: Readonly<Record<string, unknown>>,
): void {
  const { maxAge, staleWhileRevalidate, staleIfError } = policy
  reply.header(
    "cache-control",
    `public, max-age=${maxAge}, stale-while-revalidate=${staleWhileRevalidate}, stale-if-error=${staleIfError}`,
  )
  reply.header(TAG_HEADER, policy.tags(input).join(","))
}

/** Says of which request headers a kept answer depends, in the answers that may not be kept, too. */
export function varyAnswer(reply: FastifyReply, policy: KeepPolicy): void {
  // Not of Origin, which the CORS plugin names: its headers are the same for all, and each origin would be asked for apart.
  reply.header("vary", policy.variesByCookie === true ? "Authorization, Cookie" : "Authorization")
}

/** What is sent of an answer that was marked: it gets an ETag, and a client that has it already is told so (304). */
export function conditionalPayload(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (!reply.hasHeader(TAG_HEADER)) return payload
  if (reply.hasHeader("set-cookie")) {
    // A cookie is for one person, and so is what comes with it. Cookies are written last, so that it shows only here.
    reply.removeHeader(TAG_HEADER)
    reply.header("cache-control", "private, no-store")
    return payload
  }
  if (reply.statusCode !== 200 || (typeof payload !== "string" && !Buffer.isBuffer(payload))) return payload
  // Weak: it speaks of the content, whatever a proxy does to its encoding.
  const etag = `W/"${hash("sha1", payload, "base64url")}"`
  reply.header("etag", etag)
  if (!namesTag(request.headers["if-none-match"], etag)) return payload
  reply.code(304)
  reply.removeHeader("content-type")
  reply.removeHeader("content-length")
  return ""
}

function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(",").some((tag) => tag.trim() === "*" || weak(tag.trim()) === etag)
}

function weak(tag: string): string {
  return tag.startsWith("W/") ? tag : `W/${tag}`
}
