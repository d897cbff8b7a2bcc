// Brings the schema up to what this release needs, under Kysely's migration lock, and keeps the event log's partitions ahead of
// time. It runs while an older release serves: a migration waits only shortly for its locks, so that nobody waits long behind
// it, and tries again. What takes away runs only when it is asked for.

import { AppError, messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Kysely } from "kysely"
import { Migrator } from "kysely/migration"
import type { Migration, MigrationResultSet } from "kysely/migration"
import type { Db } from "./database.ts"
import { readExecuted, readFinishedBackfills, readLiveSchema } from "./live-schema.ts"
import { migrations as landed } from "./migrations/index.ts"
import type { SchemaMigration } from "./schema-migration.ts"
import { versionOf } from "./schema-migration.ts"
import { releaseSchema, schemaProblem, selectMigrations } from "./schema-version.ts"

export interface MigrateOptions {
  /** Also runs what contracts, where releases of this schema version and later run on the result. Default: none of it. */
  readonly contractFor?: number
  /** Default: those that have landed. */
  readonly migrations?: Readonly<Record<string, SchemaMigration>>
}

/** The first migration that is written down in `schema_history`; it writes those before it itself. */
const FIRST_IN_HISTORY = 5
/** How long a migration waits for a lock that members' statements hold; behind it, others wait for it. */
const LOCK_TIMEOUT = "2s"
const LOCK_NOT_AVAILABLE = "55P03"
const LOCK_TRIES = 15

/**
 * Runs what has not run yet and returns the names: what expands, and of what contracts what is asked for; everything on an empty
 * database. Fails with `start.failed`, naming the migration that failed, and with `schema.unsupported` where this release cannot
 * run on what is there.
 */
export async function migrate(db: Db, options: MigrateOptions = {}): Promise<string[]> {
  const migrations = options.migrations ?? landed
  const release = releaseSchema(migrations)
  const before = await readLiveSchema(db)
  if (release.version < before.oldestRelease) {
    throw new AppError("schema.unsupported", { reason: schemaProblem(release, before) })
  }
  for (let attempt = 1; ; attempt += 1) {
    const { error, results } = await runOnce(db, { migrations, contractFor: options.contractFor })
    if (!error) return (results ?? []).map((result) => result.migrationName)
    if (isLockTimeout(error) && attempt < LOCK_TRIES) continue
    const failed = results?.find((result) => result.status === "Error")
    throw new AppError(
      "start.failed",
      { reason: `Migration ${failed?.migrationName ?? ""} failed: ${messageOf(error)}` },
      { cause: error },
    )
  }
}

function runOnce(
  db: Db,
  options: { migrations: Readonly<Record<string, SchemaMigration>>; contractFor: number | undefined },
): Promise<MigrationResultSet> {
  const { migrations, contractFor } = options
  const provider = {
    // Called under the lock: another release may have migrated while this one waited for it.
    async getMigrations(): Promise<Record<string, Migration>> {
      const executed = new Set(await readExecuted(db))
      const finishedBackfills = new Set(await readFinishedBackfills(db))
      const chosen = selectMigrations(migrations, { executed, contractFor, finishedBackfills })
      const names = [...executed, ...chosen]
      return Object.fromEntries(names.map((name) => [name, { up: (trx) => run(trx, name) }]))
    },
  }
  async function run(trx: Kysely<unknown>, name: string): Promise<void> {
    const migration = migrations[name]
    if (!migration) throw new Error(`There is no migration ${name}`)
    await sql.raw(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`).execute(trx)
    await migration.up(trx)
    const version = versionOf(name)
    if (version < FIRST_IN_HISTORY) return
    await sql`INSERT INTO schema_history (version, name, kind, oldest_release)
      VALUES (${version}, ${name}, ${migration.kind}, ${migration.oldestRelease})`.execute(trx)
  }
  // What contracts may run after later ones that expand.
  return new Migrator({ db, provider, allowUnorderedMigrations: true }).migrateToLatest()
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === LOCK_NOT_AVAILABLE
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
