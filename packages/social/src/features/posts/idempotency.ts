// Idempotency keys: the same key of a member within an hour is the same post, also when both requests run at once. The key
// is taken in the transaction that makes the post, so that neither exists without the other.

import type { Clock, Log, Part } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { createTicker } from "../../ticker.ts"

/** How long an idempotency key is remembered. */
export const IDEMPOTENCY_MS = 3_600_000

const SWEEP_EVERY_MS = 600_000

export interface KeyClaim {
  readonly authorId: number
  /** Undefined: the request has no key, and nothing is taken. */
  readonly key: string | undefined
  /** Of the post that is about to be made. */
  readonly id: number
}

/** Takes the keys for these posts. For each claim the id of its post: its own, or that of the post that has the key already. */
export async function claimKeys(db: Db, claims: readonly KeyClaim[], now: number): Promise<number[]> {
  const firsts = new Map<string, KeyClaim>()
  for (const claim of claims) {
    const name = nameOf(claim)
    if (name !== undefined && !firsts.has(name)) firsts.set(name, claim)
  }
  if (firsts.size === 0) return claims.map((claim) => claim.id)
  const oldest = new Date(now - IDEMPOTENCY_MS)
  const rows = [...firsts.values()].map(({ authorId, key, id }) => ({ authorId, key, id }))
  const taken = await sql<{ account_id: number; key: string; result_id: number }>`
    INSERT INTO idempotency_keys AS k (account_id, key, result_id, created_at)
    SELECT "authorId", key, id, ${new Date(now)}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS c ("authorId" bigint, key text, id bigint)
    ORDER BY "authorId", key
    ON CONFLICT (account_id, key) DO UPDATE SET
      result_id = CASE WHEN k.created_at < ${oldest} THEN excluded.result_id ELSE k.result_id END,
      created_at = CASE WHEN k.created_at < ${oldest} THEN excluded.created_at ELSE k.created_at END
    RETURNING account_id, key, result_id`.execute(db)
  const results = new Map(taken.rows.map((row) => [`${row.account_id} ${row.key}`, row.result_id]))
  return claims.map((claim) => results.get(nameOf(claim) ?? "") ?? claim.id)
}

function nameOf({ authorId, key }: KeyClaim): string | undefined {
  return key === undefined ? undefined : `${authorId} ${key}`
}

/** Takes one key; the id of the post that has it already, if one does. */
export async function claimKey(db: Db, claim: KeyClaim & { now: number }): Promise<number | undefined> {
  const [id] = await claimKeys(db, [claim], claim.now)
  return id === claim.id ? undefined : id
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
