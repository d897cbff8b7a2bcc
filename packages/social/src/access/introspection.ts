// A token as RFC 7662 describes it to the gateway. What makes a token bad is told (`reason`), since only the gateway asks. Pure.

import { AppError } from "@aviary/kit"
import type { AppViewer, Authenticate, Member } from "../http/viewer.ts"
import { isMember } from "../http/viewer.ts"
import { isSignedIdentity } from "./signed-identity.ts"

/** `token_id` and `role` are additions of ours, as RFC 7662 2.2 allows. Ids are texts. */
export type Introspection =
  | {
      readonly active: true
      readonly token_type: "Bearer"
      readonly client_id: string
      readonly sub?: string
      readonly scope: string
      readonly token_id: string
      readonly role?: string
    }
  | { readonly active: false; readonly reason: "unknown" | "suspended" | "pending" }

export type Introspect = (token: string) => Promise<Introspection>

/** Fails as the database does; a bad token is an answer. `onAsked` is told of good ones. */
export function createIntrospect(
  authenticate: Authenticate,
  onAsked: (token: string, viewer: AppViewer) => void = () => {},
): Introspect {
  return async function introspect(token) {
    // A signed identity is no token: who has got hold of one must not have it made anew again and again.
    if (isSignedIdentity(token)) return { active: false, reason: "unknown" }
    try {
      const viewer = await authenticate(token)
      onAsked(token, viewer)
      return active(viewer)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === "auth.token_required") return { active: false, reason: "unknown" }
      if (error.code === "auth.suspended") return { active: false, reason: "suspended" }
      if (error.code === "auth.pending") return { active: false, reason: "pending" }
      throw error
    }
  }
}

function active(viewer: AppViewer | Member): Introspection {
  return {
    active: true,
    token_type: "Bearer",
    client_id: String(viewer.appId),
    scope: viewer.scopes.join(" "),
    token_id: String(viewer.tokenId),
    ...(isMember(viewer) && { sub: String(viewer.accountId), role: viewer.role }),
  }
}
