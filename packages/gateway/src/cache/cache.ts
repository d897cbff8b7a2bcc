// The cache of one route: says of each request whether it is answered from memory, waits for another's answer, asks an
// instance, or is none of the cache's business. Only for people who are not signed in. Keeps no answer that is not allowed to
// be kept by RFC 9111, and none that was made before a purge of one of its tags.

import type { CacheConfig } from "./cache-schema.ts"
import type { CacheRequest, CacheVerdict, KeptAnswer } from "./cache-verdict.ts"
import { createEntries } from "./entries.ts"
import { createFill } from "./fill.ts"
import type { FillEnd } from "./fill.ts"
import { answerOf } from "./kept-answer.ts"
import type { Entry } from "./kept-entry.ts"
import { createEntryMaker } from "./kept-entry.ts"
import { createPurgeLog } from "./purge-log.ts"
import { isCacheable } from "./request-key.ts"

export interface CacheStats {
  readonly hits: number
  readonly staleHits: number
  /** Asked an instance. */
  readonly fills: number
  /** Answered by what another request fetched. */
  readonly shared: number
  readonly bypassed: number
  readonly kept: number
  readonly purged: number
  readonly evicted: number
  readonly entries: number
  readonly bytes: number
}

export interface Cache {
  handle(request: CacheRequest): CacheVerdict
  /** Drops all answers that carry one of the tags, those that are being fetched included; how many were kept. */
  purge(tags: readonly string[]): number
  purgeAll(): number
  stats(): CacheStats
}

interface Waiter {
  readonly request: CacheRequest
  readonly resolve: (verdict: CacheVerdict) => void
  left: boolean
  /** How many fetches failed that it waited for. */
  failures: number
}

/** A fetch under way, and who waits for it. */
interface Flight {
  readonly waiters: Waiter[]
}

const BYPASS: CacheVerdict = { kind: "bypass" }

/** Who waited for this many fetches in vain asks for himself: one after the other they would wait too long. */
const MAX_FAILURES = 2

/** What turned out not to be kept is not waited for again, for this long. */
const PASSING_MS = 2_000
const PASSING = 10_000

