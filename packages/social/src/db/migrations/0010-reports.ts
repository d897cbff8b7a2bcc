// What members report to the staff, and which notifications speak of it.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // `rules`: those that it names, in the words that they had then.
  `CREATE TABLE reports (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    target_id bigint NOT NULL,
    category text NOT NULL,
    comment text NOT NULL,
    post_ids bigint[] NOT NULL,
    rules jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    assigned_id bigint,
    resolved_at timestamptz,
    resolved_by bigint
  )`,
  `CREATE INDEX reports_open ON reports (id DESC) WHERE resolved_at IS NULL`,
  `CREATE INDEX reports_account ON reports (account_id, id DESC)`,
  `CREATE INDEX reports_target ON reports (target_id, id DESC)`,
  // Null is no expression: it changes no row.
  `ALTER TABLE notifications ADD COLUMN report_id bigint`,
]
