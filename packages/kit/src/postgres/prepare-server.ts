// Makes ready what a server needs (place, programs, socket, settings, the lock on the cluster) and starts or takes over the
// first one. Called by embedded-postgres.ts only; decides nothing about restarts.

import { mkdirSync, realpathSync } from "node:fs"
import { totalmem } from "node:os"
import path from "node:path"
import { AppError, messageOf } from "../errors.ts"
import { prepareBinaries } from "./binaries.ts"
import type { Binaries } from "./binaries.ts"
import { placeCluster, prepareSocketDir } from "./cluster-place.ts"
import type { ClusterPlace } from "./cluster-place.ts"
import { clusterOwner, prepareCluster, readPassword } from "./cluster.ts"
import { lockFile } from "./data-dir-lock.ts"
import type { Lock } from "./data-dir-lock.ts"
import { chooseOsUser, findOsUser, isRoot } from "./os-user.ts"
import type { OsUser } from "./os-user.ts"
import { findPostmaster, removeStaleLockFiles, wasStartedWith } from "./postmaster-file.ts"
import { createProcessLog } from "../process-log.ts"
import type { ProcessLog } from "../process-log.ts"
import { adoptServer, launchServer, stopServer } from "./server-process.ts"
import type { PostgresLog, Server } from "./server-process.ts"
import { serverArguments, serverSettings } from "./server-settings.ts"

export interface ServerDeps {
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
}

/** What `start` prepares and every restart uses again. */
export interface PreparedServer {
  readonly place: ClusterPlace
  readonly binaries: Binaries
  readonly user: OsUser | undefined
  readonly args: readonly string[]
  readonly socketDir: string
  readonly serverLog: ProcessLog
  readonly lock: Lock
}

export function prepareServer(deps: ServerDeps, onProgress: (step: string) => void): PreparedServer {
  const { systemDir = "/var/lib/aviary", memory = { totalBytes: totalmem() }, settings = {} } = deps
  makeDataDir(deps.dataDir)
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
    const serverLog = createProcessLog(`${place.clusterDir}.log`)
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
export async function startFirst(
  prepared: PreparedServer,
  options: ServerDeps & { onProgress: (step: string) => void },
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

export async function launch(prepared: PreparedServer): Promise<Server> {
  const { place, binaries, args, user, serverLog, socketDir } = prepared
  removeStaleLockFiles(place.clusterDir, socketDir)
  serverLog.mark()
  return launchServer({ program: binaries.postgres, args, user, serverLog })
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: isRoot() ? 0o711 : 0o700 })
  } catch (error) {
    const reason = `The data directory ${dataDir} cannot be made: ${messageOf(error)}. Make it, or choose another one.`
    throw new AppError("start.failed", { reason }, { cause: error })
  }
}
