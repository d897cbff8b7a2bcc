// Push messages name the access token of the app's member, by which apps with several accounts tell whose they are. Tokens are
// stored as hashes everywhere else; here one is kept sealed, with the subscription that was made by it. Behind a gateway the
// token does not come with the request: there it is learnt when the gateway next asks whose it is.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { isSignedIdentity } from "../../access/signed-identity.ts"
import { coversScope } from "../../http/scopes.ts"
import type { AppViewer } from "../../http/viewer.ts"

export interface PushTokens {
  /** The token of a request, sealed; null where a gateway stands in between. */
  seal(token: string | undefined, tokenId: number): Promise<Buffer | null>
  open(sealed: Buffer, tokenId: number): Promise<string>
  /** A token was asked about: remembers it where a subscription lacks it. */
  learn(token: string, viewer: AppViewer): Promise<void>
  /** Makes gateways ask anew whose the token is. */
  askAnew(tokenId: number): Promise<void>
}

export function createPushTokens({ db, seal }: Pick<Core, "db" | "seal">): PushTokens {
  const purposeOf = (tokenId: number): string => `push:${tokenId}`
  return {
    async seal(token, tokenId) {
      if (token === undefined || isSignedIdentity(token)) return null
      return seal.seal(purposeOf(tokenId), token)
    },
    open: (sealed, tokenId) => seal.open(purposeOf(tokenId), sealed),
    async learn(token, { tokenId, scopes }) {
      if (!coversScope(scopes, "push")) return
      const lacking = await sql`SELECT 1 FROM push_subscriptions
        WHERE token_id = ${tokenId} AND sealed_token IS NULL`.execute(db)
      if (lacking.rows.length === 0) return
      const sealed = await seal.seal(purposeOf(tokenId), token)
      await sql`UPDATE push_subscriptions SET sealed_token = ${sealed}
        WHERE token_id = ${tokenId} AND sealed_token IS NULL`.execute(db)
    },
    async askAnew(tokenId) {
      await sql`SELECT pg_notify('aviary_access', ${`token:${tokenId}`})`.execute(db)
    },
  }
}
