// Which grants this server gives, and which scopes a request may get. Pure.

import type { Role } from "../../db/schema.ts"
import { coversScope, parseScopes } from "../../http/scopes.ts"
import { isStaff } from "../staff/staff-rank.ts"

/** OAuth's grant types; the password one only where the operator has allowed it. */
export function enabledGrants(settings: { readonly auth: { readonly passwordGrant: boolean } }): string[] {
  return ["authorization_code", "client_credentials", ...(settings.auth.passwordGrant ? ["password"] : [])]
}

/** Scopes without those that only staff can use, for who is none: nobody's token holds more than its member could do. */
export function scopesFor(role: Role, scopes: readonly string[]): string[] {
  return isStaff(role) ? [...scopes] : scopes.filter((scope) => !scope.startsWith("admin:"))
}

/**
 * The scopes that a request for `wanted` gets from an app registered with `registered`: all of them or, when one is unknown
 * or beyond the app's own, undefined. Nothing wanted means `read`, as with Mastodon, or all the app has where that is less.
 */
export function grantableScopes(
  wanted: string | undefined,
  registered: readonly string[],
): string[] | undefined {
  if (wanted === undefined || wanted.trim() === "" || wanted === "None") {
    return coversScope(registered, "read") ? ["read"] : [...registered]
  }
  const scopes = parseScopes(wanted)
  return scopes?.every((scope) => coversScope(registered, scope)) ? scopes : undefined
}
