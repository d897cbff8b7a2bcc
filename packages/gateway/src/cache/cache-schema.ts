// The fields that say what a route keeps of its answers. Shapes and defaults only.

import { z } from "zod"
import { cookieName, count, duration, headerName } from "../values/schemas.ts"

const MiB = 1_048_576

/**
 * What may be kept is what the answer itself allows (RFC 9111); these fields say how much, and what makes two requests the
 * same. A route without `cache` keeps nothing.
 */
export const cacheSchema = z.strictObject({
  /** What tells requests apart, besides scheme, host and path. Headers that an answer names in Vary do so anyway. */
  key: z
    .strictObject({
      /** The whole query, none of it, or the named parameters. */
      query: z.union([z.boolean(), z.array(z.string().min(1).max(200)).max(50)]).default(true),
      headers: z.array(headerName()).max(20).default([]),
    })
    .prefault({}),
  /** Cookies that change no answer. A request with any other is never answered from the cache. */
  ignoredCookies: z.array(cookieName()).max(50).default([]),
  /** Bytes of all that is kept. */
  maxBytes: count(1_099_511_627_776).default(64 * MiB),
  /** An answer above this is passed on and not kept, bytes. */
  maxEntryBytes: count(1_073_741_824).default(MiB),
  /** What goes when it is full: what was not used longest, what was used least, what came first. */
  eviction: z.enum(["lru", "lfu", "fifo"]).default("lru"),
  /** How long beyond its time an answer is shown while a new one is fetched, where the answer does not say. */
  staleWhileRevalidate: duration().default(0),
  /** How long beyond its time an answer is shown when no instance gives a new one, where the answer does not say. */
  staleIfError: duration().default(0),
  /** One fetch a key: who asks meanwhile waits for it. */
  coalesce: z.boolean().default(true),
  /** Whether a client's `Cache-Control: no-cache` and the like are followed. RFC 9111 leaves it open; they cost a fetch each. */
  requestDirectives: z.enum(["ignore", "follow"]).default("ignore"),
})

export type CacheConfig = z.output<typeof cacheSchema>
