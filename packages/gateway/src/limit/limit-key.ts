// What a policy counts a request under.

import { addressKey, networkKey } from "../values/address.ts"
import type { LimitKey, RateLimitPolicy } from "./rate-limit-schema.ts"

/** Who asks, as far as it is known. */
export interface LimitSubject {
  /** The client's address. */
  readonly address: string
  /** A digest of the access token; never the token, since keys stay in memory. */
  readonly token?: string | undefined
  /** The member's account id. */
  readonly account?: string | undefined
}

/** The key of a request, or undefined when it has nothing of what the policy counts by. */
export function limitKeyOf(
  key: RateLimitPolicy["key"],
  subject: LimitSubject,
  route: string,
): string | undefined {
  if (typeof key === "string") return partOf(key, subject, route)
  for (const kind of key) {
    const part = partOf(kind, subject, route)
    // An account and an address may read the same.
    if (part !== undefined) return `${kind}:${part}`
  }
  return undefined
}

function partOf(kind: LimitKey, subject: LimitSubject, route: string): string | undefined {
  switch (kind) {
    case "global":
      return ""
    case "address":
      return addressKey(subject.address)
    case "network":
      return networkKey(subject.address)
    case "token":
      return subject.token
    case "account":
      return subject.account
    case "route":
      return route
  }
}
