// A real installation for benchmarks: `npm start` as people run it, on a temporary data directory with durable writes, with
// members whose tokens are put in directly.

import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"

export interface RunningAviary {
  readonly port: number
  readonly databaseUrl: string
  /** Milliseconds from the command to the first 200. */
  readonly startedInMs: number
  /** PSS of all its processes, from `npm start` down to PostgreSQL's, in MiB. */
  memoryMiB(): { total: number; processes: { name: string; mib: number }[] }
  stop(): Promise<void>
}

export interface BenchMember {
  readonly id: number
  readonly token: string
}

export function benchDataDir(): string {
  return mkdtempSync(join(tmpdir(), "aviary-bench-"))
}

export function removeDataDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true })
}

const START_DEADLINE_MS = 60_000

export async function runAviary(dataDir: string): Promise<RunningAviary> {
  const port = await freePort()
  const started = performance.now()
  const child = spawn("npm", ["start", "--silent"], {
    env: {
      ...process.env,
      AVIARY_DATA_DIR: join(dataDir, "data"),
      AVIARY_HTTP_PORT: String(port),
      AVIARY_LOG_LEVEL: "error",
    },
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  })
  for (;;) {
    if (child.exitCode !== null) throw new Error(`npm start ended with code ${child.exitCode}`)
    if (performance.now() - started > START_DEADLINE_MS)
      throw new Error("npm start was not ready within a minute")
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/timelines/public`).catch(() => undefined)
    if (answer?.status === 200) break
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const startedInMs = performance.now() - started
  const run = JSON.parse(readFileSync(join(dataDir, "data", "run.json"), "utf8")) as {
    databaseUrl: string
    pid: number
  }
  return {
    port,
    databaseUrl: run.databaseUrl,
    startedInMs,
    memoryMiB: () => memoryOf(child, dataDir),
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve())
        // To Aviary itself: a terminal would send it to the whole group.
        process.kill(run.pid, "SIGINT")
      }),
  }
}

/** Tokens for accounts, as an app would have got them. */
export async function grantTokens(
  databaseUrl: string,
  accountIds: readonly number[],
): Promise<BenchMember[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const members = accountIds.map((id) => ({ id, token: randomBytes(32).toString("base64url") }))
  await client.query(
    `INSERT INTO oauth_apps (id, client_id, client_secret_hash, name, redirect_uris, scopes, created_at)
     VALUES (1, 'bench', '', 'Bench', '{}', '{read,write,follow}', now()) ON CONFLICT DO NOTHING`,
  )
  for (const [index, member] of members.entries()) {
    await client.query(
      `INSERT INTO oauth_tokens (id, token_hash, app_id, account_id, scopes, created_at)
       VALUES ($1, $2, 1, $3, '{read,write,follow}', now())`,
      [index + 1, createHash("sha256").update(member.token).digest(), member.id],
    )
  }
  await client.end()
  return members
}

function memoryOf(child: ChildProcess, dataDir: string): ReturnType<RunningAviary["memoryMiB"]> {
  const processes: { name: string; mib: number }[] = []
  const wanted = new Set(descendants(child.pid ?? 0))
  const postmaster = Number(
    readFileSync(join(dataDir, "data", "postgres", "postmaster.pid"), "utf8").split("\n")[0],
  )
  for (const pid of descendants(postmaster)) wanted.add(pid)
  for (const pid of wanted) {
    const rollup = readText(`/proc/${pid}/smaps_rollup`)
    const mib = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1_024
    processes.push({ name: readText(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim().slice(0, 60), mib })
  }
  return { total: processes.reduce((sum, one) => sum + one.mib, 0), processes }
}

function descendants(pid: number): number[] {
  const children = readText(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number)
  return [pid, ...children.flatMap(descendants)]
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (typeof address !== "object" || address === null) throw new Error("no port")
  return address.port
}
