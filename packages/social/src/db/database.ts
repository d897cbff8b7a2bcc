// The pool to PostgreSQL: every statement prepared once per connection, bigints as 53-bit numbers, failures of the server as
// errors with a code. Nothing else in the package opens a connection but the listener of the event log.

import { createHash } from "node:crypto"
import type { Log } from "@aviary/kit"
import { Kysely, PostgresDialect } from "kysely"
import type { PostgresPoolClient } from "kysely"
import pg from "pg"
import { databaseError } from "./database-error.ts"
import type { Database } from "./schema.ts"

export type Db = Kysely<Database>

export interface DatabaseOptions {
  /** libpq-style URL, e.g. `postgres://user:secret@host/name` or one with `?host=/socket/dir`. */
  readonly url: string
  /** Connections at most (default 16). */
  readonly poolSize?: number
  /** Schemas to search, first to last (default the server's). Replay puts its shadow before `public`. */
  readonly searchPath?: string
  readonly log: Log
}

const INT8 = 20
const NUMERIC_INT8_ARRAY = 1016
const TIMESTAMPTZ = 1184
const STATEMENT_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 5_000

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (format !== "binary" && oid === INT8) return Number
    if (format !== "binary" && oid === NUMERIC_INT8_ARRAY) return parseBigintArray
    if (format !== "binary" && oid === TIMESTAMPTZ) return parseTime
    return pg.types.getTypeParser(oid, format ?? "text") as (text: string) => unknown
  },
}

/** `2026-01-31 12:34:56.789+00`: connections are set to UTC, so that times come in one form, as JavaScript reads it. */
function parseTime(text: string): Date {
  return new Date(`${text.slice(0, 10)}T${text.slice(11, 23).replace(/\+.*/, "")}Z`)
}

function parseBigintArray(text: string): number[] {
  return text === "{}" ? [] : text.slice(1, -1).split(",").map(Number)
}

/**
 * Settings of each connection. Generic plans: every statement is prepared by its text, and planning one anew for each set of
 * values cost more than running it.
 */
function serverOptions(searchPath: string | undefined): string {
  const settings = [
    "plan_cache_mode=force_generic_plan",
    "timezone=UTC",
    ...(searchPath ? [`search_path=${searchPath}`] : []),
  ]
  return settings.map((setting) => `-c ${setting}`).join(" ")
}

export interface DatabaseHandle {
  readonly db: Db
  readonly pool: pg.Pool
  readonly close: () => Promise<void>
}

/** Opens a pool. Connects lazily: the first statement finds out whether the server answers. */
export function openDatabase(options: DatabaseOptions): DatabaseHandle {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 16,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    application_name: "aviary",
    types,
    pipeline: true,
    options: serverOptions(options.searchPath),
  })
  pool.on("error", (error) => options.log.warn({ error: error.message }, "idle database connection lost"))
  pool.on("connect", (client) => {
    client.on("error", (error) => options.log.warn({ error: error.message }, "database connection lost"))
  })
  const dialect = new PostgresDialect({
    pool: {
      connect: async () => prepared(await connect(pool)),
      end: () => pool.end(),
      options: pool.options,
    },
  })
  const db = new Kysely<Database>({ dialect })
  return { db, pool, close: () => db.destroy() }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw databaseError(error)
  }
}

/** One client whose parameterised statements are named by their text, so that PostgreSQL parses and plans each once. */
function prepared(client: pg.PoolClient): PostgresPoolClient {
  async function query(text: string, values: readonly unknown[] = []): Promise<unknown> {
    if (text === "begin") {
      // Sent ahead of the first statement instead of waiting for its answer: that statement fails if this does.
      client.query(text).catch(() => undefined)
      return { command: "BEGIN", rowCount: null, rows: [] }
    }
    try {
      const name = values.length > 0 ? statementName(text) : undefined
      return await client.query(name ? { name, text, values: [...values] } : { text, values: [...values] })
    } catch (error) {
      throw databaseError(error)
    }
  }
  // Kysely's type also has a cursor form of `query`, which nothing here uses.
  return { query, release: (destroy?: boolean) => client.release(destroy) } as PostgresPoolClient
}

const NAMES_LIMIT = 2_000
const names = new Map<string, string>()

function statementName(text: string): string | undefined {
  let name = names.get(text)
  if (!name && names.size < NAMES_LIMIT) {
    name = createHash("sha1").update(text).digest("base64url")
    names.set(text, name)
  }
  return name
}

const SERIALIZATION_FAILURE = "40001"
const DEADLOCK_DETECTED = "40P01"

/** Whether the same transaction may succeed when it is run again. */
export function isRetryable(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}

/** Whether a unique constraint refused a row; `constraint` narrows it to one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "23505") return false
  return constraint === undefined || ("constraint" in error && error.constraint === constraint)
}
