// What the database says of its schema. Reads only, and also what was made before it kept a history.

import { sql } from "kysely"
import type { Db } from "./database.ts"
import { migrations } from "./migrations/index.ts"
import { versionOf } from "./schema-migration.ts"
import { liveSchema } from "./schema-version.ts"
import type { HistoryRow, LiveSchema } from "./schema-version.ts"

/** The names of the migrations that have run, oldest first; none on an empty database. */
export async function readExecuted(db: Db): Promise<string[]> {
  if (!(await exists(db, "kysely_migration"))) return []
  const found = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
  return found.rows.map(({ name }) => name)
}

export async function readLiveSchema(db: Db): Promise<LiveSchema> {
  if (await exists(db, "schema_history")) {
    const found = await sql<HistoryRow>`
      SELECT version, kind, oldest_release AS "oldestRelease" FROM schema_history ORDER BY version`.execute(
      db,
    )
    return liveSchema(found.rows)
  }
  const executed = await readExecuted(db)
  return liveSchema(
    executed.flatMap((name) => {
      const known = migrations[name]
      return known ? [{ ...known, version: versionOf(name) }] : []
    }),
  )
}

export async function readFinishedBackfills(db: Db): Promise<string[]> {
  if (!(await exists(db, "backfill_progress"))) return []
  const found = await sql<{ name: string }>`
    SELECT name FROM backfill_progress WHERE finished_at IS NOT NULL`.execute(db)
  return found.rows.map(({ name }) => name)
}

async function exists(db: Db, table: string): Promise<boolean> {
  const found = await sql<{ found: string | null }>`SELECT to_regclass(${table})::text AS found`.execute(db)
  return found.rows[0]?.found != null
}
