// PostgreSQL as a part of Aviary: one server as a child on a Unix socket, made on the first start, restarted when it
// crashes, taken over when an Aviary that was killed left it running. Never listens on the network, never runs as root,
// and never removes data.
//
//   stopped ──start──► starting ──ready──► running ──stop──► stopped
//                         │                 │   ▲
//                         └─fails► stopped  crash │ ready
//                                           ▼   │
//                                         restarting (until it works, or stop)

import { mkdirSync, realpathSync } from "node:fs"
import { totalmem } from "node:os"
import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import pg from "pg"
import { AppError, messageOf } from "../errors.ts"
import { prepareBinaries } from "./binaries.ts"
import type { Binaries } from "./binaries.ts"
import { placeCluster, prepareSocketDir } from "./cluster-place.ts"
import type { ClusterPlace } from "./cluster-place.ts"
import { CLUSTER_ROLE, clusterOwner, prepareCluster, readPassword } from "./cluster.ts"
import { lockFile } from "./data-dir-lock.ts"
import type { Lock } from "./data-dir-lock.ts"
import { chooseOsUser, findOsUser } from "./os-user.ts"
import type { OsUser } from "./os-user.ts"
import { findPostmaster, removeStaleLockFiles, wasStartedWith } from "./postmaster-file.ts"
import { restartDelay } from "./restart-delay.ts"
import { createServerLog } from "./server-log.ts"
import type { ServerLog } from "./server-log.ts"
import { adoptServer, launchServer, stopServer, waitUntilReady } from "./server-process.ts"
import type { Server, ServerEnd } from "./server-process.ts"
import { serverArguments, serverSettings } from "./server-settings.ts"

/** What the server reports to; a pino logger is one. */
export interface PostgresLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

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
  /** Fast shutdown; resolves when the server is gone. Does nothing on a stopped one. */
  stop(): Promise<void>
  /** Of the running server; another one after a crash. */
  readonly pid: number | undefined
}

export interface EmbeddedPostgresDeps {
  /** Aviary's data directory, created when missing; the cluster is `postgres` in it. */
  readonly dataDir: string
  readonly log: PostgresLog
  /** The machine's memory; default what the system says. */
  readonly memory?: { readonly totalBytes: number }
  /** PostgreSQL settings that override ours, in PostgreSQL's names. */
  readonly settings?: Readonly<Record<string, string>>
  /** As root: the user to run as, by name; default the cluster's owner, else the first of aviary, postgres, nobody. */
  readonly runAs?: string
  /** Where cluster and programs go when that user cannot reach them; default /var/lib/aviary. */
  readonly systemDir?: string
  /** Told of every unexpected end, before the restart. */
  readonly onCrash?: (end: ServerEnd) => void
}

const DATABASE = "aviary"
const PORT = 5432
const STABLE_AFTER_MS = 60_000
const ROTATE_EVERY_MS = 60_000

/** What `start` prepares and every restart uses again. */
interface Prepared {
  readonly place: ClusterPlace
  readonly binaries: Binaries
  readonly user: OsUser | undefined
  readonly args: readonly string[]
  readonly socketDir: string
  readonly serverLog: ServerLog
  readonly lock: Lock
}

export function createEmbeddedPostgres(deps: EmbeddedPostgresDeps): EmbeddedPostgres {
  const { log } = deps
  let run:
    | { prepared: Prepared; server: Server; stopping: AbortController; supervised: Promise<void> }
    | undefined
  let starting = false

  async function start(onProgress: (step: string) => void = () => undefined): Promise<PostgresAddress> {
    if (run || starting)
      throw new AppError("start.failed", { reason: "This embedded PostgreSQL is started already." })
    starting = true
    let prepared: Prepared | undefined
    let server: Server | undefined
    try {
      prepared = prepare(deps, onProgress)
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
    } finally {
      starting = false
    }
  }

  /** Restarts the server for as long as it is wanted. */
  async function supervise(current: NonNullable<typeof run>): Promise<void> {
    const { prepared, stopping } = current
    const rotation = setInterval(() => rotate(prepared.serverLog), ROTATE_EVERY_MS).unref()
    let failures = 0
    let startedAt = performance.now()
    for (;;) {
      const end = await Promise.race([current.server.ended, aborted(stopping.signal)])
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

  function rotate(serverLog: ServerLog): void {
    try {
      serverLog.rotate()
    } catch (error) {
      log.warn({ error: messageOf(error) }, "the log of PostgreSQL could not be rotated")
    }
  }

  async function stop(): Promise<void> {
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

  return {
    start,
    stop,
    get pid() {
      return run?.server.pid
    },
  }
}

function prepare(deps: EmbeddedPostgresDeps, onProgress: (step: string) => void): Prepared {
  const { systemDir = "/var/lib/aviary", memory = { totalBytes: totalmem() }, settings = {} } = deps
  mkdirSync(deps.dataDir, { recursive: true, mode: 0o711 })
  const owner = clusterOwner(path.join(realpathSync(deps.dataDir), "postgres"))
  const user = chooseOsUser(deps.runAs ?? (owner === undefined ? undefined : findOsUser(String(owner))?.name))
  const place = placeCluster({ dataDir: deps.dataDir, user, systemDir, onProgress })
  const lock = lockFile(`${place.clusterDir}.lock`, (pid) => {
    const who = pid === undefined ? "Another process" : `The process ${pid}`
    return `${who} runs the database in ${place.clusterDir} already. Stop it first, or choose another data directory.`
  })
  try {
    const binaries = prepareBinaries({ user, cacheDir: path.join(systemDir, "programs"), onProgress })
    const socketDir = prepareSocketDir(place.parentDir, user)
    const wanted = serverSettings({ totalBytes: memory.totalBytes, socketDir, overrides: settings })
    const serverLog = createServerLog(`${place.clusterDir}.log`)
    serverLog.rotate()
    return {
      place,
      binaries,
      user,
      args: serverArguments(place.clusterDir, wanted),
      socketDir,
      serverLog,
      lock,
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Takes over a server that was left running, unless it was started otherwise than now wanted; else starts one. */
async function startFirst(
  prepared: Prepared,
  options: EmbeddedPostgresDeps & { onProgress: (step: string) => void },
): Promise<{ server: Server; password: string }> {
  const { place, binaries, args } = prepared
  const { log, onProgress, settings = {} } = options
  const left = findPostmaster(place.clusterDir)
  if (left) {
    const password = readPassword(place)
    if (password !== undefined && wasStartedWith(place.clusterDir, binaries.postgres, args)) {
      log.info({ pid: left.pid }, "PostgreSQL was left running; taking it over")
      onProgress("taking over the database that was left running")
      return { server: adoptServer(left), password }
    }
    log.info({ pid: left.pid }, "PostgreSQL was left running with other settings; restarting it")
    onProgress("restarting the database that was left running")
    await stopServer(left, log)
  }
  const sync = settings["fsync"] !== "off"
  const password = await prepareCluster({ ...prepared, sync, onProgress })
  onProgress("starting the database")
  return { server: await launch(prepared), password }
}

async function launch(prepared: Prepared): Promise<Server> {
  const { place, binaries, args, user, serverLog, socketDir } = prepared
  removeStaleLockFiles(place.clusterDir, socketDir)
  serverLog.mark()
  return launchServer({ program: binaries.postgres, args, user, serverLog })
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
