// Whether a PostgreSQL is new enough, and why not. Loads the driver alone: the supervisor, which asks this, stays small by it.

import { AppError } from "@aviary/kit"
import pg from "pg"
import { databaseError } from "./database-error.ts"

const OLDEST_POSTGRES = 15
const CONNECT_TIMEOUT_MS = 5_000
const ANSWER_TIMEOUT_MS = 30_000

/** The server's version, e.g. `18.4`. Fails with `start.failed` when it is too old, `database.unavailable` when it is gone. */
export async function checkServerVersion(databaseUrl: string): Promise<string> {
  const row = await askVersion(databaseUrl)
  if (!row || row.number < OLDEST_POSTGRES * 10_000) {
    throw new AppError("start.failed", {
      reason: `The database runs PostgreSQL ${row?.version ?? "?"}; Aviary needs ${OLDEST_POSTGRES} or later. Upgrade it, or leave \`database.url\` out to use the embedded one.`,
    })
  }
  return row.version
}

async function askVersion(databaseUrl: string): Promise<{ version: string; number: number } | undefined> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    application_name: "aviary",
  })
  // A connection that breaks fails the question, too.
  client.on("error", () => undefined)
  try {
    await client.connect()
    const found = await client.query<{ version: string; number: number }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
        current_setting('server_version_num')::int AS number`,
    )
    return found.rows[0]
  } catch (error) {
    throw databaseError(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}
