// Idempotency keys: the same key of a member within an hour is the same post, also when both requests run at once. The key
// is taken in the transaction that makes the post, so that neither exists without the other.

import type { Clock, Log, Part } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { createTicker } from "../../ticker.ts"

/** How long an idempotency key is remembered. */
export const IDEMPOTENCY_MS = 3_600_000

const SWEEP_EVERY_MS = 600_000

/** Takes the key for this post; the id of the post that has it already, if one does. */
export async function claimKey(
  db: Db,
  claim: { authorId: number; key: string | undefined; id: number; now: number },
): Promise<number | undefined> {
  if (claim.key === undefined) return undefined
  const oldest = new Date(claim.now - IDEMPOTENCY_MS)
  const taken = await sql<{ result_id: number }>`
    INSERT INTO idempotency_keys AS k (account_id, key, result_id, created_at)
    VALUES (${claim.authorId}, ${claim.key}, ${claim.id}, ${new Date(claim.now)})
    ON CONFLICT (account_id, key) DO UPDATE SET
      result_id = CASE WHEN k.created_at < ${oldest} THEN excluded.result_id ELSE k.result_id END,
      created_at = CASE WHEN k.created_at < ${oldest} THEN excluded.created_at ELSE k.created_at END
    RETURNING result_id`.execute(db)
  const result = taken.rows[0]?.result_id
  return result === claim.id ? undefined : result
}

/** Forgets keys that have had their time; gives how many. */
export async function sweepKeys(deps: { db: Db; clock: Clock }): Promise<number> {
  const oldest = new Date(deps.clock.now() - IDEMPOTENCY_MS)
  const swept = await deps.db
    .deleteFrom("idempotency_keys")
    .where("created_at", "<", oldest)
    .executeTakeFirst()
  return Number(swept.numDeletedRows)
}

export function createKeySweeper(deps: { db: Db; clock: Clock; log: Log }): Part {
  return createTicker({
    ...deps,
    name: "idempotency key sweeper",
    everyMs: SWEEP_EVERY_MS,
    run: () => sweepKeys(deps),
  })
}
