// PostgreSQL doing only the statements: pgbench, on copies of the tables, for what a figure is compared with. Everything that it
// writes is thrown away with the data directory.

import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"

const COPIED = ["events", "posts", "post_tags", "idempotency_keys", "likes"]
/** pgbench is given this much longer than it was told to run. */
const GRACE_MS = 20_000

/** Copies of the tables that references write to, with their indexes: Aviary's own readers must not see those rows. */
export async function prepareReference(databaseUrl: string, memberIds: readonly number[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query("CREATE SCHEMA reference")
    for (const table of COPIED) {
      await client.query(`CREATE TABLE reference.${table} (LIKE public.${table} INCLUDING ALL)`)
    }
    await client.query("CREATE TABLE reference.bench_members (n bigint PRIMARY KEY, id bigint NOT NULL)")
    await client.query(
      "INSERT INTO reference.bench_members SELECT n, id FROM unnest($1::bigint[]) WITH ORDINALITY AS m (id, n)",
      [memberIds],
    )
    await client.query(`
      INSERT INTO reference.posts SELECT * FROM public.posts;
      CREATE TABLE reference.bench_posts AS SELECT row_number() OVER (ORDER BY id) AS n, id FROM public.posts;
      CREATE UNIQUE INDEX ON reference.bench_posts (n);
      ANALYZE reference.bench_members, reference.bench_posts, reference.posts`)
  } finally {
    await client.end()
  }
}

/** Transactions per second of a script, prepared, with the copies first on the search path. */
export async function pgbench(
  databaseUrl: string,
  options: { clients: number; seconds: number; script: string },
): Promise<{ perSecond: number; failed: number }> {
  const dir = mkdtempSync(join(tmpdir(), "aviary-pgbench-"))
  const file = join(dir, "script.sql")
  writeFileSync(file, options.script)
  const clients = String(options.clients)
  const time = String(Math.ceil(options.seconds))
  const args = ["-n", "-M", "prepared", "-c", clients, "-j", "1", "-T", time, "-f", file, databaseUrl]
  try {
    const output = await capture("pgbench", args, options.seconds * 1_000 + GRACE_MS)
    const perSecond = Number(/tps = ([\d.]+)/.exec(output)?.[1])
    // A statement that fails ends its client, and the others would be counted as if nothing had happened.
    if (!(perSecond > 0) || /aborted/.test(output)) throw new Error(`pgbench said:\n${output}`)
    return { perSecond, failed: Number(/failed transactions: (\d+)/.exec(output)?.[1] ?? 0) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function capture(command: string, args: readonly string[], deadlineMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PGOPTIONS: "-c search_path=reference,public" }
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: deadlineMs })
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()))
    child.on("error", () => reject(new Error("pgbench is missing. On Debian: apt-get install postgresql")))
    child.on("close", () => resolve(output))
  })
}
