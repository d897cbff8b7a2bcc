// One kept answer: what is stored of it and until when it may be shown. Whether it may be kept, for how long, and what a 304
// changes about it is decided by http-cache-semantics (RFC 9111); the times are taken from it once, so that a hit compares
// numbers only.

import CachePolicy from "http-cache-semantics"
import { headerValue } from "../http1/header-list.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { CacheConfig } from "./cache-schema.ts"
import type { CacheRequest } from "./cache-verdict.ts"
import { internalResponseHeaders } from "./cache-verdict.ts"

export interface Entry {
  readonly key: string
  readonly base: string
  readonly status: number
  /** As they go out, without Age, framing and internal ones. */
  readonly headers: HeaderList
  readonly body: Buffer
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  readonly tags: readonly string[]
  /** When it was received, minus the age that it had then; milliseconds of the cache's clock. */
  readonly bornAt: number
  /** Until when it is shown as it is, while another is fetched, and when no other can be had. Milliseconds. */
  readonly freshUntil: number
  readonly revalidateUntil: number
  readonly errorUntil: number
  readonly policy: CachePolicy
  readonly bytes: number
}

export interface AnswerHead {
  readonly status: number
  readonly headers: HeaderList
}

/** Connection-bound, framing, and what the cache writes itself; RFC 9111 3.1. */
const NOT_STORED = new Set([
  "age",
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "set-cookie",
  "x-request-id",
  "traceparent",
  ...internalResponseHeaders,
])

/** What an entry costs besides its texts and bytes: objects, map slots. */
const OVERHEAD_BYTES = 1_000

export interface EntryMaker {
  /** How the answer may be kept; undefined when it may not. */
  judge(request: CacheRequest, head: AnswerHead): CachePolicy | undefined
  make(of: { key: string; base: string; policy: CachePolicy; head: AnswerHead }, body: Buffer): Entry
  /** The entry after a 304; undefined when that was about another answer. */
  refreshed(entry: Entry, request: CacheRequest, head: AnswerHead): Entry | undefined
  /** Whether the client's Cache-Control lets the entry be shown without asking. */
  satisfies(entry: Entry, request: CacheRequest): boolean
}

/** `now`: milliseconds since 1970. */
export function createEntryMaker(config: CacheConfig, now: () => number): EntryMaker {
  class Policy extends CachePolicy {
    now(): number {
      return now()
    }
  }

  function make(
    { key, base, policy, head }: { key: string; base: string; policy: CachePolicy; head: AnswerHead },
    body: Buffer,
  ): Entry {
    const headers = storedHeaders(head.headers)
    const bornAt = now() - policy.age() * 1_000
    const freshUntil = bornAt + policy.maxAge() * 1_000
    const stale = staleTimes(headerValue(head.headers, "cache-control"), config)
    return {
      key,
      base,
      status: head.status,
      headers,
      body,
      etag: headerValue(headers, "etag"),
      lastModified: headerValue(headers, "last-modified"),
      tags: tagsOf(head.headers),
      bornAt,
      freshUntil,
      revalidateUntil: freshUntil + stale.whileRevalidate,
      errorUntil: freshUntil + stale.ifError,
      policy,
      bytes:
        body.length + key.length * 2 + headers.reduce((sum, text) => sum + text.length, 0) + OVERHEAD_BYTES,
    }
  }

  return {
    make,
    judge(request, head) {
      if (headerValue(head.headers, "set-cookie") !== undefined) return undefined
      if (headerValue(head.headers, "content-range") !== undefined) return undefined
      const policy = new Policy(
        policyRequest(request),
        { status: head.status, headers: headerRecord(head.headers) },
        // Nothing is guessed: an answer that does not say how long it is good is not kept.
        { shared: true, cacheHeuristic: 0 },
      )
      if (!policy.storable()) return undefined
      const lives = policy.maxAge() > policy.age()
      const canBeAskedAbout = headerValue(head.headers, "etag") ?? headerValue(head.headers, "last-modified")
      return lives || (canBeAskedAbout !== undefined && !isPrivateTo(head)) ? policy : undefined
    },
    refreshed(entry, request, head) {
      const { policy, matches } = entry.policy.revalidatedPolicy(policyRequest(request), {
        status: head.status,
        headers: headerRecord(head.headers),
      })
      if (!matches) return undefined
      const updated = updatedHeaders(entry.headers, head.headers)
      const tags = headerValue(head.headers, "cache-tag") ?? entry.tags.join(",")
      if (tags !== "") updated.push("cache-tag", tags)
      return make(
        { key: entry.key, base: entry.base, policy, head: { status: entry.status, headers: updated } },
        entry.body,
      )
    },
    satisfies: (entry, request) => entry.policy.satisfiesWithoutRevalidation(policyRequest(request)),
  }
}

