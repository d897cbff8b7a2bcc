// What clients are told of their limits: `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10, structured
// fields of RFC 9651), `X-RateLimit-*` in the form that Mastodon's clients read, and `Retry-After`. Pure text.

import { isoTime } from "../values/iso-time.ts"
import type { LimitDecision, LimitVerdict } from "./limiter.ts"
import type { RateLimitPolicy } from "./rate-limit-schema.ts"

/** `RateLimit-Policy` of a route: quota and window (seconds, rounded up) of each policy by its name. */
export function policyHeader(policies: readonly RateLimitPolicy[]): string {
  return policies
    .map(({ name, quota, window }) => `"${name}";q=${quota};w=${Math.max(1, Math.ceil(window / 1000))}`)
    .join(", ")
}

/**
 * The headers of an answer, a flat list of names and values; empty when no limit counted the request, so that of
 * `X-RateLimit-*` there are all three or none.
 * @param wallNow milliseconds since 1970; `X-RateLimit-Reset` is a date, ISO 8601 with milliseconds.
 */
export function rateLimitHeaders(decision: LimitDecision, wallNow: number): string[] {
  const { strictest, verdicts, allowed, retryAfterMs } = decision
  if (strictest === undefined) return []
  const headers = [
    "ratelimit-policy",
    decision.policyHeader,
    "ratelimit",
    remainders(verdicts),
    "x-ratelimit-limit",
    String(strictest.policy.quota),
    "x-ratelimit-remaining",
    String(strictest.remaining),
    "x-ratelimit-reset",
    isoTime(Math.ceil(wallNow + strictest.resetMs)),
  ]
  // Rounded up: a client that comes back at the second must not be refused again.
  if (!allowed) headers.push("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / 1000))))
  return headers
}

function remainders(verdicts: readonly LimitVerdict[]): string {
  let text = ""
  for (const { policy, remaining, resetMs } of verdicts) {
    text += `${text === "" ? "" : ", "}"${policy.name}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`
  }
  return text
}
