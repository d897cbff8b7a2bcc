// Who asks, as far as the gateway knows. Values only.

export interface TokenFacts {
  readonly tokenId: number
  readonly appId: number
  /** Undefined for a token of an app itself. */
  readonly accountId: number | undefined
  readonly scope: string
  readonly role: string | undefined
}

/** `pending`: the member waits for approval. */
export type RefusalReason = "unknown" | "suspended" | "pending"

/** What introspection said of a token. */
export type Introspected =
  | { readonly active: true; readonly facts: TokenFacts }
  | { readonly active: false; readonly reason: RefusalReason }

/**
 * - `member`, `app`: a good token; `authorization` is the signed identity that goes to the instance in its place.
 * - `refused`: a bad one; `authorization` says so, signed, so that no instance looks it up again. Public routes still answer.
 * - `unasked`: nobody could be asked; `authorization` is what the client sent, and the instance checks it itself.
 */
export type Identified =
  | {
      readonly kind: "member"
      readonly facts: TokenFacts
      readonly accountId: number
      readonly authorization: string
    }
  | { readonly kind: "app"; readonly facts: TokenFacts; readonly authorization: string }
  | { readonly kind: "refused"; readonly reason: RefusalReason; readonly authorization: string }
  | { readonly kind: "unasked"; readonly authorization: string }

/**
 * What requests of one member have in common, for consistent hashing, splits and limits: the account. Undefined for requests
 * of nobody in particular.
 */
export function homingKey(identified: Identified | undefined): string | undefined {
  return identified?.kind === "member" ? String(identified.accountId) : undefined
}
