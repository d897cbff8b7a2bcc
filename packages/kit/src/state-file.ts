// A value that survives crashes: one JSON file, written aside, synced and renamed, so that after a crash it is the old one or
// the new one, never half of one. The one before is kept, and used where the file itself cannot be read. For one writer.

import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs"
import { dirname } from "node:path"
import { messageOf } from "./errors.ts"
import type { Log } from "./log.ts"

export interface StateFile<T> {
  /** What was written last; where that cannot be read, what was written before it; undefined when there is neither. */
  read(): T | undefined
  /** Whether it is on the disk now. A full disk must not keep what it describes from going on; it is logged. */
  write(value: T): boolean
}

export interface StateFileOptions<T> {
  readonly path: string
  /** Checks what was read; throws where it is not what it should be. */
  readonly parse: (data: unknown) => T
  /** For the log: `the routing document`. */
  readonly what: string
  readonly log: Pick<Log, "error">
}

/** The file and its directory are for the owner alone (0600, 0700 where it is made). */
export function createStateFile<T>({ path, parse, what, log }: StateFileOptions<T>): StateFile<T> {
  const previous = `${path}.previous`

  function readOne(file: string): T | undefined {
    let text: string
    try {
      text = readFileSync(file, "utf8")
    } catch (error) {
      if (isMissing(error)) return undefined
      log.error({ path: file, error: messageOf(error) }, `${what} cannot be read`)
      return undefined
    }
    try {
      return parse(JSON.parse(text))
    } catch (error) {
      log.error({ path: file, error: messageOf(error) }, `${what} cannot be read; it is left aside`)
      return undefined
    }
  }

  return {
    read: () => readOne(path) ?? readOne(previous),
    write(value) {
      const aside = `${path}.${process.pid}`
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        writeSynced(aside, JSON.stringify(value))
        keepPrevious(path, previous)
        renameSync(aside, path)
        syncDirectory(dirname(path))
        return true
      } catch (error) {
        log.error({ path, error: messageOf(error) }, `${what} is in force but could not be kept`)
        removeQuietly(aside)
        return false
      }
    },
  }
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, "w", 0o600)
  try {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Why it could not be written is told already.
  }
}

/** A second name for what is there now; the file itself stays in its place all the time. */
function keepPrevious(path: string, previous: string): void {
  rmSync(previous, { force: true })
  try {
    linkSync(path, previous)
  } catch (error) {
    // A file system without hard links has no previous one; that must not keep the new one from being written.
    if (!isMissing(error) && !hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP")) throw error
  }
}

/** Without this a rename may be forgotten when the power fails. */
function syncDirectory(path: string): void {
  const directory = openSync(path, "r")
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

function isMissing(error: unknown): boolean {
  return hasCode(error, "ENOENT")
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code))
}
