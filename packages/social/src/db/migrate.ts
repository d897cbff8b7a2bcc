// Brings the schema up to date, under Kysely's migration lock, and keeps the event log's partitions ahead of time.

import { AppError, messageOf } from "@aviary/kit"
import { sql } from "kysely"
import { Migrator } from "kysely/migration"
import type { Db } from "./database.ts"
import { migrations } from "./migrations/index.ts"

/** Runs what has not run yet and returns the names. Fails with `start.failed`, naming the migration that failed. */
export async function migrate(db: Db): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results } = await migrator.migrateToLatest()
  if (error) {
    const failed = results?.find((result) => result.status === "Error")
    throw new AppError(
      "start.failed",
      { reason: `Migration ${failed?.migrationName ?? ""} failed: ${messageOf(error)}` },
      { cause: error },
    )
  }
  return (results ?? []).map((result) => result.migrationName)
}

/** Creates the log's monthly partitions for the month of `now` and the two after it, where they are missing. */
export async function ensureEventPartitions(db: Db, now: number): Promise<void> {
  for (let ahead = 0; ahead <= 2; ahead += 1) {
    const from = monthStart(now, ahead)
    const to = monthStart(now, ahead + 1)
    const name = `events_${from.slice(0, 7).replace("-", "_")}`
    const existing = await sql<{ found: string | null }>`SELECT to_regclass(${name})::text AS found`.execute(
      db,
    )
    if (existing.rows[0]?.found) continue
    const inDefault = await sql`SELECT 1 FROM events_default
      WHERE occurred_at >= ${from}::timestamptz AND occurred_at < ${to}::timestamptz LIMIT 1`.execute(db)
    if (inDefault.rows.length > 0) continue
    await sql
      .raw(`CREATE TABLE IF NOT EXISTS ${name} PARTITION OF events FOR VALUES FROM ('${from}') TO ('${to}')`)
      .execute(db)
  }
}

function monthStart(now: number, monthsAhead: number): string {
  const date = new Date(now)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsAhead, 1)).toISOString()
}
