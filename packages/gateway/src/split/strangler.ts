// Whether a visitor meets the new service that takes over a route: the same fixed point as a split's, so nobody goes back while
// the weight rises.

import type { StranglerConfig } from "../routing/route-schema.ts"
import type { RequestView } from "../types.ts"
import { positioner } from "./split.ts"
import { cohortCookieHeader, visitorOf } from "./visitor-key.ts"

export interface StranglerDecision {
  /** True: to the service named in `to`. */
  readonly moved: boolean
  readonly setCookie?: string
}

const MOVED: StranglerDecision = { moved: true }
const STAYS: StranglerDecision = { moved: false }

export type DecideStrangler = (
  request: Pick<RequestView, "address" | "cookie" | "secure">,
  account: string | undefined,
) => StranglerDecision

export function createStrangler(
  { weight, stickiness }: StranglerConfig,
  { random }: { random: () => number },
): DecideStrangler {
  const position = positioner(stickiness.salt)
  return (request, account) => {
    if (weight === 0) return STAYS
    if (weight === 1) return MOVED
    const { key, newCookie } = visitorOf(stickiness, request, { account, random })
    const moved = (key === undefined ? random() : position(key)) < weight
    if (newCookie === undefined) return moved ? MOVED : STAYS
    return { moved, setCookie: cohortCookieHeader(stickiness, newCookie, request.secure) }
  }
}
