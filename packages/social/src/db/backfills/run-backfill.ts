// Runs a back-fill to its end. The cursor moves in the transaction that holds a batch's effects, under the lock of its row: a
// crash repeats nothing and leaves nothing out, and several processes take turns.

import type { Clock } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../database.ts"
import type { Backfill, BackfillCursor, IndexBackfill, RowsBackfill } from "./backfill.ts"
import { FIRST_PACE, nextPace } from "./batch-pace.ts"
import type { BatchPace } from "./batch-pace.ts"

export interface RunBackfillDeps {
  readonly db: Db
  readonly clock: Pick<Clock, "after">
  /** Monotonic milliseconds: what a batch took. */
  readonly now: () => number
  /** Stops it between two batches. */
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Whether it has ended; false when it was stopped before. One that has ended is not run again. */
export async function runBackfill(deps: RunBackfillDeps, backfill: Backfill): Promise<boolean> {
  switch (backfill.kind) {
    case "rows":
      return runRows(deps, backfill)
    case "index":
      return runIndex(deps, backfill)
  }
}

async function runRows(deps: RunBackfillDeps, backfill: RowsBackfill): Promise<boolean> {
  const { db, now, signal } = deps
  const total = await begin(db, backfill.name, () => backfill.total(db))
  let pace: BatchPace = FIRST_PACE
  while (!signal?.aborted) {
    const from = now()
    const batch = await runBatch(db, backfill, pace.size)
    if (batch === "ended") return true
    if (batch === "busy") {
      await rest(deps, FIRST_PACE.size)
      continue
    }
    deps.onProgress?.(batch.done, total)
    pace = nextPace(pace, now() - from)
    await rest(deps, pace.restMs)
  }
  return false
}

/** The row of its progress, made where it is missing; the rows that there are to look at. */
async function begin(db: Db, name: string, count: () => Promise<number>): Promise<number> {
  const known = await sql<{ total: number }>`
    SELECT total FROM backfill_progress WHERE name = ${name}`.execute(db)
  if (known.rows[0]) return known.rows[0].total
  const total = await count()
  await sql`INSERT INTO backfill_progress (name, total) VALUES (${name}, ${total})
    ON CONFLICT (name) DO NOTHING`.execute(db)
  return total
}

/** `busy`: another process is at it. */
function runBatch(
  db: Db,
  backfill: RowsBackfill,
  size: number,
): Promise<"ended" | "busy" | { readonly done: number }> {
  return db.transaction().execute(async (tx) => {
    const found = await sql<{ cursor: BackfillCursor; done: number; finished_at: Date | null }>`
      SELECT cursor, done, finished_at FROM backfill_progress WHERE name = ${backfill.name}
      FOR UPDATE SKIP LOCKED`.execute(tx)
    const progress = found.rows[0]
    if (!progress) return "busy"
    if (progress.finished_at !== null) return "ended"
    const batch = await backfill.batch(tx, progress.cursor, size)
    const done = progress.done + batch.done
    const cursor = batch.next ? JSON.stringify(batch.next) : null
    await sql`UPDATE backfill_progress SET cursor = ${cursor}::jsonb, done = ${done}, updated_at = now(),
      finished_at = CASE WHEN ${batch.next === undefined} THEN now() END
      WHERE name = ${backfill.name}`.execute(tx)
    return { done }
  })
}

async function runIndex({ db, onProgress }: RunBackfillDeps, backfill: IndexBackfill): Promise<boolean> {
  await begin(db, backfill.name, async () => 1)
  // One connection: the lock is the session's, and an index that is built beside the traffic allows no transaction.
  await db.connection().execute(async (session) => {
    await sql`SELECT pg_advisory_lock(hashtext(${backfill.name}))`.execute(session)
    await sql`SET statement_timeout = 0`.execute(session)
    try {
      const state = await sql<{ valid: boolean }>`
        SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass(${backfill.index})`.execute(
        session,
      )
      if (state.rows[0]?.valid !== true) {
        // What an interrupted attempt has left is of no use to anybody.
        await sql`DROP INDEX CONCURRENTLY IF EXISTS ${sql.ref(backfill.index)}`.execute(session)
        const { index, on } = backfill
        await sql`CREATE INDEX CONCURRENTLY ${sql.ref(index)} ${sql.raw(on)}`.execute(session)
      }
      await sql`UPDATE backfill_progress SET done = 1, updated_at = now(), finished_at = now()
        WHERE name = ${backfill.name} AND finished_at IS NULL`.execute(session)
    } finally {
      await sql`RESET statement_timeout`.execute(session)
      await sql`SELECT pg_advisory_unlock(hashtext(${backfill.name}))`.execute(session)
    }
  })
  onProgress?.(1, 1)
  return true
}

function rest({ clock, signal }: RunBackfillDeps, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      cancel()
      signal?.removeEventListener("abort", over)
      resolve()
    }
    const cancel = clock.after(ms, over)
    signal?.addEventListener("abort", over, { once: true })
  })
}
