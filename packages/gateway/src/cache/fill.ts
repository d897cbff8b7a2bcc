// One asking of an instance on behalf of the cache: judges the answer's head, collects its body, and says in the end what came
// of it. Large bodies are let go as soon as that shows.

import { headerValue } from "../http1/header-list.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { CacheConfig } from "./cache-schema.ts"
import type { CacheRequest, Fill, FillVerdict, KeptAnswer } from "./cache-verdict.ts"
import { answerOf, conditionsOf } from "./kept-answer.ts"
import type { AnswerHead, Entry, EntryMaker } from "./kept-entry.ts"
import type { PurgeLog } from "./purge-log.ts"
import { variantKey, varyNames } from "./request-key.ts"

/**
 * What came of a fill. `kept`: an entry to be stored. `passed`: an answer that is not kept. `stale`: the old entry serves on.
 * `failed`: nothing. `drop`: the old entry is worth nothing any more.
 */
export type FillEnd = { readonly drop: boolean } & (
  | { readonly kind: "kept"; readonly entry: Entry; readonly vary: readonly string[] }
  | { readonly kind: "passed" }
  | { readonly kind: "stale"; readonly entry: Entry }
  | { readonly kind: "failed" }
)

export interface FillDeps {
  readonly config: CacheConfig
  readonly maker: EntryMaker
  readonly now: () => number
  readonly purges: PurgeLog
}

export interface FillSpec {
  readonly base: string
  readonly request: CacheRequest
  /** What is kept already and may be confirmed. */
  readonly stale: Entry | undefined
  readonly waiting: () => number
  /** Called once. */
  readonly over: (end: FillEnd) => void
}

/** Answers in whose place a stale one may be shown (RFC 5861 4). */
const ERRORS = new Set([500, 502, 503, 504])

const PASS: FillVerdict = { kind: "pass" }
const KEEP: FillVerdict = { kind: "keep" }

interface Collecting {
  readonly head: AnswerHead
  readonly policy: NonNullable<ReturnType<EntryMaker["judge"]>>
  readonly vary: readonly string[]
  readonly chunks: Buffer[]
  bytes: number
}

export function createFill({ config, maker, purges, now }: FillDeps, spec: FillSpec): Fill {
  const { stale, request, base } = spec
  const askedAt = now()
  let collecting: Collecting | undefined
  let isOver = false

  function finish(end: FillEnd): void {
    if (isOver) return
    isOver = true
    collecting = undefined
    spec.over(end)
  }

  function passed(): FillVerdict {
    // An answer that may not be kept tells that the old one is none any more.
    finish({ kind: "passed", drop: stale !== undefined })
    return PASS
  }

  /** Neither kept nor shared: it may be older than a purge. Who waits asks anew. */
  function outdated(): FillVerdict {
    finish({ kind: "failed", drop: true })
    return PASS
  }

  function staleInstead(): KeptAnswer | undefined {
    if (!stale || now() >= stale.errorUntil || purges.outdates(stale.tags, askedAt)) return undefined
    finish({ kind: "stale", entry: stale, drop: false })
    return answerOf(stale, request, now())
  }

  function confirmed(known: Entry, head: AnswerHead): FillVerdict {
    const refreshed = maker.refreshed(known, request, head)
    const entry = refreshed && settling(refreshed)
    // A 304 about something else leaves nothing to send but what is here (RFC 9111 4.3.4); the next asks without conditions.
    const answer = answerOf(entry ?? known, request, now())
    const vary = varyNames(headerValue(entry?.headers ?? [], "vary"))
    if (!entry || !vary || purges.outdates(entry.tags, askedAt)) finish({ kind: "failed", drop: true })
    else finish({ kind: "kept", entry, vary, drop: false })
    return { kind: "answer", answer, keep: false }
  }

  function collect(head: AnswerHead): FillVerdict {
    const vary = varyNames(headerValue(head.headers, "vary"))
    const policy = vary && maker.judge(request, head)
    if (!policy || !vary) return passed()
    if (Number(headerValue(head.headers, "content-length") ?? 0) > config.maxEntryBytes) return passed()
    const seen = { head, policy, vary, chunks: [], bytes: 0 }
    const preview = entryOf(seen, Buffer.alloc(0))
    if (purges.outdates(preview.tags, askedAt)) return outdated()
    collecting = seen
    const answer = answerOf(preview, request, now())
    return answer.status === 304 ? { kind: "answer", answer, keep: true } : KEEP
  }

  function entryOf({ head, policy, vary }: Collecting, body: Buffer): Entry {
    return settling(maker.make({ key: variantKey(base, vary, request), base, policy, head }, body))
  }

  /** Soon after a purge an answer is not trusted for long. */
  function settling(entry: Entry): Entry {
    const until = purges.shownUntil(entry.tags, askedAt)
    if (until >= entry.errorUntil && until >= entry.revalidateUntil) return entry
    return {
      ...entry,
      freshUntil: Math.min(entry.freshUntil, until),
      revalidateUntil: Math.min(entry.revalidateUntil, until),
      errorUntil: Math.min(entry.errorUntil, until),
    }
  }

  return {
    conditions: stale ? conditionsOf(stale) : [],
    get waiting() {
      return spec.waiting()
    },
    head(status: number, headers: HeaderList) {
      if (isOver || collecting) return PASS
      const head = { status, headers }
      if (status === 304 && stale) return confirmed(stale, head)
      if (ERRORS.has(status)) {
        const answer = staleInstead()
        if (answer) return { kind: "answer", answer, keep: false }
        // An error is nobody else's answer; who waits may have more luck.
        finish({ kind: "failed", drop: false })
        return PASS
      }
      return collect(head)
    },
    data(chunk) {
      if (!collecting) return
      collecting.bytes += chunk.length
      if (collecting.bytes > config.maxEntryBytes) finish({ kind: "passed", drop: stale !== undefined })
      else collecting.chunks.push(chunk)
    },
    end() {
      if (!collecting) return finish({ kind: "failed", drop: false })
      const entry = entryOf(collecting, Buffer.concat(collecting.chunks, collecting.bytes))
      if (purges.outdates(entry.tags, askedAt)) finish({ kind: "failed", drop: true })
      else finish({ kind: "kept", entry, vary: collecting.vary, drop: false })
    },
    fail() {
      if (isOver) return undefined
      const hadHead = collecting !== undefined
      const answer = hadHead ? undefined : staleInstead()
      finish({ kind: "failed", drop: false })
      return answer
    },
  }
}
