// A kept entry as the answer to one request: with its age, and as a 304 where the client has it already. Pure.

import type { HeaderList } from "../http1/header-list.ts"
import type { CacheRequest, KeptAnswer } from "./cache-verdict.ts"
import type { Entry } from "./kept-entry.ts"

/** What of an entry describes its body: not in a 304, which has none. */
const OF_THE_BODY = new Set(["content-encoding", "content-language", "content-type"])

/** `now` as in the entry's times. */
export function answerOf(entry: Entry, request: CacheRequest, now: number): KeptAnswer {
  const age = String(Math.max(0, Math.floor((now - entry.bornAt) / 1_000)))
  if (entry.status === 200 && isKnownToClient(entry, request)) {
    return { status: 304, headers: [...notOfTheBody(entry.headers), "age", age], body: undefined }
  }
  if (request.method === "HEAD") {
    const length = String(entry.body.length)
    return {
      status: entry.status,
      headers: [...entry.headers, "content-length", length, "age", age],
      body: undefined,
    }
  }
  return { status: entry.status, headers: [...entry.headers, "age", age], body: entry.body }
}

function notOfTheBody(headers: HeaderList): HeaderList {
  const kept: HeaderList = []
  for (let i = 0; i < headers.length; i += 2) {
    if (!OF_THE_BODY.has(headers[i] ?? "")) kept.push(headers[i] ?? "", headers[i + 1] ?? "")
  }
  return kept
}

/** RFC 9110 13.2.2: If-None-Match decides, If-Modified-Since only without it. */
function isKnownToClient(entry: Entry, request: CacheRequest): boolean {
  const tags = request.header("if-none-match")
  if (tags !== undefined) {
    if (tags.trim() === "*") return true
    const etag = entry.etag
    return etag !== undefined && tags.split(",").some((tag) => opaque(tag) === opaque(etag))
  }
  const since = request.header("if-modified-since")
  if (since === undefined || entry.lastModified === undefined) return false
  // An invalid date compares as false: the whole answer is sent.
  return Date.parse(entry.lastModified) <= Date.parse(since)
}

/** Weak comparison (RFC 9110 8.8.3.2). */
function opaque(tag: string): string {
  const text = tag.trim()
  return text.startsWith("W/") ? text.slice(2) : text
}

/** What to ask an instance with, so that it may answer 304 to a stale entry. */
export function conditionsOf(entry: Entry): HeaderList {
  if (entry.etag !== undefined) return ["if-none-match", entry.etag]
  return entry.lastModified === undefined ? [] : ["if-modified-since", entry.lastModified]
}
