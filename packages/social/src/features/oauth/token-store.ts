// SQL of access tokens. They do not end by themselves; they are revoked. Only their SHA-256 is stored.

import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { hashToken } from "../../http/viewer.ts"

export interface NewToken {
  readonly appId: number
  /** Null for a token of the app itself. */
  readonly accountId: number | null
  readonly scopes: readonly string[]
}

export interface IssuedToken extends NewToken {
  readonly id: number
  /** The token itself, told this once. */
  readonly token: string
  readonly createdAt: Date
}

export interface TokenStore {
  /** Issues a token; `db` (default the pool) may be a transaction. */
  issue(token: NewToken, db?: Db): Promise<IssuedToken>
  /** Whose token it is; undefined for one that is unknown or revoked. */
  appOf(token: string): Promise<number | undefined>
  revoke(token: string): Promise<void>
}

export function createTokenStore(
  deps: Pick<Core, "db" | "nextId" | "clock" | "randomToken" | "forgetAccess">,
): TokenStore {
  const { nextId, clock, randomToken } = deps
  return {
    async issue(spec, db = deps.db) {
      const issued = { ...spec, id: nextId(), token: randomToken(), createdAt: new Date(clock.now()) }
      await db
        .insertInto("oauth_tokens")
        .values({
          id: issued.id,
          token_hash: hashToken(issued.token),
          app_id: spec.appId,
          account_id: spec.accountId,
          scopes: [...spec.scopes],
          created_at: issued.createdAt,
          revoked_at: null,
        })
        .execute()
      return issued
    },
    async appOf(token) {
      const row = await deps.db
        .selectFrom("oauth_tokens")
        .select("app_id")
        .where("token_hash", "=", hashToken(token))
        .where("revoked_at", "is", null)
        .executeTakeFirst()
      return row?.app_id
    },
    async revoke(token) {
      const revoked = await deps.db
        .updateTable("oauth_tokens")
        .set({ revoked_at: new Date(clock.now()) })
        .where("token_hash", "=", hashToken(token))
        .where("revoked_at", "is", null)
        .returning("id")
        .executeTakeFirst()
      if (revoked) deps.forgetAccess({ of: "token", id: revoked.id })
    },
  }
}

/** A token as Mastodon's Token; `created_at` in whole seconds. */
export function tokenJson(issued: IssuedToken): object {
  return {
    access_token: issued.token,
    token_type: "Bearer",
    scope: issued.scopes.join(" "),
    created_at: Math.floor(issued.createdAt.getTime() / 1000),
  }
}