/** An answer that varies by everything can be found by nobody. */
function isPrivateTo(head: AnswerHead): boolean {
  return headerValue(head.headers, "vary")?.includes("*") ?? false
}

function policyRequest(request: CacheRequest): CachePolicy.Request {
  const headers: Record<string, string> = { host: request.host }
  for (const name of ["cache-control", "pragma"]) {
    const value = request.header(name)
    if (value !== undefined) headers[name] = value.toLowerCase()
  }
  // HEAD is answered from what GET brought.
  return { method: "GET", url: request.path, headers }
}

/** For the library: one value a name, Cache-Control in lower case, which it expects; Vary apart, since keys hold it. */
function headerRecord(headers: HeaderList): Record<string, string> {
  const record: Record<string, string> = {}
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ""
    if (name === "vary") continue
    const value = headers[i + 1] ?? ""
    record[name] = name in record ? `${record[name]}, ${value}` : value
  }
  const control = record["cache-control"]
  if (control !== undefined) record["cache-control"] = control.toLowerCase()
  return record
}

function storedHeaders(headers: HeaderList): HeaderList {
  const named = connectionNames(headers)
  const stored: HeaderList = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ""
    if (!NOT_STORED.has(name) && !named.has(name)) stored.push(name, headers[i + 1] ?? "")
  }
  return stored
}

/** Headers that Connection declares to be of the connection alone. */
function connectionNames(headers: HeaderList): ReadonlySet<string> {
  const value = headerValue(headers, "connection")
  if (value === undefined) return new Set()
  return new Set(value.split(",").map((name) => name.trim().toLowerCase()))
}

/** RFC 9111 3.2: what the 304 says replaces what was stored, except what belongs to the body. */
function updatedHeaders(stored: HeaderList, fresh: HeaderList): HeaderList {
  const keeps = (name: string) =>
    name === "content-encoding" || name === "content-type" || name === "content-range"
  const replaced = new Set(
    fresh.filter((name, index) => index % 2 === 0 && !keeps(name) && !NOT_STORED.has(name)),
  )
  const updated: HeaderList = []
  for (let i = 0; i < stored.length; i += 2) {
    if (!replaced.has(stored[i] ?? "")) updated.push(stored[i] ?? "", stored[i + 1] ?? "")
  }
  for (let i = 0; i < fresh.length; i += 2) {
    if (replaced.has(fresh[i] ?? "")) updated.push(fresh[i] ?? "", fresh[i + 1] ?? "")
  }
  return updated
}

/**
 * RFC 5861, in milliseconds. An answer that must be validated is never shown stale; `s-maxage` means that too (RFC 9111
 * 5.2.2.10), unless the answer itself says how long.
 */
function staleTimes(
  header: string | undefined,
  config: CacheConfig,
): { whileRevalidate: number; ifError: number } {
  const control = header?.toLowerCase() ?? ""
  if (/(?:^|[\s,])(?:must-revalidate|proxy-revalidate|no-cache)(?=[\s,=]|$)/.test(control))
    return { whileRevalidate: 0, ifError: 0 }
  const strict = /(?:^|[\s,])s-maxage=/.test(control)
  return {
    whileRevalidate: seconds(control, "stale-while-revalidate") ?? (strict ? 0 : config.staleWhileRevalidate),
    ifError: seconds(control, "stale-if-error") ?? (strict ? 0 : config.staleIfError),
  }
}

function seconds(control: string, directive: string): number | undefined {
  const value = new RegExp(`(?:^|[\\s,])${directive}="?(\\d{1,9})`).exec(control)?.[1]
  return value === undefined ? undefined : Number(value) * 1_000
}

function tagsOf(headers: HeaderList): readonly string[] {
  const value = headerValue(headers, "cache-tag")
  if (value === undefined) return []
  return [...new Set(value.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "")
}
