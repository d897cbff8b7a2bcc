// Reads the two files a running server keeps in its data directory: postmaster.pid (who runs, where its socket is, is
// it ready) and postmaster.opts (how it was started). They are the server's: never writes
// them, and removes them only when no server is there.

import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync, rmSync } from "node:fs"
import path from "node:path"
import { processIdentity } from "../processes.ts"

export interface Postmaster {
  readonly pid: number
  /** See `processIdentity`; a later process of the same id has another one. */
  readonly identity: string
  readonly socketDir: string
  readonly port: number
  readonly ready: boolean
}

/** The server that runs on this data directory, or `undefined`; a file left by a dead server counts as none. */
export function findPostmaster(clusterDir: string): Postmaster | undefined {
  const file = readText(path.join(clusterDir, "postmaster.pid"))
  if (file === undefined) return undefined
  // Lines, from PostgreSQL's pidfile.h: pid, data directory, start time, port, socket directory, listen address,
  // shared memory key, status.
  const [pidLine = "", , , port = "", socketDir = "", , , status = ""] = file.split("\n")
  const pid = Math.abs(Number.parseInt(pidLine, 10))
  if (!Number.isInteger(pid) || pid <= 1) return undefined
  const identity = processIdentity(pid)
  if (identity === undefined || !isServer(pid, clusterDir)) return undefined
  return { pid, identity, socketDir, port: Number.parseInt(port, 10), ready: status.trim() === "ready" }
}

/** A foreign process may have got the id of a dead server; a server's command line names its data directory. */
function isServer(pid: number, clusterDir: string): boolean {
  if (process.platform === "linux") {
    return readText(`/proc/${pid}/cmdline`)?.split("\0").includes(clusterDir) ?? false
  }
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).includes(
      clusterDir,
    )
  } catch {
    return false
  }
}

/**
 * Removes the lock files (postmaster.pid and the socket's) of a server that is gone. A server clears such files away
 * itself, unless the process id in them belongs to somebody else by now, or to a zombie: then it refuses to start. Only
 * for who holds the cluster's lock.
 */
export function removeStaleLockFiles(clusterDir: string, socketDir: string): void {
  if (findPostmaster(clusterDir) !== undefined) return
  rmSync(path.join(clusterDir, "postmaster.pid"), { force: true })
  const sockets = readdirSync(socketDir).filter((name) => name.startsWith(".s.PGSQL."))
  for (const socket of sockets) rmSync(path.join(socketDir, socket), { force: true })
}

/** Whether the server that last ran on this data directory was started by exactly this command line. */
export function wasStartedWith(clusterDir: string, program: string, args: readonly string[]): boolean {
  const expected = [program, ...args.map((arg) => `"${arg}"`)].join(" ")
  return readText(path.join(clusterDir, "postmaster.opts"))?.trimEnd() === expected
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}
