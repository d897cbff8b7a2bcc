// Sessions of browsers on the server's own pages: 30 days, stored only by the SHA-256 of their token.

import type { Core } from "../../core.ts"
import { hashToken } from "../../http/viewer.ts"

export const SESSION_MS = 30 * 86_400_000

export interface SessionAccount {
  readonly id: number
  readonly username: string
  readonly displayName: string
  /** Storage key of the picture. */
  readonly avatar: string | null
}

export interface WebSessions {
  /** Starts a session and tells its token, this once. */
  start(accountId: number): Promise<string>
  /** Whose session it is. Undefined when it has ended or the account is suspended. */
  find(token: string): Promise<SessionAccount | undefined>
  end(token: string): Promise<void>
}

export function createWebSessions(deps: Pick<Core, "db" | "clock" | "randomToken">): WebSessions {
  const { db, clock, randomToken } = deps
  return {
    async start(accountId) {
      const token = randomToken()
      const now = clock.now()
      await db.deleteFrom("web_sessions").where("expires_at", "<", new Date(now)).execute()
      await db
        .insertInto("web_sessions")
        .values({
          token_hash: hashToken(token),
          account_id: accountId,
          created_at: new Date(now),
          expires_at: new Date(now + SESSION_MS),
        })
        .execute()
      return token
    },
    find: (token) =>
      db
        .selectFrom("web_sessions as s")
        .innerJoin("accounts as a", "a.id", "s.account_id")
        .select(["a.id", "a.username", "a.display_name as displayName", "a.avatar"])
        .where("s.token_hash", "=", hashToken(token))
        .where("s.expires_at", ">", new Date(clock.now()))
        .where("a.suspended_at", "is", null)
        .executeTakeFirst(),
    async end(token) {
      await db.deleteFrom("web_sessions").where("token_hash", "=", hashToken(token)).execute()
    },
  }
}
