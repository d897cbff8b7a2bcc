// What has been done to the schema and which releases still run on it, so that an older release can tell, too; and how far each
// back-fill is. Written by migrate.ts and by the back-fills only.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE schema_history (
      version integer PRIMARY KEY,
      name text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('expand', 'contract')),
      oldest_release integer NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db)
  await sql`
    INSERT INTO schema_history (version, name, kind, oldest_release) VALUES
      (1, '0001-initial', 'expand', 1),
      (2, '0002-counters', 'expand', 2),
      (3, '0003-home-order', 'expand', 2),
      (4, '0004-access-notices', 'expand', 2)`.execute(db)
  await sql`
    CREATE TABLE backfill_progress (
      name text PRIMARY KEY,
      cursor jsonb,
      done bigint NOT NULL DEFAULT 0,
      total bigint NOT NULL DEFAULT 0,
      started_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz
    )`.execute(db)
}
