// Sign-ins whose password was right and that wait for the second factor: some minutes, stored only by the SHA-256 of the token
// that the page carries.

import type { Core } from "../../core.ts"
import { hashToken } from "../../http/viewer.ts"

const LIFETIME_MS = 600_000

export interface PendingSignIns {
  /** Gives the token for the page. */
  start(accountId: number): Promise<string>
  find(token: string): Promise<number | undefined>
  end(token: string): Promise<void>
}

export function createPendingSignIns(deps: Pick<Core, "db" | "clock" | "randomToken">): PendingSignIns {
  const { db, clock, randomToken } = deps
  return {
    async start(accountId) {
      const token = randomToken()
      await db.deleteFrom("pending_sign_ins").where("expires_at", "<", new Date(clock.now())).execute()
      await db
        .insertInto("pending_sign_ins")
        .values({
          token_hash: hashToken(token),
          account_id: accountId,
          expires_at: new Date(clock.now() + LIFETIME_MS),
        })
        .execute()
      return token
    },
    async find(token) {
      const row = await db
        .selectFrom("pending_sign_ins")
        .select("account_id")
        .where("token_hash", "=", hashToken(token))
        .where("expires_at", ">", new Date(clock.now()))
        .executeTakeFirst()
      return row?.account_id
    },
    async end(token) {
      await db.deleteFrom("pending_sign_ins").where("token_hash", "=", hashToken(token)).execute()
    },
  }
}
