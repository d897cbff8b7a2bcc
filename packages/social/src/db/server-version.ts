// Whether a PostgreSQL is new enough, and why not.

import { AppError } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import { sql } from "kysely"
import { openDatabase } from "./database.ts"

const OLDEST_POSTGRES = 15

/** The server's version, e.g. `18.4`. Fails with `start.failed` when it is too old, `database.unavailable` when it is gone. */
export async function checkServerVersion(databaseUrl: string, log: Log): Promise<string> {
  const handle = openDatabase({ url: databaseUrl, poolSize: 1, log })
  try {
    const found = await sql<{ version: string; number: number }>`
      SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
        current_setting('server_version_num')::int AS number`.execute(handle.db)
    const row = found.rows[0]
    if (!row || row.number < OLDEST_POSTGRES * 10_000) {
      throw new AppError("start.failed", {
        reason: `The database runs PostgreSQL ${row?.version ?? "?"}; Aviary needs ${OLDEST_POSTGRES} or later. Upgrade it, or leave \`database.url\` out to use the embedded one.`,
      })
    }
    return row.version
  } finally {
    await handle.close()
  }
}
