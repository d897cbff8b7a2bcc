// Whether a try that failed may be made again. Never lets a request that changes something happen twice, unless the route
// says that this is all right. Whether there is budget for it is the budget's question.

import type { AttemptFailure } from "../types.ts"
import type { RetriesConfig } from "./resilience-schema.ts"

export interface FailedTry {
  readonly method: string
  /** How it failed; absent when an answer came, whose status is then given. */
  readonly failure?: AttemptFailure | undefined
  readonly status?: number | undefined
  /** Known to have done nothing: no byte of the request was sent, or the instance says that it refused it unread. */
  readonly untouched: boolean
  /** The request's body is still here in full, or there is none. */
  readonly bodyKept: boolean
  /** Something of an answer has gone to the client. */
  readonly answerBegun: boolean
  /** Tries so far, this one included. */
  readonly tries: number
}

/**
 * `retry`, or why not: `answer_begun`, `not_listed` (in `on`), `attempts` (used up), `body_gone`, `not_idempotent`.
 */
export type RetryVerdict =
  | "retry"
  | "answer_begun"
  | "not_listed"
  | "attempts"
  | "body_gone"
  | "not_idempotent"

/** RFC 9110 section 9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"])

/** Whether sending it twice comes to the same as sending it once. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method)
}

export function decideRetry(
  { on, attempts, idempotentOnly }: Pick<RetriesConfig, "on" | "attempts" | "idempotentOnly">,
  { method, failure, status, untouched, bodyKept, answerBegun, tries }: FailedTry,
): RetryVerdict {
  if (answerBegun) return "answer_begun"
  const condition = failure ?? String(status)
  if (!on.some((listed) => listed === condition)) return "not_listed"
  if (tries >= attempts) return "attempts"
  if (!bodyKept) return "body_gone"
  if (untouched || !idempotentOnly || isIdempotent(method)) return "retry"
  return "not_idempotent"
}
