// The ways in that a member has given out: browser sessions and authorised apps. A session is named by the beginning of the hash
// that stands for its token, which helps nobody to find the token.

import { sql } from "kysely"
import type { Core } from "../../core.ts"

export interface SessionRow {
  readonly id: string
  readonly user_agent: string | null
  readonly created_at: Date
  readonly last_used_at: Date | null
  readonly expires_at: Date
}

export interface AuthorizedApp {
  readonly id: number
  readonly name: string
  readonly website: string | null
  readonly scopes: string[]
  readonly created_at: Date
  readonly last_used_at: Date | null
  /** Whether the request came by it. */
  readonly current: boolean
}

const MAX_APPS = 500

/** Both lists: last used first. */
export type AccessStore = ReturnType<typeof createAccessStore>

export function createAccessStore({ db, clock, forgetAccess }: Pick<Core, "db" | "clock" | "forgetAccess">) {
  const now = (): Date => new Date(clock.now())
  const sessionId = sql<string>`encode(substring(token_hash FOR 9), 'hex')`
  return {
    async sessions(accountId: number): Promise<SessionRow[]> {
      const found = await sql<SessionRow>`
        SELECT ${sessionId} AS id, user_agent, created_at, last_used_at, expires_at FROM web_sessions
        WHERE account_id = ${accountId} AND expires_at > ${now()}
        ORDER BY coalesce(last_used_at, created_at) DESC LIMIT 200`.execute(db)
      return found.rows
    },
    /** Whether there was one to end. */
    async endSession(accountId: number, id: string): Promise<boolean> {
      const ended = await sql`DELETE FROM web_sessions
        WHERE account_id = ${accountId} AND ${sessionId} = ${id}`.execute(db)
      return (ended.numAffectedRows ?? 0n) > 0n
    },
    async endSessions(accountId: number): Promise<void> {
      await sql`DELETE FROM web_sessions WHERE account_id = ${accountId}`.execute(db)
    },
    async apps(accountId: number, tokenId: number): Promise<AuthorizedApp[]> {
      const found = await sql<AuthorizedApp>`
        SELECT p.id, p.name, p.website, t.scopes, t.created_at, t.last_used_at, t.current FROM (
          SELECT app_id, min(created_at) AS created_at, max(last_used_at) AS last_used_at,
            bool_or(id = ${tokenId}) AS current,
            (SELECT array_agg(DISTINCT scope ORDER BY scope) FROM oauth_tokens s, unnest(s.scopes) scope
              WHERE s.account_id = ${accountId} AND s.app_id = t.app_id AND s.revoked_at IS NULL) AS scopes
          FROM oauth_tokens t WHERE account_id = ${accountId} AND revoked_at IS NULL GROUP BY app_id
        ) t JOIN oauth_apps p ON p.id = t.app_id
        ORDER BY coalesce(t.last_used_at, t.created_at) DESC LIMIT ${MAX_APPS}`.execute(db)
      return found.rows
    },
    /** Takes back all that a member has granted to an app, codes on their way included. Whether there was anything. */
    async revokeApp(accountId: number, appId: number): Promise<boolean> {
      const revoked = await sql`UPDATE oauth_tokens SET revoked_at = ${now()}
        WHERE account_id = ${accountId} AND app_id = ${appId} AND revoked_at IS NULL`.execute(db)
      await sql`DELETE FROM oauth_codes WHERE account_id = ${accountId} AND app_id = ${appId}`.execute(db)
      forgetAccess({ of: "account", id: accountId })
      return (revoked.numAffectedRows ?? 0n) > 0n
    },
  }
}
