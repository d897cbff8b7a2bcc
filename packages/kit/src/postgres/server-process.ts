// One running PostgreSQL server: started as a child, or found running and taken over. The child stands in a process group
// of its own, so that a Ctrl-C in the terminal stops Aviary, and Aviary, when it has drained, stops the server; it outlives
// an Aviary that is killed. Never restarts anything: that is decided in embedded-postgres.ts.

import { spawn } from "node:child_process"
import { closeSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { AppError } from "../errors.ts"
import { serverProcessOptions } from "./cluster.ts"
import type { OsUser } from "./os-user.ts"
import { findPostmaster } from "./postmaster-file.ts"
import type { Postmaster } from "./postmaster-file.ts"
import { processIdentity, signalProcess, waitForExit } from "../processes.ts"
import type { ProcessLog } from "../process-log.ts"

/** What the server reports to; a pino logger is one. */
export interface PostgresLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** How a server ended, for messages: "code 1", "signal SIGKILL". */
export type ServerEnd = string

export interface Server {
  readonly pid: number
  readonly identity: string
  /** Resolves when the server is gone; never rejects. */
  readonly ended: Promise<ServerEnd>
}

const READY_POLL_MS = 20
const ADOPTED_POLL_MS = 250
const PROGRESS_EVERY_MS = 5_000
const FAST_STOP_MS = 60_000
const IMMEDIATE_STOP_MS = 15_000

/** Starts a server as a child; it is not ready yet. */
export async function launchServer(options: {
  program: string
  args: readonly string[]
  user: OsUser | undefined
  serverLog: ProcessLog
}): Promise<Server> {
  const { program, args, user, serverLog } = options
  const output = serverLog.open()
  try {
    const child = spawn(program, args, {
      ...serverProcessOptions(user),
      detached: true,
      stdio: ["ignore", output, output],
    })
    const ended = new Promise<ServerEnd>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ? `signal ${signal}` : `code ${code}`))
    })
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve)
      child.once("error", (cause) => {
        const reason = `PostgreSQL (${program}) could not be started: ${cause.message}`
        reject(new AppError("start.failed", { reason }, { cause }))
      })
    })
    // A child that has ended already has no identity any more; `ended` says so.
    const pid = child.pid ?? 0
    return { pid, identity: processIdentity(pid) ?? "", ended }
  } finally {
    closeSync(output)
  }
}

/** Takes over a server that an earlier Aviary left running. */
export function adoptServer(postmaster: Postmaster): Server {
  const { pid, identity } = postmaster
  const watch = async (): Promise<ServerEnd> => {
    while (processIdentity(pid) === identity) await delay(ADOPTED_POLL_MS, undefined, { ref: false })
    return "an unknown code (it was not started by this process)"
  }
  return { pid, identity, ended: watch() }
}

/** Resolves when the server takes connections; fails, with the last lines of its log, when it ends before. */
export async function waitUntilReady(
  server: Server,
  options: { clusterDir: string; serverLog: ProcessLog; onProgress?: (step: string) => void },
): Promise<void> {
  const { clusterDir, serverLog, onProgress } = options
  const started = performance.now()
  let nextProgress = started + PROGRESS_EVERY_MS
  let end: ServerEnd | undefined
  void server.ended.then((reason) => (end = reason))
  for (;;) {
    const running = findPostmaster(clusterDir)
    if (running?.pid === server.pid && running.ready) return
    if (end !== undefined) {
      const reason = `PostgreSQL ended with ${end} while starting on ${clusterDir}. Its log said last:\n${serverLog.lastLines(8)}`
      throw new AppError("start.failed", { reason })
    }
    if (performance.now() >= nextProgress) {
      nextProgress += PROGRESS_EVERY_MS
      onProgress?.(`the database is recovering (${Math.round((performance.now() - started) / 1000)} s)`)
    }
    await delay(READY_POLL_MS)
  }
}

/**
 * Fast shutdown: connections are closed, open transactions rolled back, a checkpoint written. One that takes over a minute
 * is cut short, which loses nothing: the next start recovers from the log.
 */
export async function stopServer(
  server: { pid: number; identity: string },
  log: Pick<PostgresLog, "warn">,
): Promise<void> {
  const { pid, identity } = server
  if (processIdentity(pid) !== identity) return
  signalProcess(pid, "SIGINT")
  if (await waitForExit(pid, identity, FAST_STOP_MS)) return
  log.warn(
    { pid },
    "PostgreSQL has not stopped within a minute; stopping it at once, it recovers when next started",
  )
  signalProcess(pid, "SIGQUIT")
  if (await waitForExit(pid, identity, IMMEDIATE_STOP_MS)) return
  throw new AppError("start.failed", {
    reason: `PostgreSQL (pid ${pid}) does not stop. Look at it with: ps -p ${pid}`,
  })
}
