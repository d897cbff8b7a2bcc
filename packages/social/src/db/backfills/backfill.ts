// What a back-fill is: work on rows that are there, in batches beside the traffic, long after the migration that made room for
// it. It may be interrupted at any moment and goes on where it was; two processes that run it share it. New rows are the
// release's own business from the migration on: a back-fill ends.

import type { Db } from "../database.ts"

/** Where the next batch begins; JSON, the back-fill's own. Null at the beginning. */
export type BackfillCursor = Readonly<Record<string, string | number>> | null

export interface BackfillBatch {
  /** Rows that it looked at. */
  readonly done: number
  /** Undefined when there is nothing after it. */
  readonly next: Exclude<BackfillCursor, null> | undefined
}

/** - `rows`: batch after batch. - `index`: one index that PostgreSQL builds while rows are written. */
export type Backfill = RowsBackfill | IndexBackfill

export interface RowsBackfill {
  readonly kind: "rows"
  readonly name: string
  /** One line for operators. */
  readonly summary: string
  /** Rows to look at, for the progress. */
  total(db: Db): Promise<number>
  /** About `size` rows, in the transaction that also keeps the cursor. The same batch twice must be the same as once. */
  batch(db: Db, cursor: BackfillCursor, size: number): Promise<BackfillBatch>
}

export interface IndexBackfill {
  readonly kind: "index"
  readonly name: string
  readonly summary: string
  /** Name of the index. */
  readonly index: string
  /** What follows `CREATE INDEX CONCURRENTLY name`: `ON posts (author_id)`. */
  readonly on: string
}
