// The network's part of `aviary doctor`: whether the schema is current, the log readable, its consumers up with it. Read-only.

import type { Clock, Log } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "./db/database.ts"
import { openDatabase } from "./db/database.ts"
import { migrations } from "./db/migrations/index.ts"
import { isRestoredLog } from "./events/restored-log.ts"

/** What `aviary doctor` has found: of the network here, of the machine and the configuration in the command itself. */
export interface Finding {
  readonly check: string
  readonly state: "good" | "warning" | "bad"
  readonly what: string
  /** What to do; absent where nothing is wrong. */
  readonly remedy?: string
}

/** A consumer this far behind, in events, is worth a warning. */
const LAG_WARNING = 1_000

export async function examineNetwork(deps: {
  databaseUrl: string
  clock: Clock
  log: Log
}): Promise<Finding[]> {
  const { db, close } = openDatabase({ url: deps.databaseUrl, poolSize: 2, log: deps.log })
  try {
    const schema = await schemaFinding(db)
    if (schema.state !== "good") return [schema]
    return [schema, await logFinding(db), ...(await consumerFindings(db)), await clockFinding(db, deps.clock)]
  } finally {
    await close()
  }
}

async function schemaFinding(db: Db): Promise<Finding> {
  const exists = await sql<{
    found: string | null
  }>`SELECT to_regclass('kysely_migration')::text AS found`.execute(db)
  if (!exists.rows[0]?.found) {
    return { check: "schema", state: "warning", what: "not made yet", remedy: "`npm start` makes it." }
  }
  const done = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db)
  const names = new Set(done.rows.map((row) => row.name))
  const missing = Object.keys(migrations).filter((name) => !names.has(name))
  const unknown = [...names].filter((name) => !(name in migrations))
  if (unknown.length > 0) {
    return {
      check: "schema",
      state: "bad",
      what: `newer than this Aviary: ${unknown.join(", ")}`,
      remedy: "Run the version that made it, or a later one.",
    }
  }
  if (missing.length > 0) {
    return {
      check: "schema",
      state: "warning",
      what: `to come: ${missing.join(", ")}`,
      remedy: "`npm start` applies them.",
    }
  }
  return { check: "schema", state: "good", what: `${names.size} migration(s), current` }
}

async function logFinding(db: Db): Promise<Finding> {
  if (await isRestoredLog(db)) {
    return {
      check: "event log",
      state: "bad",
      what: "restored from another cluster and not yet renumbered: nothing reads it",
      remedy: "Restart Aviary; it renumbers the log at start.",
    }
  }
  const counted = await sql<{ events: number; bytes: number }>`
    SELECT (SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class WHERE relname LIKE 'events\\_%' AND relkind = 'r') AS events,
      (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relname LIKE 'events\\_%' AND relkind = 'r') AS bytes`.execute(
    db,
  )
  const { events = 0, bytes = 0 } = counted.rows[0] ?? {}
  return {
    check: "event log",
    state: "good",
    what: `about ${events.toLocaleString("en-US")} events, ${(bytes / 2 ** 20).toFixed(0)} MiB`,
  }
}

async function consumerFindings(db: Db): Promise<Finding[]> {
  const found = await sql<{ name: string; behind: number }>`
    SELECT c.name, (SELECT count(*) FROM (SELECT 1 FROM events e
      WHERE (e.transaction_id, e.position) > (c.transaction_id, c.position) LIMIT 100000) behind) AS behind
    FROM consumer_cursors c ORDER BY c.name`.execute(db)
  return found.rows.map(({ name, behind }) => {
    const what = behind === 0 ? "up to date" : `${behind.toLocaleString("en-US")} events behind`
    if (behind < LAG_WARNING) return { check: `reader ${name}`, state: "good", what }
    return {
      check: `reader ${name}`,
      state: "warning",
      what,
      remedy: "It catches up while Aviary runs. If it does not, the log names the event that it fails on.",
    }
  })
}

async function clockFinding(db: Db, clock: Clock): Promise<Finding> {
  const found = await sql<{ last: number | null }>`SELECT max(last_ms) AS last FROM id_writers`.execute(db)
  const ahead = (found.rows[0]?.last ?? 0) - clock.now()
  if (ahead <= 1_000) return { check: "clock", state: "good", what: "not behind what was issued" }
  return {
    check: "clock",
    state: "bad",
    what: `${Math.round(ahead / 1_000)} s behind the newest id: it has gone back`,
    remedy: "Set the machine's clock (NTP); Aviary refuses to start until it has caught up.",
  }
}
