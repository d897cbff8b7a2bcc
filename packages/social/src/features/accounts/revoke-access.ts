// Takes away every way in that an account has given out: tokens, codes that would become tokens, web sessions.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"

/** To be called in the transaction of what makes it necessary. `keepTokenId`: a token that stays. */
export async function revokeAccess(
  db: Db,
  accountId: number,
  { now, keepTokenId }: { readonly now: Date; readonly keepTokenId: number | null },
): Promise<void> {
  await sql`UPDATE oauth_tokens SET revoked_at = ${now}
    WHERE account_id = ${accountId} AND revoked_at IS NULL AND id IS DISTINCT FROM ${keepTokenId}::bigint`.execute(
    db,
  )
  await sql`DELETE FROM oauth_codes WHERE account_id = ${accountId}`.execute(db)
  await sql`DELETE FROM pending_sign_ins WHERE account_id = ${accountId}`.execute(db)
  await sql`DELETE FROM web_sessions WHERE account_id = ${accountId}`.execute(db)
}
