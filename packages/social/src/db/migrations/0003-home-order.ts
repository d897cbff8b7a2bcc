// How a member wants its home ordered.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE accounts ADD COLUMN home_order text NOT NULL DEFAULT 'latest'`.execute(db)
}
