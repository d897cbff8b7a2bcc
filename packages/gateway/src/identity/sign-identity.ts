// Signs who asks as a JWT of a minute's life (RFC 7519, Ed25519). The claims are the contract with services: `tid` token, `aid`
// app, `sub` account, `scope`, `role`; or `refused` for a token that is none.

import { SignJWT } from "jose"
import type { Introspected } from "./identified.ts"
import type { SigningKey } from "./signing-keys.ts"

export const IDENTITY_ISSUER = "aviary-gateway"
const IDENTITY_TYPE = "aviary-identity+jwt"

export interface SignOptions {
  readonly key: SigningKey
  readonly audience: string
  /** Milliseconds. */
  readonly lifetimeMs: number
  /** Milliseconds since 1970. */
  readonly now: number
}

export async function signIdentity(what: Introspected, options: SignOptions): Promise<string> {
  const issuedAt = Math.floor(options.now / 1_000)
  return new SignJWT(claimsOf(what))
    .setProtectedHeader({ alg: "EdDSA", typ: IDENTITY_TYPE, kid: options.key.id })
    .setIssuer(IDENTITY_ISSUER)
    .setAudience(options.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(options.lifetimeMs / 1_000))
    .sign(options.key.key)
}

function claimsOf(what: Introspected): Record<string, string> {
  if (!what.active) return { refused: what.reason }
  const { tokenId, appId, accountId, scope, role } = what.facts
  return {
    tid: String(tokenId),
    aid: String(appId),
    scope,
    ...(accountId !== undefined && { sub: String(accountId) }),
    ...(role !== undefined && { role }),
  }
}
