// PostgreSQL as a part of Aviary: one server as a child on a Unix socket, made on the first start, restarted when it
// crashes, taken over when an Aviary that was killed left it running. Never listens on the network, never runs as root,
// and never removes data.
//
//   stopped ──start──► starting ──ready──► running ──stop──► stopped
//                         │                 │   ▲
//                         └─fails► stopped  crash │ ready
//                                           ▼   │
//                                         restarting (until it works, or stop)

import { setTimeout as delay } from "node:timers/promises"
import pg from "pg"
import { AppError, messageOf } from "../errors.ts"
import { CLUSTER_ROLE } from "./cluster.ts"
import { launch, prepareServer, startFirst } from "./prepare-server.ts"
import type { PreparedServer, ServerDeps } from "./prepare-server.ts"
import { restartDelay } from "./restart-delay.ts"
import type { ProcessLog } from "../process-log.ts"
import { stopServer, waitUntilReady } from "./server-process.ts"
import type { Server, ServerEnd } from "./server-process.ts"

/** Where a started server is reached. */
export interface PostgresAddress {
  /** For node-pg and libpq alike; holds the password. */
  readonly connectionString: string
  readonly socketDir: string
  readonly port: number
}

export interface EmbeddedPostgres {
  /**
   * Starts or takes over the server; resolves when it takes connections. `onProgress` is told what takes time. Fails
   * with `start.already_running` while another process runs this cluster, else with `start.failed` and the reason.
   */
  start(onProgress?: (step: string) => void): Promise<PostgresAddress>
  /** Fast shutdown; resolves when the server is gone; a start under way is waited for. Does nothing on a stopped one. */
  stop(): Promise<void>
  /** Watches it no more and leaves it running, for others who use it and for the next start. */
  leave(): Promise<void>
  /** Of the running server; another one after a crash. */
  readonly pid: number | undefined
}

export interface EmbeddedPostgresDeps extends ServerDeps {
  /** Told of every unexpected end, before the restart. */
  readonly onCrash?: (end: ServerEnd) => void
}

const DATABASE = "aviary"
const PORT = 5432
const STABLE_AFTER_MS = 60_000
const ROTATE_EVERY_MS = 60_000

export function createEmbeddedPostgres(deps: EmbeddedPostgresDeps): EmbeddedPostgres {
  const { log } = deps
  let run:
    | { prepared: PreparedServer; server: Server; stopping: AbortController; supervised: Promise<void> }
    | undefined
  let starting: Promise<PostgresAddress> | undefined

  async function start(onProgress: (step: string) => void = () => undefined): Promise<PostgresAddress> {
    if (run || starting) {
      throw new AppError("start.failed", { reason: "This embedded PostgreSQL is started already." })
    }
    starting = startOnce(onProgress)
    try {
      return await starting
    } finally {
      starting = undefined
    }
  }

  async function startOnce(onProgress: (step: string) => void): Promise<PostgresAddress> {
    let prepared: PreparedServer | undefined
    let server: Server | undefined
    try {
      prepared = prepareServer(deps, onProgress)
      const first = await startFirst(prepared, { ...deps, onProgress })
      server = first.server
      await waitUntilReady(server, { ...prepared, clusterDir: prepared.place.clusterDir, onProgress })
      const address = addressOf(prepared.socketDir, first.password)
      await ensureDatabase(prepared.socketDir, first.password)
      run = { prepared, server, stopping: new AbortController(), supervised: Promise.resolve() }
      run.supervised = supervise(run)
      return address
    } catch (error) {
      if (server) await stopServer(server, log)
      prepared?.lock.release()
      throw error
    }
  }

  /** Restarts the server for as long as it is wanted. */
  async function supervise(current: NonNullable<typeof run>): Promise<void> {
    const { prepared, stopping } = current
    const rotation = setInterval(() => rotate(prepared.serverLog), ROTATE_EVERY_MS).unref()
    const stopped = aborted(stopping.signal)
    let failures = 0
    let startedAt = performance.now()
    for (;;) {
      const end = await Promise.race([current.server.ended, stopped])
      if (end === undefined || stopping.signal.aborted) break
      if (performance.now() - startedAt > STABLE_AFTER_MS) failures = 0
      const restartInMs = restartDelay(++failures)
      const lastLines = prepared.serverLog.lastLines(8)
      log.error({ end, restartInMs, lastLines }, "PostgreSQL ended unexpectedly; it is started again")
      deps.onCrash?.(end)
      await delay(restartInMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) break
      startedAt = performance.now()
      await restart(current)
    }
    clearInterval(rotation)
  }

  async function restart(current: NonNullable<typeof run>): Promise<void> {
    const { prepared } = current
    try {
      current.server = await launch(prepared)
    } catch (error) {
      log.error({ error: messageOf(error) }, "PostgreSQL could not be launched")
      return
    }
    const { pid } = current.server
    await waitUntilReady(current.server, { ...prepared, clusterDir: prepared.place.clusterDir }).then(
      () => log.info({ pid }, "PostgreSQL runs again"),
      // It ended: `supervise` reports that, with its last lines, and starts another.
      () => undefined,
    )
  }

  function rotate(serverLog: ProcessLog): void {
    try {
      serverLog.rotate()
    } catch (error) {
      log.warn({ error: messageOf(error) }, "the log of PostgreSQL could not be rotated")
    }
  }

  async function stop(): Promise<void> {
    await starting?.catch(() => undefined)
    const current = run
    if (!current) return
    current.stopping.abort()
    await stopServer(current.server, log)
    await current.supervised
    // A restart may have been under way when stop was called.
    await stopServer(current.server, log)
    current.prepared.lock.release()
    run = undefined
  }

  async function leave(): Promise<void> {
    await starting?.catch(() => undefined)
    const current = run
    if (!current) return
    current.stopping.abort()
    await current.supervised
    current.prepared.lock.release()
    run = undefined
  }

  return {
    start,
    stop,
    leave,
    get pid() {
      return run?.server.pid
    },
  }
}

function addressOf(socketDir: string, password: string): PostgresAddress {
  const host = encodeURIComponent(socketDir)
  const connectionString = `postgresql://${CLUSTER_ROLE}:${password}@/${DATABASE}?host=${host}&port=${PORT}`
  return { connectionString, socketDir, port: PORT }
}

async function ensureDatabase(socketDir: string, password: string): Promise<void> {
  const client = new pg.Client({
    host: socketDir,
    port: PORT,
    user: CLUSTER_ROLE,
    password,
    database: "postgres",
  })
  client.on("error", () => undefined)
  await client.connect()
  try {
    const found = await client.query("SELECT FROM pg_database WHERE datname = $1", [DATABASE])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener("abort", () => resolve(undefined), { once: true })
  })
}
