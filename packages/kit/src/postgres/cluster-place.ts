// Where the cluster, its socket and its log lie. By default all under Aviary's data directory; but a checkout under /root
// or in a private temporary directory cannot be entered by the unprivileged user that PostgreSQL runs as, and then the
// cluster lies in a system directory, with a symbolic link in its place. Never removes a cluster.

import { createHash } from "node:crypto"
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { AppError, messageOf } from "../errors.ts"
import { canTraverse } from "./os-user.ts"
import type { OsUser } from "./os-user.ts"

export interface ClusterPlace {
  /** PostgreSQL's data directory. Does not exist before initdb. */
  readonly clusterDir: string
  /** Directory of `clusterDir`; holds what belongs to it. */
  readonly parentDir: string
}

/** `sun_path` holds 108 bytes on Linux, 104 on macOS and the BSDs, with a zero at the end. */
const SOCKET_PATH_LIMIT = process.platform === "linux" ? 107 : 103
const SOCKET_NAME = "/.s.PGSQL.5432"

/** Whether a server's socket fits into this directory, and clients understand it: a comma separates two for them. */
function fitsSocket(socketDir: string): boolean {
  return Buffer.byteLength(socketDir + SOCKET_NAME) <= SOCKET_PATH_LIMIT && !socketDir.includes(",")
}

/**
 * Finds or chooses the place. A place outside of `dataDir` is chosen under `systemDir`, linked at `dataDir/postgres`
 * and announced through `onProgress`; once there, the link decides.
 */
export function placeCluster(options: {
  dataDir: string
  user: OsUser | undefined
  systemDir: string
  onProgress?: (step: string) => void
}): ClusterPlace {
  const { dataDir, user, systemDir, onProgress } = options
  mkdirSync(dataDir, { recursive: true, mode: user ? 0o711 : 0o700 })
  const home = realpathSync(dataDir)
  const link = path.join(home, "postgres")
  const present = lstatSync(link, { throwIfNoEntry: false })

  if (present?.isSymbolicLink()) return followLink(link, user)
  if (!user || canTraverse(user, home)) return { clusterDir: link, parentDir: home }
  if (present) {
    throw new AppError("start.failed", {
      reason:
        `PostgreSQL runs as user ${user.name}, who cannot enter ${home}, where its data is. Let it pass (chmod o+x on ` +
        `${home} and the directories above it), or start Aviary as the owner of the data.`,
    })
  }
  const parentDir = unusedSystemDir(systemDir, home, user)
  const clusterDir = path.join(parentDir, "postgres")
  symlinkSync(clusterDir, link)
  onProgress?.(
    `user ${user.name} cannot enter ${home}: the database is kept in ${clusterDir}, linked from ${link}`,
  )
  return { clusterDir, parentDir }
}

function followLink(link: string, user: OsUser | undefined): ClusterPlace {
  const clusterDir = path.resolve(path.dirname(link), readlinkSync(link))
  const parentDir = path.dirname(clusterDir)
  // No new cluster in place of one that cannot be seen: its disk may not be mounted.
  if (!existsSync(parentDir)) {
    throw new AppError("start.failed", {
      reason: `${link} points to ${clusterDir}, which is not there. Mount or restore it; to start over, remove the link.`,
    })
  }
  const realParent = realpathSync(parentDir)
  if (user && !canTraverse(user, realParent)) {
    throw new AppError("start.failed", {
      reason: `PostgreSQL runs as user ${user.name}, who cannot enter ${realParent}. Let it pass: chmod o+x ${realParent}.`,
    })
  }
  return { clusterDir: path.join(realParent, path.basename(clusterDir)), parentDir: realParent }
}

/** A data directory that was deleted and made again starts afresh: what the earlier one left is neither used nor lost. */
function unusedSystemDir(systemDir: string, dataDir: string, user: OsUser): string {
  const key = createHash("sha256").update(dataDir).digest("hex").slice(0, 16)
  try {
    mkdirSync(systemDir, { recursive: true, mode: 0o755 })
    for (let attempt = 1; ; attempt++) {
      const candidate = path.join(realpathSync(systemDir), attempt === 1 ? key : `${key}-${attempt}`)
      mkdirSync(candidate, { recursive: true, mode: 0o711 })
      chmodSync(candidate, 0o711)
      if (readdirSync(candidate).includes("postgres")) continue
      if (!canTraverse(user, candidate)) throw new Error(`user ${user.name} cannot enter it either`)
      return candidate
    }
  } catch (error) {
    const reason =
      `The database can lie neither in ${dataDir}, which user ${user.name} cannot enter, nor in ${systemDir} ` +
      `(${messageOf(error)}). Move Aviary to a directory that others may pass through, or start it as an ordinary user.`
    throw new AppError("start.failed", { reason }, { cause: error })
  }
}

/** Makes the socket's directory: beside the cluster, or under the temporary directory where that path is too long. */
export function prepareSocketDir(parentDir: string, user: OsUser | undefined): string {
  const beside = path.join(parentDir, "postgres-run")
  const key = createHash("sha256").update(parentDir).digest("hex").slice(0, 16)
  const candidates = [beside, path.join(tmpdir(), `aviary-${key}`), path.join("/tmp", `aviary-${key}`)]
  for (const directory of candidates.filter(fitsSocket)) {
    if (claimDirectory(directory, user)) return directory
  }
  throw new AppError("start.failed", {
    reason:
      `No directory is fit for PostgreSQL's socket; tried ${candidates.join(", ")}. It takes a path of at most ` +
      `${SOCKET_PATH_LIMIT - SOCKET_NAME.length} bytes that the server's user can enter and nobody else owns.`,
  })
}

/** A private directory of the server's user; false where somebody else has put something in its place. */
function claimDirectory(directory: string, user: OsUser | undefined): boolean {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const found = lstatSync(directory)
  const ours = [process.getuid?.(), user?.uid]
  if (!found.isDirectory() || !ours.includes(found.uid)) return false
  if (user) chownSync(directory, user.uid, user.gid)
  chmodSync(directory, 0o700)
  return !user || canTraverse(user, directory)
}
