// What a migration says of itself, so that two releases can run beside each other on one schema and a rollout can be undone.
// A migration is numbered, never edited once it has landed, and does one of two things:
//
//   expand    adds what the release needs (tables, columns with a default, triggers). It runs before the first instance of the
//             release starts, while the release before it goes on serving: that one must not notice.
//   contract  takes away, or forbids, what no release in the rollback window uses any more. It runs by itself, later:
//             `aviary migrate --contract`.
//
// A rename or a change of type is an expand migration, a back-fill (backfills/), and in a later release a contract one. A
// migration holds locks for as long as it runs, and members wait for it: it never visits all rows of a table. That is what
// back-fills are for. An index on a table with rows is a back-fill, too.
//
// `oldestRelease` is the schema version (the number of its newest migration) of the oldest release that runs on the schema once
// this migration has run. It is that of the migration before it unless something has been taken away or its meaning has changed.

import type { Kysely } from "kysely"

export interface SchemaMigration {
  readonly kind: "expand" | "contract"
  readonly oldestRelease: number
  /** Back-fills that must have ended before it runs; for what contracts. */
  readonly afterBackfills?: readonly string[]
  up(db: Kysely<unknown>): Promise<void>
}

/** `0005-schema-history` → 5. */
export function versionOf(name: string): number {
  const [, digits] = /^(\d{4})-/.exec(name) ?? []
  if (digits === undefined)
    throw new Error(`The migration ${name} does not begin with four digits and a hyphen`)
  return Number(digits)
}
