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
export type LimitKeyOf = (
  key: RateLimitPolicy["key"],
  subject: LimitSubject,
  route: string,
) => string | undefined

/** Addresses whose keys are remembered, some 3 MB: a connection asks with the same text each time. */
const REMEMBERED = 16_384

export function createLimitKeys(): LimitKeyOf {
  const addressKeys = new Map<string, string>()

  function keyOfAddress(address: string): string {
    // IPv4 is its own key.
    if (!address.includes(":")) return address
    const known = addressKeys.get(address)
    if (known !== undefined) return known
    const key = addressKey(address)
    if (addressKeys.size >= REMEMBERED) addressKeys.clear()
    addressKeys.set(address, key)
    return key
  }

  function partOf(kind: LimitKey, subject: LimitSubject, route: string): string | undefined {
    switch (kind) {
      case "global":
        return ""
      case "address":
        return keyOfAddress(subject.address)
      case "network":
        return networkKey(subject.address)
      case "stranger":
        return subject.account === undefined ? keyOfAddress(subject.address) : undefined
      case "token":
        return subject.token
      case "account":
        return subject.account
      case "route":
        return route
    }
  }

  return (key, subject, route) => {
    if (typeof key === "string") return partOf(key, subject, route)
    for (const kind of key) {
      const part = partOf(kind, subject, route)
      // An account and an address may read the same.
      if (part !== undefined) return `${kind}:${part}`
    }
    return undefined
  }
}
