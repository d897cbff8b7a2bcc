// Sessions of browsers on the server's own pages: 30 days, stored only by the SHA-256 of their token.

import type { Core } from "../../core.ts"
import type { Role } from "../../db/schema.ts"
import { hashToken } from "../../http/viewer.ts"

export const SESSION_MS = 30 * 86_400_000
const MAX_USER_AGENT = 300
/** When it was last used is known this exactly. */
const NOTED_EVERY_MS = 300_000

export interface SessionAccount {
  readonly id: number
  readonly username: string
  readonly displayName: string
  /** Storage key of the picture. */
  readonly avatar: string | null
  readonly role: Role
}

export interface WebSessions {
  /** Starts a session and tells its token, this once. */
  start(accountId: number, userAgent: string | undefined): Promise<string>
  /** Whose session it is. Undefined when it has ended or the account is suspended. */
  find(token: string): Promise<SessionAccount | undefined>
  end(token: string): Promise<void>
}

export function createWebSessions(deps: Pick<Core, "db" | "clock" | "randomToken">): WebSessions {
  const { db, clock, randomToken } = deps
  return {
    async start(accountId, userAgent) {
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
          user_agent: userAgent?.toWellFormed().replaceAll("\0", "").slice(0, MAX_USER_AGENT) ?? null,
          last_used_at: new Date(now),
        })
        .execute()
      return token
    },
    async find(token) {
      const found = await db
        .selectFrom("web_sessions as s")
        .innerJoin("accounts as a", "a.id", "s.account_id")
        .select([
          "a.id",
          "a.username",
          "a.display_name as displayName",
          "a.avatar",
          "a.role",
          "s.last_used_at as lastUsedAt",
        ])
        .where("s.token_hash", "=", hashToken(token))
        .where("s.expires_at", ">", new Date(clock.now()))
        .where("a.suspended_at", "is", null)
        .executeTakeFirst()
      if (!found) return undefined
      const { lastUsedAt, ...account } = found
      const now = clock.now()
      if (lastUsedAt === null || now - lastUsedAt.getTime() > NOTED_EVERY_MS) {
        await db
          .updateTable("web_sessions")
          .set({ last_used_at: new Date(now) })
          .where("token_hash", "=", hashToken(token))
          .execute()
      }
      return account
    },
    async end(token) {
      await db.deleteFrom("web_sessions").where("token_hash", "=", hashToken(token)).execute()
    },
  }
}
