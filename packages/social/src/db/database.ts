// The pool to PostgreSQL: every statement prepared once per connection, bigints as 53-bit numbers, failures of the server as
// errors with a code. Nothing else in the package opens a connection but the listener of the event log.

import type { Log } from "@aviary/kit"
import { Kysely, PostgresDialect } from "kysely"
import type { PostgresPoolClient } from "kysely"
import pg from "pg"
import { databaseError } from "./database-error.ts"
import type { Database } from "./schema.ts"
import { createStatementNames } from "./statement-names.ts"

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
  let inTransaction = false

  async function run(text: string, values: readonly unknown[]): Promise<unknown> {
    const name = values.length > 0 ? names.of(text) : undefined
    return client.query(name ? { name, text, values: [...values] } : { text, values: [...values] })
  }

  async function query(text: string, values: readonly unknown[] = []): Promise<unknown> {
    inTransaction = isBegin(text) || (inTransaction && !isEnd(text))
    if (text === "begin") {
      // Sent ahead of the first statement instead of waiting for its answer: that statement fails if this does.
      client.query(text).catch(() => undefined)
      return { command: "BEGIN", rowCount: null, rows: [] }
    }
    const { generation } = names
    try {
      return await run(text, values)
    } catch (error) {
      if (!isStalePlan(error)) throw databaseError(error)
      names.renew(generation)
      // The transaction is lost with the statement: it is run again as a whole (`transact`).
      if (inTransaction) throw error
      return await run(text, values).catch((again: unknown) => {
        throw databaseError(again)
      })
    }
  }
  // Kysely's type also has a cursor form of `query`, which nothing here uses.
  return { query, release: (destroy?: boolean) => client.release(destroy) } as PostgresPoolClient
}

const isBegin = (text: string): boolean => text === "begin" || text.startsWith("start transaction")
const isEnd = (text: string): boolean => text === "commit" || text === "rollback"

const names = createStatementNames()

const SERIALIZATION_FAILURE = "40001"
const DEADLOCK_DETECTED = "40P01"
const FEATURE_NOT_SUPPORTED = "0A000"

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined

/** A statement that was prepared before a migration gave a table that it reads one more column. */
function isStalePlan(error: unknown): boolean {
  // Its message is translated by the server, the name of the function that it comes from is not.
  return (
    codeOf(error) === FEATURE_NOT_SUPPORTED && (error as pg.DatabaseError).routine === "RevalidateCachedQuery"
  )
}

/** Whether the same transaction may succeed when it is run again. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error)
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED || isStalePlan(error)
}

/** Whether a unique constraint refused a row; `constraint` narrows it to one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "23505") return false
  return constraint === undefined || ("constraint" in error && error.constraint === constraint)
}
