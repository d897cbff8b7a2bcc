// A real installation for benchmarks: `npm start` as people run it, on a temporary data directory with durable writes, with
// members whose tokens are put in directly.

import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
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
  /** PSS of the network's own instances, in MiB. */
  processMiB(): number
  /** A metric of the network's instance without labels of its own as it is now; undefined when there is none of that name. */
  metric(name: string): Promise<number | undefined>
  stop(): Promise<void>
}

export interface BenchMember {
  readonly id: number
  readonly token: string
}

const dataDirs = new Set<string>()

/** A folder for an installation; what is still there when the benchmark is interrupted is removed. */
export function benchDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "aviary-bench-"))
  dataDirs.add(dir)
  return dir
}

export function removeDataDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true })
  dataDirs.delete(dir)
}

const START_DEADLINE_MS = 60_000
const STOP_DEADLINE_MS = 30_000
const ANSWER_DEADLINE_MS = 5_000

export interface RunOptions {
  /** Further settings, as environment variables. */
  readonly env?: Readonly<Record<string, string>>
  /** The database of another Aviary, to run a second process on it. Default: an embedded one of its own. */
  readonly databaseUrl?: string
}

/** Every Aviary that runs, by the id of its process, so that none is left behind when the benchmark is interrupted. */
const running = new Set<number>()
/** `npm start` by its process, while the Aviary behind it has not answered yet. */
const starting = new Set<number>()

/** `npm start` on a data directory, ready for requests. */
export async function runAviary(dataDir: string, options: RunOptions = {}): Promise<RunningAviary> {
  stopAllWhenInterrupted()
  const port = await freePort()
  const metricsPort = await freePort()
  const started = performance.now()
  const child = spawn("npm", ["start", "--silent"], {
    env: {
      ...process.env,
      AVIARY_DATA_DIR: join(dataDir, "data"),
      AVIARY_HTTP_PORT: String(port),
      AVIARY_METRICS_PORT: String(metricsPort),
      AVIARY_LOG_LEVEL: "error",
      // Load comes from one address with few tokens.
      AVIARY_GATEWAY_LIMITS_ENABLED: "false",
      ...(options.databaseUrl === undefined ? {} : { AVIARY_DATABASE_URL: options.databaseUrl }),
      ...options.env,
    },
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  })
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const npm = child.pid ?? 0
  starting.add(npm)
  try {
    await firstAnswer(child, port, started)
    const startedInMs = performance.now() - started
    const run = JSON.parse(readFileSync(join(dataDir, "data", "run.json"), "utf8")) as {
      databaseUrl: string
      pid: number
    }
    running.add(run.pid)
    return {
      port,
      databaseUrl: run.databaseUrl,
      startedInMs,
      memoryMiB: () => memoryOf(child, dataDir),
      processMiB: () => servicePids(run.pid).reduce((sum, pid) => sum + pssMiB(pid), 0),
      metric: (name) => readMetric(metricsPort, name),
      async stop() {
        running.delete(run.pid)
        // To Aviary itself: a terminal would send it to the whole group.
        signal(run.pid, "SIGINT")
        const late = setTimeout(() => signal(run.pid, "SIGKILL"), STOP_DEADLINE_MS)
        await exited
        clearTimeout(late)
      },
    }
  } catch (error) {
    for (const pid of descendants(npm).reverse()) signal(pid, "SIGTERM")
    throw error
  } finally {
    starting.delete(npm)
  }
}

async function firstAnswer(child: ChildProcess, port: number, started: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`npm start ended with code ${child.exitCode}`)
    if (performance.now() - started > START_DEADLINE_MS)
      throw new Error("npm start was not ready within a minute")
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/timelines/public`, {
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The value of a metric that says nothing but which instance it is of; undefined when there is none of that name. */
async function readMetric(port: number, name: string): Promise<number | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
  })
  const value = new RegExp(`^${name}\\{instance="social@[^}]*\\} (\\S+)$`, "m").exec(await answer.text())?.[1]
  return value === undefined ? undefined : Number(value)
}

let listening = false

/** Ctrl-C leaves neither processes nor folders behind. */
function stopAllWhenInterrupted(): void {
  if (listening) return
  listening = true
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => {
      const stopping = [...running, ...[...starting].flatMap(descendants)]
      for (const pid of stopping) signal(pid, "SIGINT")
      const late = Date.now() + STOP_DEADLINE_MS
      setInterval(() => {
        if (stopping.some(isAlive) && Date.now() < late) return
        for (const dir of dataDirs) removeDataDir(dir)
        process.exit(1)
      }, 100)
    })
  }
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself.
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
  try {
    await client.query(
      `INSERT INTO oauth_apps (id, client_id, client_secret_hash, name, redirect_uris, scopes, created_at)
       VALUES (1, 'bench', '', 'Bench', '{}', '{read,write,follow}', now()) ON CONFLICT DO NOTHING`,
    )
    const hashes = members.map(({ token }) => createHash("sha256").update(token).digest("hex"))
    await client.query(
      `INSERT INTO oauth_tokens (id, token_hash, app_id, account_id, scopes, created_at)
       SELECT (SELECT coalesce(max(id), 0) FROM oauth_tokens) + n, decode(hash, 'hex'), 1, id, '{read,write,follow}', now()
       FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS t (hash, id, n)`,
      [hashes, accountIds],
    )
  } finally {
    await client.end()
  }
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
    const name = readText(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim().slice(0, 60)
    processes.push({ name, mib: pssMiB(pid) })
  }
  return { total: processes.reduce((sum, one) => sum + one.mib, 0), processes }
}

function servicePids(supervisor: number): number[] {
  return descendants(supervisor).filter((pid) =>
    readText(`/proc/${pid}/cmdline`).endsWith("main.ts\0social\0"),
  )
}

function pssMiB(pid: number): number {
  const rollup = readText(`/proc/${pid}/smaps_rollup`)
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1_024
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
