// What the cache says of a request, and how it is told of an answer. The proxy acts on it; nothing here sends anything.

import type { HeaderList } from "../http1/header-list.ts"
import type { RequestView } from "../types.ts"

export type CacheRequest = Pick<RequestView, "method" | "path" | "query" | "host" | "secure" | "header">

/** An answer to send instead of asking an instance. Shared between requests: never change its headers. */
export interface KeptAnswer {
  readonly status: number
  /** Without framing; for HEAD with the length that GET would have. Age included. */
  readonly headers: HeaderList
  /** Undefined: the answer has no body (304, HEAD). */
  readonly body: Buffer | undefined
}

/**
 * - `bypass`: the cache has no part in it; proxy as if there were none. Internal headers of the answer still go
 *   (`internalResponseHeaders`).
 * - `hit`: send `answer`. With `revalidation` the answer is stale: ask an instance as well, for nobody, and tell it to the fill.
 * - `fill`: ask an instance, tell the fill, and send what it says.
 * - `wait`: another request asks already. `turn` brings the verdict: `hit`, `fill` or `bypass`, never `wait`. Who cannot wait
 *   any longer calls `leave` and goes on as with `bypass`.
 */
export type CacheVerdict =
  | { readonly kind: "bypass" }
  | { readonly kind: "hit"; readonly answer: KeptAnswer; readonly revalidation: Fill | undefined }
  | { readonly kind: "fill"; readonly fill: Fill }
  | { readonly kind: "wait"; readonly turn: Promise<CacheVerdict>; leave(): void }

/**
 * One asking of an instance. Every fill must be ended: by `end`, by `fail`, or by `head` when that says "pass".
 *
 * States: asking → (`head`) passing | keeping → (`end`, `fail`) over. In `passing` and `over` all calls do nothing.
 */
export interface Fill {
  /** What to send instead of the client's own conditions: `withoutConditions` drops those; these are added. */
  readonly conditions: HeaderList
  /** Requests that wait for it now: worth finishing when its own client has left. */
  readonly waiting: number
  /** The head of the instance's answer. */
  head(status: number, headers: HeaderList): FillVerdict
  data(chunk: Buffer): void
  /** The body came whole. */
  end(): void
  /**
   * No answer, or half of one. An answer: a stale one, to be sent if nothing was sent yet (a half-sent one is cut off). The
   * next waiting request asks anew, unless it can be served stale, too.
   */
  fail(): KeptAnswer | undefined
}

/**
 * - `pass`: send the instance's answer; the fill is over.
 * - `keep`: send the instance's answer and give its body to `data` and `end` as well.
 * - `answer`: send this one. The instance's body is given to `data` and `end` when `keep`, else it is not needed and the fill is
 *   over.
 */
export type FillVerdict =
  | { readonly kind: "pass" }
  | { readonly kind: "keep" }
  | { readonly kind: "answer"; readonly answer: KeptAnswer; readonly keep: boolean }

/** Headers of instances' answers that are for the gateway alone and never reach a client. */
export const internalResponseHeaders: readonly string[] = ["cache-tag"]

/** A client's conditions, which a fill replaces by its own. */
const CONDITIONS = new Set([
  "if-none-match",
  "if-modified-since",
  "if-match",
  "if-unmodified-since",
  "if-range",
])

/** A request's headers with the fill's conditions in place of the client's. */
export function withConditions(headers: HeaderList, conditions: HeaderList): HeaderList {
  const result: HeaderList = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ""
    if (!CONDITIONS.has(name)) result.push(name, headers[i + 1] ?? "")
  }
  result.push(...conditions)
  return result
}
