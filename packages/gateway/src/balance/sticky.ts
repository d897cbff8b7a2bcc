// Keeps a browser on the instance that it met first, by a cookie that tells nothing about the instance. Makes the cookie and
// reads it; never lets a cookie lead to an instance that is not of the upstream.

import { hash32 } from "../values/hash.ts"
import type { StickyConfig } from "./load-balancer-schema.ts"
import type { Member } from "./member.ts"

/** The cookie's value for an instance: 64 bits, the same in every gateway. Not secret, and says nothing to who has it. */
export function stickyToken(instanceId: string): string {
  const high = hash32(instanceId, 0x5717c4e7)
  const low = hash32(instanceId, 0x2b7e1516)
  return high.toString(36).padStart(7, "0") + low.toString(36).padStart(7, "0")
}

/**
 * - `stay`: to this member, no cookie.
 * - `assign`: pick one and hand out its cookie.
 * - `refuse`: its member cannot take it and the route wants no other (503).
 */
export type StickyDecision =
  | { readonly kind: "stay"; readonly member: Member }
  | { readonly kind: "assign" }
  | { readonly kind: "refuse" }

const ASSIGN: StickyDecision = { kind: "assign" }
const REFUSE: StickyDecision = { kind: "refuse" }

/** What to do for a request with (or without) the cookie. An unknown value is as good as none: its instance is gone. */
export function decideSticky(
  config: StickyConfig,
  cookie: string | undefined,
  stuck: (token: string) => Member | undefined,
): StickyDecision {
  if (cookie === undefined) return ASSIGN
  const member = stuck(cookie)
  if (member === undefined) return ASSIGN
  if (member.eligible) return { kind: "stay", member }
  return config.fallback === "refuse" ? REFUSE : ASSIGN
}

/** The `Set-Cookie` value that keeps a browser on the instance. `secure`: the client came by TLS. */
export function stickyCookie(config: StickyConfig, instanceId: string, secure: boolean): string {
  const life = config.ttl > 0 ? `; Max-Age=${Math.ceil(config.ttl / 1000)}` : ""
  const transport = secure ? "; Secure" : ""
  return `${config.cookieName}=${stickyToken(instanceId)}; Path=/; HttpOnly; SameSite=Lax${life}${transport}`
}
