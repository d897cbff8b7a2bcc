// Takes away every way in that an account has given out: tokens, codes that would become tokens, web sessions.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"

/** To be called in the transaction of what makes it necessary. */
export async function revokeAccess(db: Db, accountId: number, now: Date): Promise<void> {
  await sql`UPDATE oauth_tokens SET revoked_at = ${now}
    WHERE account_id = ${accountId} AND revoked_at IS NULL`.execute(db)
  await sql`DELETE FROM oauth_codes WHERE account_id = ${accountId}`.execute(db)
  await sql`DELETE FROM web_sessions WHERE account_id = ${accountId}`.execute(db)
}
