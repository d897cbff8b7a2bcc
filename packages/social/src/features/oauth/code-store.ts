// SQL of authorization codes: stored by their SHA-256, good for one use in ten minutes. Using one again takes back the token
// that came of it, even when both uses happen at once: the row of the code is the lock between them.

import { sql } from "kysely"
import type { Selectable } from "kysely"
import type { Core } from "../../core.ts"
import type { Database } from "../../db/schema.ts"
import { transact } from "../../db/transact.ts"
import { hashToken } from "../../http/viewer.ts"
import type { IssuedToken, NewToken, TokenStore } from "./token-store.ts"

export type StoredCode = Selectable<Database["oauth_codes"]>

export interface NewCode {
  readonly appId: number
  readonly accountId: number
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly challenge: { readonly value: string; readonly method: string } | undefined
}

export const CODE_LIFETIME_MS = 600_000
// Used and expired codes are kept this long, so that a second use is still recognised.
const KEPT_MS = 86_400_000

export interface CodeStore {
  save(code: string, spec: NewCode): Promise<void>
  /** A code that may still be used. One that was used before takes back its token, and is not found. */
  findUsable(code: string): Promise<StoredCode | undefined>
  /** Marks it used. False when somebody else was faster. */
  use(code: string): Promise<boolean>
  /** Issues the token of a used code. Undefined when the code was used again in the meantime. */
  issueFor(code: string, token: NewToken): Promise<IssuedToken | undefined>
}

export function createCodeStore(
  deps: Pick<Core, "db" | "clock" | "forgetAccess"> & { tokens: TokenStore },
): CodeStore {
  const { db, clock, tokens } = deps
  const now = () => new Date(clock.now())

  async function takeBack(codeHash: Buffer): Promise<void> {
    const tokenId = await transact(db, async (tx) => {
      const replayed = await tx
        .updateTable("oauth_codes")
        .set({ replayed_at: now() })
        .where("code_hash", "=", codeHash)
        .returning("token_id")
        .executeTakeFirst()
      if (replayed?.token_id == null) return undefined
      await tx
        .updateTable("oauth_tokens")
        .set({ revoked_at: now() })
        .where("id", "=", replayed.token_id)
        .where("revoked_at", "is", null)
        .execute()
      return replayed.token_id
    })
    if (tokenId !== undefined) deps.forgetAccess({ of: "token", id: tokenId })
  }

  return {
    async save(code, spec) {
      await db
        .deleteFrom("oauth_codes")
        .where("expires_at", "<", new Date(clock.now() - KEPT_MS))
        .execute()
      await db
        .insertInto("oauth_codes")
        .values({
          code_hash: hashToken(code),
          app_id: spec.appId,
          account_id: spec.accountId,
          redirect_uri: spec.redirectUri,
          scopes: [...spec.scopes],
          code_challenge: spec.challenge?.value ?? null,
          code_challenge_method: spec.challenge?.method ?? null,
          expires_at: new Date(clock.now() + CODE_LIFETIME_MS),
          used_at: null,
          replayed_at: null,
          token_id: null,
        })
        .execute()
    },
    async findUsable(code) {
      const hash = hashToken(code)
      const row = await db
        .selectFrom("oauth_codes")
        .selectAll()
        .where("code_hash", "=", hash)
        .executeTakeFirst()
      if (!row) return undefined
      if (row.used_at !== null) {
        await takeBack(hash)
        return undefined
      }
      return row.expires_at > now() ? row : undefined
    },
    async use(code) {
      const hash = hashToken(code)
      const used = await db
        .updateTable("oauth_codes")
        .set({ used_at: now() })
        .where("code_hash", "=", hash)
        .where("used_at", "is", null)
        .returning(sql<boolean>`true`.as("used"))
        .executeTakeFirst()
      if (!used) await takeBack(hash)
      return used !== undefined
    },
    issueFor: (code, token) =>
      transact(db, async (tx) => {
        const hash = hashToken(code)
        const row = await tx
          .selectFrom("oauth_codes")
          .select("replayed_at")
          .where("code_hash", "=", hash)
          .forUpdate()
          .executeTakeFirst()
        if (!row || row.replayed_at !== null) return undefined
        const issued = await tokens.issue(token, tx)
        await tx
          .updateTable("oauth_codes")
          .set({ token_id: issued.id })
          .where("code_hash", "=", hash)
          .execute()
        return issued
      }),
  }
}
