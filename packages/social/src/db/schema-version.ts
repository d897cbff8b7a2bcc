// Whether a release and a schema go together. Pure: what the code knows, what the database has, and the answer.

import type { SchemaMigration } from "./schema-migration.ts"
import { versionOf } from "./schema-migration.ts"

/** What this code's migrations say. */
export interface ReleaseSchema {
  /** The number of the newest migration that it knows. */
  readonly version: number
  /** The newest migration that must have run before it starts: its newest that expands. */
  readonly needs: number
}

/** What the database says. */
export interface LiveSchema {
  /** The newest migration that has run; 0 when none has. */
  readonly version: number
  /** The newest that has run and expands; 0 when none has. */
  readonly expanded: number
  /** Schema version of the oldest release that runs on it. */
  readonly oldestRelease: number
}

export interface HistoryRow {
  readonly version: number
  readonly kind: SchemaMigration["kind"]
  readonly oldestRelease: number
}

export function releaseSchema(migrations: Readonly<Record<string, SchemaMigration>>): ReleaseSchema {
  const all = Object.entries(migrations).map(([name, { kind }]) => ({ version: versionOf(name), kind }))
  return {
    version: Math.max(0, ...all.map(({ version }) => version)),
    needs: Math.max(0, ...all.filter(({ kind }) => kind === "expand").map(({ version }) => version)),
  }
}

export function liveSchema(rows: readonly HistoryRow[]): LiveSchema {
  const expanding = rows.filter(({ kind }) => kind === "expand")
  return {
    version: Math.max(0, ...rows.map(({ version }) => version)),
    expanded: Math.max(0, ...expanding.map(({ version }) => version)),
    oldestRelease: Math.max(0, ...rows.map(({ oldestRelease }) => oldestRelease)),
  }
}

/** Why the release cannot run on the schema, or undefined when it can. */
export function schemaProblem(release: ReleaseSchema, live: LiveSchema): string | undefined {
  if (release.version < live.oldestRelease) {
    return (
      `This release knows the schema up to version ${release.version}; the database is at version ${live.version}, ` +
      `on which releases run from ${live.oldestRelease} on. Start a later release.`
    )
  }
  if (live.expanded < release.needs) {
    return (
      `This release needs schema version ${release.needs}; the database is at version ${live.expanded}. ` +
      "Run `aviary migrate` of this release first."
    )
  }
  return undefined
}

/** The names of what may run now: all that expands; what contracts only for `contractFor` and after its back-fills. In order. */
export function selectMigrations(
  migrations: Readonly<Record<string, SchemaMigration>>,
  options: {
    executed: ReadonlySet<string>
    contractFor?: number | undefined
    finishedBackfills: ReadonlySet<string>
  },
): string[] {
  const { executed, contractFor, finishedBackfills } = options
  // Nobody runs on a database that has nothing yet.
  const isNew = executed.size === 0
  return Object.entries(migrations)
    .filter(([name, migration]) => {
      if (executed.has(name)) return false
      if (migration.kind === "expand" || isNew) return true
      if (contractFor === undefined || migration.oldestRelease > contractFor) return false
      return (migration.afterBackfills ?? []).every((backfill) => finishedBackfills.has(backfill))
    })
    .map(([name]) => name)
    .toSorted()
}
