// The network's part of `aviary doctor`: whether the schema is current, the log readable, its consumers up with it. Read-only.

import type { Clock, Log } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "./db/database.ts"
import { openDatabase } from "./db/database.ts"
import { readExecuted, readLiveSchema } from "./db/live-schema.ts"
import { migrations } from "./db/migrations/index.ts"
import { releaseSchema } from "./db/schema-version.ts"
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
  const executed = new Set(await readExecuted(db))
  if (executed.size === 0) {
    return { check: "schema", state: "warning", what: "not made yet", remedy: "`npm start` makes it." }
  }
  const live = await readLiveSchema(db)
  const release = releaseSchema(migrations)
  if (release.version < live.oldestRelease) {
    return {
      check: "schema",
      state: "bad",
      what: `newer than this Aviary: version ${live.version}, on which only releases from ${live.oldestRelease} on run`,
      remedy: "Run the version that made it, or a later one.",
    }
  }
  const missing = Object.entries(migrations).filter(([name]) => !executed.has(name))
  const names = missing.filter(([, { kind }]) => kind === "expand").map(([name]) => name)
  if (names.length > 0) {
    return {
      check: "schema",
      state: "warning",
      what: `to come: ${names.join(", ")}`,
      remedy: "`npm start` or `aviary migrate` applies them.",
    }
  }
  const later =
    missing.length > 0 ? `; ${missing.length} to clear up later (\`aviary migrate --contract\`)` : ""
  const newer = live.version > release.version ? `, from a release after this one` : ""
  return { check: "schema", state: "good", what: `version ${live.version}${newer}${later}` }
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
