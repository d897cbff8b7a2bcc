// Keeps the state of flags as its two files say it: the release's flags, and the service's overrides beside them. A change is
// noticed by the directory's watch or, where that tells nothing, by a look twice a second. A file that cannot be read leaves
// what was in force in force.

import { watch } from "node:fs"
import type { FSWatcher } from "node:fs"
import { open } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { Clock } from "../clock.ts"
import { AppError, messageOf } from "../errors.ts"
import type { Log } from "../log.ts"
import type { FlagState } from "./evaluate-flag.ts"
import { MAX_FLAG_FILE_BYTES, parseFlags, parseOverrides } from "./flag-document.ts"

/** The name of the overrides beside a flags file. */
const OVERRIDES_FILE = "flag-overrides.json"
const LOOK_EVERY_MS = 500

/** Where the overrides of a flags file are. */
export function overridesPath(flagsFile: string): string {
  return join(dirname(flagsFile), OVERRIDES_FILE)
}

export interface FlagFiles {
  state(): FlagState
  /** Reads both files, and watches them from then on. Never fails. */
  start(): Promise<void>
  stop(): void
}

export interface FlagFilesDeps {
  readonly path: string
  readonly clock: Pick<Clock, "after">
  readonly log: Log
  /** Called after the state has changed, with the names of the flags that may have. */
  readonly onChange: (changed: readonly string[]) => void
}

export function createFlagFiles({ path, clock, log, onChange }: FlagFilesDeps): FlagFiles {
  const flags = createWatchedFile(path, parseFlags, log)
  const overrides = createWatchedFile(overridesPath(path), parseOverrides, log)
  let watcher: FSWatcher | undefined
  let cancelLook: (() => void) | undefined
  let isStopped = false
  let looking: Promise<void> | undefined
  let again = false

  async function read(): Promise<void> {
    const changed = [...(await flags.read()), ...(await overrides.read())]
    if (changed.length > 0 && !isStopped) onChange(changed)
  }

  /** One look at a time; whoever asks meanwhile gets another after it. */
  function look(): Promise<void> {
    again = looking !== undefined
    looking ??= (async () => {
      do {
        again = false
        await read()
      } while (again)
      looking = undefined
    })()
    return looking
  }

  function lookLater(): void {
    if (isStopped) return
    cancelLook = clock.after(LOOK_EVERY_MS, () => void look().finally(lookLater))
  }

  return {
    state: () => ({ flags: flags.value(), overrides: overrides.value() }),
    async start() {
      await look()
      const names = new Set([basename(path), OVERRIDES_FILE])
      try {
        watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
          if (name === null || names.has(name)) void look()
        })
        watcher.on("error", (error) =>
          log.warn({ error: messageOf(error) }, "flags are no longer watched, only looked at"),
        )
      } catch (error) {
        log.warn({ path, error: messageOf(error) }, "flags cannot be watched, only looked at")
      }
      lookLater()
    },
    stop() {
      isStopped = true
      watcher?.close()
      cancelLook?.()
    },
  }
}

interface WatchedFile<T> {
  value(): ReadonlyMap<string, T>
  /** Reads it where it has changed; the names of entries that are not as before. */
  read(): Promise<string[]>
}

function createWatchedFile<T>(
  path: string,
  parse: (text: string, fileName: string) => ReadonlyMap<string, T>,
  log: Log,
): WatchedFile<T> {
  let value: ReadonlyMap<string, T> = new Map()
  let seen: string | undefined

  return {
    value: () => value,
    async read() {
      try {
        const found = await readIfChanged(path, seen)
        if (found.fingerprint === seen) return []
        seen = found.fingerprint
        const before = value
        value = found.text === undefined ? new Map() : parse(found.text, path)
        return differing(before, value)
      } catch (error) {
        log.error({ path, error: messageOf(error) }, "flags cannot be read; those of before stay in force")
        return []
      }
    },
  }
}

/** The text, unless the file is as it was; without a text where there is no file. */
async function readIfChanged(
  path: string,
  seen: string | undefined,
): Promise<{ fingerprint: string; text?: string }> {
  try {
    await using file = await open(path, "r")
    const stat = await file.stat()
    const fingerprint = `${stat.ino} ${stat.mtimeMs} ${stat.size}`
    if (fingerprint === seen) return { fingerprint }
    if (stat.size > MAX_FLAG_FILE_BYTES)
      throw new AppError("flags.invalid", { problems: `${path} is larger than ${MAX_FLAG_FILE_BYTES} bytes` })
    return { fingerprint, text: await file.readFile("utf8") }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { fingerprint: "none" }
    throw error
  }
}

function differing<T>(before: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): string[] {
  const names = new Set([...before.keys(), ...now.keys()])
  return [...names].filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(now.get(name)))
}
