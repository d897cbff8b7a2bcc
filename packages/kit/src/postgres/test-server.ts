// A throwaway PostgreSQL for one run of the tests, in the temporary directory: the same programs and the same start as in
// production, only without waiting for the disk. Never for data that anybody wants to keep.

import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { lockDataDir } from "./data-dir-lock.ts"
import type { Lock } from "./data-dir-lock.ts"
import { createEmbeddedPostgres } from "./embedded-postgres.ts"
import { canTraverse, chooseOsUser } from "./os-user.ts"
import { findPostmaster } from "./postmaster-file.ts"
import { stopServer } from "./server-process.ts"
import type { PostgresLog } from "./server-process.ts"

export interface TestPostgres {
  /** Of a role that may do everything; the database it names is empty. See `createTestDatabase`. */
  readonly connectionString: string
  /** Stops the server and removes all of it. */
  stop(): Promise<void>
}

const PREFIX = "aviary-test-"
/** Younger directories may belong to a run that is just about to lock its own. */
const ABANDONED_AFTER_MS = 10_000

const NOT_DURABLE = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
}

/** Starts a server (about a second). What runs that were killed have left is cleared away first. */
export async function startTestPostgres(
  options: { log?: PostgresLog; onProgress?: (step: string) => void } = {},
): Promise<TestPostgres> {
  const { log = silent, onProgress } = options
  const base = reachableTemporaryDir()
  await removeAbandoned(base, log)

  const root = mkdtempSync(path.join(base, PREFIX))
  const lock = lockDataDir(root)
  chmodSync(root, 0o711)
  // What the server's user cannot reach in the checkout is copied in here, and goes with it.
  const systemDir = path.join(base, `${path.basename(root)}-system`)
  const postgres = createEmbeddedPostgres({ dataDir: root, systemDir, log, settings: NOT_DURABLE })
  const remove = () => {
    lock.release()
    rmSync(systemDir, { recursive: true, force: true })
    rmSync(root, { recursive: true, force: true })
  }
  try {
    const { connectionString } = await postgres.start(onProgress)
    return {
      connectionString,
      async stop() {
        await postgres.stop()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** The temporary directory, or /tmp where that is private to root and the server's user cannot enter it. */
function reachableTemporaryDir(): string {
  const user = chooseOsUser()
  const own = realpathSync(tmpdir())
  return !user || canTraverse(user, own) ? own : "/tmp"
}

async function removeAbandoned(base: string, log: PostgresLog): Promise<void> {
  const names = readdirSync(base).filter((name) => name.startsWith(PREFIX) && !name.endsWith("-system"))
  for (const directory of names.map((name) => path.join(base, name))) {
    const stat = statSync(directory, { throwIfNoEntry: false })
    if (!stat || stat.uid !== process.getuid?.() || Date.now() - stat.mtimeMs < ABANDONED_AFTER_MS) continue
    let lock: Lock
    try {
      lock = lockDataDir(directory)
    } catch {
      continue
    }
    const systemDir = `${directory}-system`
    const clusterDir = realpathOrSame(path.join(directory, "postgres"))
    const left = findPostmaster(clusterDir)
    if (left) await stopServer(left, log)
    lock.release()
    rmSync(systemDir, { recursive: true, force: true })
    rmSync(directory, { recursive: true, force: true })
  }
}

function realpathOrSame(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

const silent: PostgresLog = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The server of the whole test run (`AVIARY_TEST_DATABASE_URL`), which stays, or one of this file's own when it is run alone. */
export async function useTestPostgres(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const shared = process.env.AVIARY_TEST_DATABASE_URL
  if (shared) return { url: shared, stop: async () => {} }
  const own = await startTestPostgres()
  return { url: own.connectionString, stop: () => own.stop() }
}