/** `now`: milliseconds since 1970. */
export function createCache(config: CacheConfig, deps: { now: () => number }): Cache {
  const { now } = deps
  const maker = createEntryMaker(config, now)
  const entries = createEntries(config)
  const purges = createPurgeLog()
  const flights = new Map<string, Flight>()
  const passing = new Map<string, number>()
  const counts = { hits: 0, staleHits: 0, fills: 0, shared: 0, bypassed: 0, kept: 0, purged: 0 }

  function handle(request: CacheRequest): CacheVerdict {
    if (!isCacheable(request, config)) return bypass()
    return decide(request, undefined) ?? BYPASS
  }

  /** Undefined: the waiter was put in line again. */
  function decide(request: CacheRequest, waiter: Waiter | undefined): CacheVerdict | undefined {
    const { base, key } = entries.keyOf(request)
    const entry = entries.get(key)
    const time = now()
    const directed = entry && config.requestDirectives === "follow" ? direct(entry, request) : "free"
    if (directed === "impossible") return { kind: "hit", answer: notCached, revalidation: undefined }
    if (entry && directed === "free") {
      if (time < entry.freshUntil) return hit(entry, request)
      if (time < entry.revalidateUntil) return staleHit({ base, key, entry, request })
    }
    // Only a whole answer can be kept and shared.
    if (request.method === "HEAD") return bypass()
    if ((passing.get(key) ?? 0) > time) return bypass()
    const flight = flights.get(key)
    if (flight && config.coalesce) return wait(flight, request, waiter)
    counts.fills += 1
    return { kind: "fill", fill: fillOf({ base, key, entry, request }) }
  }

  /** What the client's own Cache-Control asks for. */
  function direct(entry: Entry, request: CacheRequest): "free" | "ask" | "impossible" {
    if (maker.satisfies(entry, request)) return "free"
    return request.header("cache-control")?.toLowerCase().includes("only-if-cached") ? "impossible" : "ask"
  }

  function bypass(): CacheVerdict {
    counts.bypassed += 1
    return BYPASS
  }

  function hit(entry: Entry, request: CacheRequest): CacheVerdict {
    counts.hits += 1
    return { kind: "hit", answer: answerOf(entry, request, now()), revalidation: undefined }
  }

  interface Sought {
    readonly base: string
    readonly key: string
    readonly entry: Entry | undefined
    readonly request: CacheRequest
  }

  /** Stale, but good enough until another is there; the first who gets it has another fetched. */
  function staleHit(sought: Sought & { entry: Entry }): CacheVerdict {
    const { entry, key, request } = sought
    counts.staleHits += 1
    const answer = answerOf(entry, request, now())
    if (flights.has(key)) return { kind: "hit", answer, revalidation: undefined }
    counts.fills += 1
    return { kind: "hit", answer, revalidation: fillOf(sought) }
  }

  function wait(flight: Flight, request: CacheRequest, known: Waiter | undefined): CacheVerdict | undefined {
    if (known) {
      flight.waiters.push(known)
      return undefined
    }
    const { promise, resolve } = Promise.withResolvers<CacheVerdict>()
    const waiter: Waiter = { request, resolve, left: false, failures: 0 }
    flight.waiters.push(waiter)
    return {
      kind: "wait",
      turn: promise,
      leave() {
        waiter.left = true
      },
    }
  }

  function fillOf({ base, key, entry, request }: Sought) {
    const flight: Flight = { waiters: [] }
    // Without coalescing several may fetch the same; the newest is the one that is waited for by nobody.
    if (config.coalesce || !flights.has(key)) flights.set(key, flight)
    return createFill(
      { config, maker, purges, now },
      {
        base,
        request,
        stale: entry,
        waiting: () => flight.waiters.reduce((sum, waiter) => sum + (waiter.left ? 0 : 1), 0),
        over: (end) => settle({ key, flight }, end),
      },
    )
  }

  function settle({ key, flight }: { key: string; flight: Flight }, end: FillEnd): void {
    if (flights.get(key) === flight) flights.delete(key)
    if (end.kind === "kept") {
      counts.kept += 1
      entries.put(end.entry, end.vary)
    }
    if (end.drop) entries.delete(key)
    if (end.kind === "passed") pass(key)
    for (const waiter of flight.waiters) if (!waiter.left) serve(waiter, end)
  }

  function serve(waiter: Waiter, end: FillEnd): void {
    const { request, resolve } = waiter
    if (end.kind === "passed") return resolve(bypass())
    if (end.kind === "stale") {
      counts.staleHits += 1
      return resolve({ kind: "hit", answer: answerOf(end.entry, request, now()), revalidation: undefined })
    }
    if (end.kind === "failed") {
      waiter.failures += 1
      if (waiter.failures > MAX_FAILURES) return resolve(bypass())
    }
    // It was kept, or the fetch failed: the first then asks anew, and the others wait for that one.
    const verdict = decide(request, waiter)
    if (!verdict) return
    if (verdict.kind === "hit") counts.shared += 1
    resolve(verdict)
  }

  function pass(key: string): void {
    if (passing.size >= PASSING) passing.clear()
    passing.set(key, now() + PASSING_MS)
  }

  return {
    handle,
    purge(tags) {
      purges.note(tags, now())
      const dropped = entries.purge(tags)
      counts.purged += dropped
      return dropped
    },
    purgeAll() {
      purges.noteAll(now())
      const dropped = entries.clear()
      counts.purged += dropped
      return dropped
    },
    stats: () => ({
      ...counts,
      evicted: entries.evicted,
      entries: entries.size,
      bytes: entries.bytes,
    }),
  }
}

/** RFC 9111 5.2.1.7 */
const notCached: KeptAnswer = {
  status: 504,
  headers: ["content-type", "application/json; charset=utf-8", "cache-control", "no-store"],
  body: Buffer.from(
    '{"error":"There is no kept answer, and none else was asked for","code":"gateway.not_cached"}',
  ),
}
