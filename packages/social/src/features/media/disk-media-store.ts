// The media store on a disk. A file is written beside its place, flushed, and renamed into it, so that a key never names half
// a file; the folders are flushed too, so that what was answered survives a power cut.

import { randomBytes } from "node:crypto"
import { mkdir, open, readFile, readdir, rename, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { AppError } from "@aviary/kit"
import type { MediaStore } from "./media-store.ts"
import { isMediaKey, mediaKey } from "./media-store.ts"

const TEMPORARY = "tmp"
const FULL = new Set(["ENOSPC", "EDQUOT"])

/** A store in a directory, which is created when the first file comes. */
export function createDiskMediaStore(deps: { dir: string }): MediaStore {
  const { dir } = deps

  function pathOf(key: string): string {
    if (!isMediaKey(key)) throw new AppError("record.not_found")
    return join(dir, key)
  }

  return {
    async put(file) {
      const key = mediaKey(randomBytes(16), file)
      const temporary = join(dir, TEMPORARY, randomBytes(16).toString("hex"))
      try {
        await mkdir(dirname(temporary), { recursive: true })
        await writeDurably(temporary, file.bytes)
        await moveInto(temporary, pathOf(key), dir)
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined)
        throw storageError(error)
      }
      return key
    },
    async size(key) {
      try {
        const found = await stat(pathOf(key))
        return found.isFile() ? found.size : undefined
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    async open(key, range) {
      // Opened before anything is answered: a file that goes away meanwhile is still read to its end.
      const handle = await orNotFound(open(pathOf(key), "r"))
      return handle.createReadStream({ ...range, autoClose: true })
    },
    read: (key) => orNotFound(readFile(pathOf(key))),
    delete: (key) => rm(pathOf(key), { force: true }),
    async cleanUp(before) {
      const folder = join(dir, TEMPORARY)
      const names = await readdir(folder).catch(() => [])
      for (const name of names) {
        const found = await stat(join(folder, name)).catch(() => undefined)
        if (found && found.mtimeMs < before) await rm(join(folder, name), { force: true })
      }
    },
  }
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, "wx")
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Renames a file into its folder below `root` and flushes the folders that changed. */
async function moveInto(from: string, to: string, root: string): Promise<void> {
  const folder = dirname(to)
  const created = await mkdir(folder, { recursive: true })
  await rename(from, to)
  await flushFolder(folder)
  if (created === undefined) return
  for (let parent = dirname(folder); parent.length >= root.length; parent = dirname(parent))
    await flushFolder(parent)
}

async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function orNotFound<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isMissing(error) ? new AppError("record.not_found", {}, { cause: error }) : error
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : ""
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || (error instanceof AppError && error.code === "record.not_found")
}

/** A failed write as an `AppError` where the disk is full or the quota used up; anything else as it is. */
export function storageError(error: unknown): unknown {
  return FULL.has(codeOf(error)) ? new AppError("storage.full", {}, { cause: error }) : error
}
