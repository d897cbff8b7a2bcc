// Which operating-system user PostgreSQL runs as. It refuses to run as root, so a root Aviary hands it to an
// unprivileged user. Never creates or changes users.

import { execFileSync, spawnSync } from "node:child_process"
import { AppError } from "../errors.ts"

export interface OsUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const UNPRIVILEGED = ["aviary", "postgres", "nobody"]

/**
 * The user to run PostgreSQL as, or `undefined` when Aviary itself is unprivileged and its own user will do.
 * `runAs` asks for one user; by default the first that exists of aviary, postgres, nobody.
 */
export function chooseOsUser(runAs?: string): OsUser | undefined {
  if (!isRoot()) return undefined
  const candidates = runAs === undefined ? UNPRIVILEGED : [runAs]
  for (const name of candidates) {
    const user = findOsUser(name)
    if (user && user.uid !== 0) return user
  }
  throw new AppError("start.failed", {
    reason:
      `PostgreSQL does not run as root, and this system has no unprivileged user of the name ${candidates.join(", ")}. ` +
      `Create one (useradd --system aviary), or start Aviary as an ordinary user.`,
  })
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** A user by name or by number; asked of `id`, so that every source of the system's user database counts. */
export function findOsUser(nameOrUid: string): OsUser | undefined {
  try {
    const ask = (flag: string) =>
      execFileSync("id", [flag, nameOrUid], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
    return { name: ask("-un"), uid: Number(ask("-u")), gid: Number(ask("-g")) }
  } catch {
    return undefined
  }
}

/** Whether the user may pass through this directory and all above it: tried, not computed, so that ACLs count too. */
export function canTraverse(user: OsUser, directory: string): boolean {
  const tried = spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", directory], {
    uid: user.uid,
    gid: user.gid,
    cwd: "/",
    stdio: "ignore",
  })
  return tried.status === 0
}

/** Whether the user may run this program. */
export function canRun(user: OsUser, program: string): boolean {
  return (
    spawnSync(program, ["--version"], { uid: user.uid, gid: user.gid, cwd: "/", stdio: "ignore" }).status ===
    0
  )
}
