// Databases for tests: each test file gets one of its own, copied in some 50 ms from a template that the first who needs
// it has built. For tests only.

import { randomBytes } from "node:crypto"
import pg from "pg"

export interface TestDatabase {
  readonly connectionString: string
  /** Removes the database, closing whatever connections it still has. */
  drop(): Promise<void>
}

/**
 * Builds a template database once a server: `build` gets its connection string, fills it (migrations) and closes its
 * connections. Test files that run at the same time wait for the first of them. A build that fails leaves nothing.
 */
export async function ensureTemplate(
  serverUrl: string,
  name: string,
  build: (connectionString: string) => Promise<void>,
): Promise<void> {
  await withClient(serverUrl, async (client) => {
    await client.query("SELECT pg_advisory_lock(hashtext($1))", [name])
    const found = await client.query("SELECT FROM pg_database WHERE datname = $1", [name])
    if (found.rowCount !== 0) return
    const unfinished = `${name}_${randomBytes(4).toString("hex")}`
    await client.query(`CREATE DATABASE ${quoted(unfinished)}`)
    try {
      await build(withDatabase(serverUrl, unfinished))
      await client.query(`ALTER DATABASE ${quoted(unfinished)} RENAME TO ${quoted(name)}`)
    } catch (error) {
      await client.query(`DROP DATABASE ${quoted(unfinished)} WITH (FORCE)`)
      throw error
    }
  })
}

/** A new database on the server of `serverUrl`: a copy of `template`, or empty. */
export async function createTestDatabase(
  serverUrl: string,
  options: { template?: string } = {},
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`
  const copy =
    options.template === undefined ? "" : ` TEMPLATE ${quoted(options.template)} STRATEGY file_copy`
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${quoted(name)}${copy}`))
  return {
    connectionString: withDatabase(serverUrl, name),
    async drop() {
      await withClient(serverUrl, (client) =>
        client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`),
      )
    },
  }
}

async function withClient<T>(serverUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl })
  client.on("error", () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

function quoted(name: string): string {
  return pg.escapeIdentifier(name)
}

/** The same server, another database. The host of a socket address is empty, which `URL` does not take. */
function withDatabase(serverUrl: string, name: string): string {
  return serverUrl.replace(/^(\w+:\/\/[^/?]*)\/?[^?]*/, `$1/${encodeURIComponent(name)}`)
}
