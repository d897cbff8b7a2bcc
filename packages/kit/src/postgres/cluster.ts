// Makes a cluster (initdb) and keeps its one password. A cluster appears whole or not at all: it is made beside its place
// and renamed. Never touches a directory that holds something else.

import { spawn, spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import path from "node:path"
import { AppError, messageOf } from "../errors.ts"
import type { Binaries } from "./binaries.ts"
import type { ClusterPlace } from "./cluster-place.ts"
import type { OsUser } from "./os-user.ts"

/** The role that owns everything in the cluster, and the name of its database. */
export const CLUSTER_ROLE = "aviary"
const MAJOR_VERSION = "18"
const UNFINISHED = "postgres.new-"

interface ClusterOptions {
  readonly place: ClusterPlace
  readonly binaries: Binaries
  readonly user: OsUser | undefined
}

/** Makes the cluster where there is none and returns its password. `sync: false` is for throwaway clusters. */
export async function prepareCluster(
  options: ClusterOptions & { sync: boolean; onProgress?: (step: string) => void },
): Promise<string> {
  const { place, user, onProgress } = options
  clearUnfinished(place.parentDir)
  if (!holdsCluster(place.clusterDir)) {
    onProgress?.("creating the database cluster")
    return createCluster(options)
  }
  if (user && clusterOwner(place.clusterDir) !== user.uid) {
    onProgress?.(`giving the database files to user ${user.name}`)
    giveTree(place.clusterDir, user)
  }
  return readPassword(place) ?? resetPassword(options)
}

/** The user an existing cluster belongs to keeps it; `undefined` where there is none, or root owns it. */
export function clusterOwner(clusterDir: string): number | undefined {
  const owner = statSync(clusterDir, { throwIfNoEntry: false })?.uid
  return owner === 0 ? undefined : owner
}

/** The password of the cluster at this place, or `undefined`. */
export function readPassword(place: ClusterPlace): string | undefined {
  const file = passwordFile(place)
  return existsSync(file) ? readFileSync(file, "utf8").trim() || undefined : undefined
}

function passwordFile(place: ClusterPlace): string {
  return path.join(place.parentDir, "postgres-password")
}

function holdsCluster(clusterDir: string): boolean {
  const stat = statSync(clusterDir, { throwIfNoEntry: false })
  if (!stat) return false
  let entries: string[]
  try {
    entries = readdirSync(clusterDir)
  } catch (error) {
    const reason =
      `The database in ${clusterDir} belongs to uid ${stat.uid} and cannot be read (${messageOf(error)}). ` +
      `Start Aviary as the user that made it (root, perhaps), or give it away: chown -R $(id -u) ${clusterDir}.`
    throw new AppError("start.failed", { reason }, { cause: error })
  }
  if (entries.length === 0) return false
  if (!entries.includes("PG_VERSION")) {
    const reason = `${clusterDir} holds files that are no PostgreSQL cluster. Move them away, or choose another data directory.`
    throw new AppError("start.failed", { reason })
  }
  const version = readFileSync(path.join(clusterDir, "PG_VERSION"), "utf8").trim()
  if (version !== MAJOR_VERSION) {
    const reason =
      `The database in ${clusterDir} is of PostgreSQL ${version}; this Aviary runs ${MAJOR_VERSION}. ` +
      `Dump it with the version of Aviary that made it, or upgrade it with pg_upgrade.`
    throw new AppError("start.failed", { reason })
  }
  return true
}

async function createCluster(options: ClusterOptions & { sync: boolean }): Promise<string> {
  const { place, binaries, user, sync } = options
  const unfinished = path.join(place.parentDir, UNFINISHED + randomBytes(4).toString("hex"))
  const password = randomBytes(24).toString("base64url")
  const pwfile = `${unfinished}.pw`
  try {
    mkdirSync(unfinished, { mode: 0o700 })
    writeFileSync(pwfile, password, { mode: 0o600 })
    if (user) {
      chownSync(unfinished, user.uid, user.gid)
      chownSync(pwfile, user.uid, user.gid)
    }
    await run(binaries.initdb, [...initdbArguments(unfinished, pwfile), ...(sync ? [] : ["--no-sync"])], user)
    // The password first: a cluster without one would need it reset.
    writeFileSync(passwordFile(place), `${password}\n`, { mode: 0o600 })
    chmodSync(passwordFile(place), 0o600)
    rmSync(place.clusterDir, { recursive: true, force: true })
    renameSync(unfinished, place.clusterDir)
    return password
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    const reason = `The database could not be created in ${place.clusterDir}: ${messageOf(error)}`
    throw new AppError("start.failed", { reason }, { cause: error })
  } finally {
    rmSync(pwfile, { force: true })
  }
}

/**
 * UTF-8 everywhere; order by code point (the same on every system and after every upgrade of its C library), case by
 * Unicode's rules, both built into PostgreSQL; checksums on every page.
 */
function initdbArguments(clusterDir: string, pwfile: string): string[] {
  return [
    `--pgdata=${clusterDir}`,
    `--username=${CLUSTER_ROLE}`,
    `--pwfile=${pwfile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    // Full-text search asks the C library which characters are letters.
    `--lc-ctype=${systemHasCUtf8() ? "C.UTF-8" : "C"}`,
    "--data-checksums",
    "--no-instructions",
  ]
}

function systemHasCUtf8(): boolean {
  const { stdout } = spawnSync("locale", ["-a"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
  return /^C\.utf-?8$/im.test(stdout ?? "")
}

/** Runs to the end; fails with the last lines of what the program said. */
async function run(program: string, args: string[], user: OsUser | undefined, input = ""): Promise<void> {
  const child = spawn(program, args, { ...serverProcessOptions(user), stdio: ["pipe", "pipe", "pipe"] })
  let output = ""
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-8192)
  }
  child.stdout.on("data", collect)
  child.stderr.on("data", collect)
  child.stdin.on("error", () => undefined)
  child.stdin.end(input)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.on("error", reject)
  child.on("close", (code, signal) => {
    if (code === 0) resolve()
    else {
      const last = output.trimEnd().split("\n").slice(-8).join("\n")
      reject(
        new Error(`${path.basename(program)} ended with ${signal ?? `code ${code}`}. It said last:\n${last}`),
      )
    }
  })
  await promise
}

/** How every PostgreSQL program is started: as its user, in a plain locale, seeing nothing of Aviary's environment. */
export function serverProcessOptions(user: OsUser | undefined) {
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" }
  return { ...(user && { uid: user.uid, gid: user.gid }), cwd: "/", env }
}

/** For a cluster whose password file was lost, for example because only the cluster was restored from a backup. */
async function resetPassword(options: ClusterOptions): Promise<string> {
  const { place, binaries, user } = options
  const password = randomBytes(24).toString("base64url")
  const statement = `ALTER ROLE ${CLUSTER_ROLE} PASSWORD '${password}'\n`
  try {
    await run(binaries.postgres, ["--single", "-D", place.clusterDir, "postgres"], user, statement)
    writeFileSync(passwordFile(place), `${password}\n`, { mode: 0o600 })
    return password
  } catch (error) {
    const reason = `${passwordFile(place)} is missing and the password could not be reset: ${messageOf(error)}`
    throw new AppError("start.failed", { reason }, { cause: error })
  }
}

/** What an initdb that was killed half-way left behind. */
function clearUnfinished(parentDir: string): void {
  for (const entry of readdirSync(parentDir).filter((name) => name.startsWith(UNFINISHED))) {
    rmSync(path.join(parentDir, entry), { recursive: true, force: true })
  }
}

function giveTree(directory: string, user: OsUser): void {
  lchownSync(directory, user.uid, user.gid)
  for (const entry of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    lchownSync(path.join(directory, entry), user.uid, user.gid)
  }
}
