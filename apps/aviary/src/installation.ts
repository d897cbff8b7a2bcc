// The database of an installation, for the commands: the running Aviary's when one runs on the same data, else the embedded
// server started for the time of the command, or the configured external one.

import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { AppError } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import { createEmbeddedPostgres, lockDataDir } from "@aviary/kit/postgres"
import { leftProcesses } from "./left-processes.ts"
import { dataDir } from "./settings.ts"
import type { AviarySettings } from "./settings.ts"

const RUN_FILE = "run.json"

/** What a running Aviary leaves for the commands; readable by its owner only. */
interface RunFile {
  readonly pid: number
  readonly url: string
  readonly databaseUrl: string
}

export function writeRunFile(dir: string, run: RunFile): void {
  writeFileSync(join(dir, RUN_FILE), JSON.stringify(run), { mode: 0o600 })
}

export function removeRunFile(dir: string): void {
  rmSync(join(dir, RUN_FILE), { force: true })
}

function readRunFile(dir: string): RunFile | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, RUN_FILE), "utf8")) as RunFile
  } catch {
    return undefined
  }
}

export interface OpenInstallation {
  readonly databaseUrl: string
  /** Whether an Aviary is running on it right now. */
  readonly running: RunFile | undefined
}

/** Runs `use` with the database of the installation, and stops afterwards what it had to start. */
export async function withInstallation<T>(
  deps: { settings: AviarySettings; log: Log },
  use: (installation: OpenInstallation) => Promise<T>,
): Promise<T> {
  const { settings, log } = deps
  const dir = dataDir(settings)
  if (settings.database.url !== undefined) {
    return use({ databaseUrl: settings.database.url, running: readRunFile(dir) })
  }
  let lock: { release(): void }
  try {
    lock = lockDataDir(dir)
  } catch (error) {
    const run = readRunFile(dir)
    if (!(error instanceof AppError) || error.code !== "start.already_running" || !run) throw error
    return use({ databaseUrl: run.databaseUrl, running: run })
  }
  const postgres = createEmbeddedPostgres({
    dataDir: dir,
    log,
    ...(settings.database.runAs ? { runAs: settings.database.runAs } : {}),
  })
  try {
    const { connectionString } = await postgres.start()
    return await use({ databaseUrl: connectionString, running: undefined })
  } finally {
    // Instances that a killed supervisor left running need it.
    if (leftProcesses(dir).length > 0) await postgres.leave()
    else await postgres.stop()
    lock.release()
  }
}
