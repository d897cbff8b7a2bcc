// What operators and the deployment ask of the schema: what this release needs, what is there, what would run, and running it.
// The only way to the schema from outside a starting service.

import type { Clock, Log } from "@aviary/kit"
import type { BackfillProgress } from "./backfills/backfill-progress.ts"
import { readBackfills } from "./backfills/backfill-progress.ts"
import { backfills } from "./backfills/index.ts"
import { runBackfill } from "./backfills/run-backfill.ts"
import { openDatabase } from "./database.ts"
import { readExecuted, readFinishedBackfills, readLiveSchema } from "./live-schema.ts"
import { migrate } from "./migrate.ts"
import { migrations } from "./migrations/index.ts"
import type { SchemaMigration } from "./schema-migration.ts"
import { versionOf } from "./schema-migration.ts"
import type { LiveSchema, ReleaseSchema } from "./schema-version.ts"
import { liveSchema, releaseSchema, schemaProblem, selectMigrations } from "./schema-version.ts"

export interface SchemaDescription {
  readonly release: ReleaseSchema
  readonly live: LiveSchema
  /** The schema once what expands has run. */
  readonly after: LiveSchema
  readonly pending: readonly PendingMigration[]
  readonly backfills: readonly BackfillProgress[]
  /** Why this release cannot run on the schema after its migrations; undefined when it can. */
  readonly problem: string | undefined
}

export interface PendingMigration {
  readonly name: string
  readonly kind: SchemaMigration["kind"]
  readonly oldestRelease: number
  /** Back-fills that must end before it. */
  readonly waitsFor: readonly string[]
}

export interface SchemaTools {
  describe(): Promise<SchemaDescription>
  /** Runs what expands, and with `contractFor` what no release from that schema version on needs any more. The names. */
  migrate(contractFor?: number): Promise<string[]>
  /** Runs one to its end. Undefined where there is none of that name; false when it was stopped. */
  backfill(name: string, options: BackfillOptions): Promise<boolean | undefined>
  close(): Promise<void>
}

export interface BackfillOptions {
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/** What this release's migrations say, without a database. */
export function currentSchema(): ReleaseSchema {
  return releaseSchema(migrations)
}

export function openSchema(deps: { databaseUrl: string; clock: Clock; log: Log }): SchemaTools {
  const { db, close } = openDatabase({ url: deps.databaseUrl, poolSize: 3, log: deps.log })
  return {
    async describe() {
      const executed = new Set(await readExecuted(db))
      const finishedBackfills = new Set(await readFinishedBackfills(db))
      const [live, release] = [await readLiveSchema(db), releaseSchema(migrations)]
      const running = new Set(selectMigrations(migrations, { executed, finishedBackfills }))
      const rows = Object.entries(migrations)
        .filter(([name]) => running.has(name))
        .map(([name, migration]) => ({ ...migration, version: versionOf(name) }))
      const after = union(live, liveSchema(rows))
      const pending = Object.entries(migrations)
        .filter(([name]) => !executed.has(name))
        .map(([name, { kind, oldestRelease, afterBackfills = [] }]) => {
          const waitsFor = afterBackfills.filter((backfill) => !finishedBackfills.has(backfill))
          return { name, kind, oldestRelease, waitsFor }
        })
      const known = executed.size > 0 && live.version >= HISTORY_VERSION
      return {
        release,
        live,
        after,
        pending,
        backfills: known ? await readBackfills(db, backfills) : [],
        problem: schemaProblem(release, after),
      }
    },
    migrate: (contractFor) => migrate(db, contractFor === undefined ? {} : { contractFor }),
    async backfill(name, options) {
      const backfill = backfills.find((one) => one.name === name)
      if (!backfill) return undefined
      return runBackfill({ db, clock: deps.clock, now: () => performance.now(), ...options }, backfill)
    },
    close,
  }
}

/** The migration that made room for the progress of back-fills. */
const HISTORY_VERSION = 5

function union(one: LiveSchema, other: LiveSchema): LiveSchema {
  return {
    version: Math.max(one.version, other.version),
    expanded: Math.max(one.expanded, other.expanded),
    oldestRelease: Math.max(one.oldestRelease, other.oldestRelease),
  }
}
