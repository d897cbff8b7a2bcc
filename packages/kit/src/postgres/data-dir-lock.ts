// One Aviary on a data directory. The lock is the operating system's (SQLite takes it on a file that stays empty), so a
// process that dies, however it dies, holds nothing, and no left-over file has to be judged stale. The file beside it
// only says who holds the lock, for the message. Never waits: who comes second is told at once.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { DatabaseSync } from "node:sqlite"
import { AppError, messageOf } from "../errors.ts"
import { isRoot } from "./os-user.ts"

export interface Lock {
  /** Gives the lock back; a second call does nothing. */
  release(): void
}

const SQLITE_BUSY = 5

/** All that this process holds: a database that nothing refers to is collected, and its lock would go with it. */
const locks = new Set<DatabaseSync>()

/**
 * Locks a data directory (created when missing; as root, so that PostgreSQL's user can pass through) for this process, until `release` or the end of the process.
 * Fails with `start.already_running`, naming the process that holds it.
 */
export function lockDataDir(dataDir: string): Lock {
  mkdirSync(dataDir, { recursive: true, mode: isRoot() ? 0o711 : 0o700 })
  return lockFile(path.join(dataDir, "aviary.lock"), (pid) => {
    const who = pid === undefined ? "" : ` (pid ${pid})`
    const how = pid === undefined ? "" : `, for example with: kill ${pid}`
    return (
      `Aviary is already running on ${dataDir}${who}. ` +
      `Stop it first${how}; or give this one a data directory of its own with AVIARY_DATA_DIR.`
    )
  })
}

/** Locks one file; `refusal` is the message when `pid` (unknown in its first moments) holds it. */
export function lockFile(file: string, refusal: (pid: number | undefined) => string): Lock {
  const holder = `${file}.pid`
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: 0 })
    // The journal, which is never written to, in memory: a full disk must not keep the database from starting. (Node opens
    // databases defensively, which silently refuses OFF.) Exclusive mode keeps the lock between statements.
    database.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
  } catch (error) {
    database?.close()
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) {
      throw new AppError("start.already_running", { reason: refusal(readPid(holder)) })
    }
    const reason = `${file} cannot be locked: ${messageOf(error)}. This process needs to write to that directory.`
    throw new AppError("start.failed", { reason }, { cause: error })
  }
  const taken = database
  locks.add(taken)
  try {
    writeFileSync(holder, `${process.pid}\n`)
  } catch {
    // Only the message to others suffers; a full disk must not keep the database from starting.
  }

  let held = true
  return {
    release() {
      if (!held) return
      held = false
      rmSync(holder, { force: true })
      taken.close()
      locks.delete(taken)
    },
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10)
    return Number.isInteger(pid) ? pid : undefined
  } catch {
    return undefined
  }
}
