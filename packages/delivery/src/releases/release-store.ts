// Releases on disk: `<dir>/<id>/` holds one's files, read-only, and `<dir>/<id>.json` says what it is; that is written last, so that a
// directory without it is an installation that was broken off. Never changes a release, and never removes one that is in use.

import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { chmod, lstat, mkdtemp, readdir, rename, rm } from "node:fs/promises"
import { join, relative, resolve } from "node:path"
import { AppError, createStateFile, messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import { z } from "zod"
import { contentDigest } from "./content-digest.ts"
import { copyDirectory } from "./copy-directory.ts"
import { findRevision, unpackRevision } from "./git-revision.ts"
import { releaseManifestSchema } from "./manifest.ts"
import type { ReleaseManifest } from "./manifest.ts"
import { MANIFEST_FILE, readManifest } from "./read-manifest.ts"
import type { InstallOptions, Release, Releases } from "./release.ts"
import { runInstall } from "./run-install.ts"
import { checkLinks } from "./safe-links.ts"
import { shareNodeModules } from "./share-node-modules.ts"
import { unpackFile } from "./unpack-tarball.ts"
import type { TreeLimits } from "./walk-tree.ts"
import { RELEASE_LIMITS, walkTree } from "./walk-tree.ts"

export interface ReleaseStoreDeps {
  /** Where releases are kept; made where it is missing. */
  readonly dir: string
  /** Where a revision without a repository, and a relative path, is looked for. */
  readonly workingDir: string
  /** A service whose first release is a directory that is there already: never copied, never removed, and not checked. */
  readonly inPlace?: { readonly service: string; readonly dir: string } | undefined
  /** What the service's declaration says of releases without a manifest of their own. */
  readonly defaultsOf: (service: string) => Readonly<Record<string, unknown>> | undefined
  readonly isInUse: (id: string) => boolean
  /** What install commands see. */
  readonly environment: Readonly<Record<string, string>>
  readonly limits?: TreeLimits
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Log
}

const recordSchema = z.object({
  id: z.string(),
  service: z.string(),
  createdAt: z.string(),
  source: z.string(),
  digest: z.string(),
  /** Of everything that is there after the install command. */
  installed: z.string(),
  manifest: z.unknown(),
})

type ReleaseRecord = Omit<z.output<typeof recordSchema>, "manifest"> & { readonly manifest: ReleaseManifest }

const UNFINISHED = ".new-"
/** The id of a release in place ends in this instead of a digest. */
const IN_PLACE = "checkout"
const ID_DIGITS = [8, 16, 40]

/** Opens the store; what installations that were broken off left behind is removed. */
export async function openReleaseStore(deps: ReleaseStoreDeps): Promise<Releases> {
  const { dir, log } = deps
  const limits = deps.limits ?? RELEASE_LIMITS
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const records = readRecords(dir, log)
  await removeBroken(dir, records)
  const inPlace = deps.inPlace && releaseInPlace(deps.inPlace, deps.now())

  const released = (record: ReleaseRecord): Release => {
    const { id, service, createdAt, source, digest, manifest } = record
    return { id, service, createdAt, source, digest, manifest, dir: join(dir, id) }
  }
  const get = (id: string): Release | undefined => {
    if (inPlace?.id === id) return inPlace
    const record = records.get(id)
    return record && released(record)
  }

  async function install(source: string, options: InstallOptions): Promise<Release> {
    const staging = await mkdtemp(join(dir, UNFINISHED))
    try {
      const root = await fetchSource(source, staging, options)
      await checkLinks(root)
      const text = existsSync(join(root, MANIFEST_FILE))
        ? readFileSync(join(root, MANIFEST_FILE), "utf8")
        : undefined
      const defaults = deps.defaultsOf(options.service) ?? {}
      const manifest = readManifest(text, { source, defaults, overrides: options.overrides ?? {} })
      options.onProgress("computing its digest")
      const content = await contentDigest(root, { installed: false })
      const digest = createHash("sha256").update(content).update(JSON.stringify(manifest)).digest("hex")
      const id = idFor(options.service, digest)
      if (records.has(id)) {
        await verify(id)
        const known = get(id)
        if (known) return known
      }
      return await finish(root, { id, source, digest, manifest, options })
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError("release.install_failed", { source, reason: messageOf(error) }, { cause: error })
    } finally {
      await removeTree(staging)
    }
  }

  /** In its place before the install command runs: what that writes may name its own place. */
  async function finish(
    root: string,
    { id, source, digest, manifest, options }: Installation,
  ): Promise<Release> {
    const place = join(dir, id)
    await removeTree(place)
    await rename(root, place)
    try {
      await installDependencies(place, manifest, options)
      if (manifest.build) await runHere(place, manifest.build, { manifest, options })
      options.onProgress("making it read-only")
      await makeReadOnly(place)
      const installed = await contentDigest(place, { installed: true })
      const { service } = options
      const createdAt = new Date(deps.now()).toISOString()
      const record = { id, service, createdAt, source, digest, installed, manifest }
      if (!recordFile(dir, id, log).write(record)) throw new Error("what it is could not be written down")
      records.set(id, record)
      return released(record)
    } catch (error) {
      await removeTree(place)
      throw error
    }
  }

  async function fetchSource(
    source: string,
    staging: string,
    { onProgress }: InstallOptions,
  ): Promise<string> {
    const path = resolve(deps.workingDir, source)
    const kind = statSync(path, { throwIfNoEntry: false })
    if (kind?.isDirectory()) {
      onProgress(`copying ${path}`)
      const own = relative(path, dir)
      await copyDirectory(path, staging, { limits, without: own.startsWith("..") ? [] : [own] })
      return staging
    }
    if (kind?.isFile()) {
      onProgress(`unpacking ${path}`)
      await unpackFile(path, staging, limits)
      return topOf(staging)
    }
    const at = source.lastIndexOf("#")
    const repository = resolve(deps.workingDir, at < 0 ? "." : source.slice(0, at))
    const revision = await findRevision(repository, source.slice(at + 1))
    if (!revision) {
      const reason = "there is no such directory, tarball or git revision"
      throw new AppError("release.invalid", { source, reason })
    }
    onProgress(`taking revision ${revision.commit.slice(0, 12)} of ${repository}`)
    await unpackRevision(revision, staging, limits)
    return staging
  }

  async function installDependencies(
    place: string,
    manifest: ReleaseManifest,
    options: InstallOptions,
  ): Promise<void> {
    const { install: command } = manifest
    if (!command) return
    if (command[0] === "npm") {
      const others = [...records.keys()].map((id) => join(dir, id))
      const donor = await shareNodeModules(place, [...(deps.inPlace ? [deps.inPlace.dir] : []), ...others])
      if (donor !== undefined) return options.onProgress(`its dependencies are those of ${donor}`)
    }
    await runHere(place, command, { manifest, options })
  }

  async function runHere(
    place: string,
    command: readonly string[],
    { manifest, options: { onProgress, signal } }: Pick<Installation, "manifest" | "options">,
  ): Promise<void> {
    onProgress(command.join(" "))
    const timeoutMs = manifest.installTimeout
    await runInstall({ command, dir: place, env: deps.environment, timeoutMs, onProgress, signal })
  }

  function idFor(service: string, digest: string): string {
    const ids = ID_DIGITS.map((digits) => `${service}@${digest.slice(0, digits)}`)
    return ids.find((id) => (records.get(id)?.digest ?? digest) === digest) ?? `${service}@${digest}`
  }

  async function verify(id: string): Promise<void> {
    if (inPlace?.id === id) return
    const record = records.get(id)
    if (!record) throw new AppError("release.unknown", { id })
    const found = await contentDigest(join(dir, id), { installed: true }).catch((error: unknown) =>
      messageOf(error),
    )
    if (found === record.installed) return
    throw new AppError("release.altered", { id, reason: "its files have changed" })
  }

  async function remove(id: string): Promise<void> {
    if (!records.has(id)) return
    if (deps.isInUse(id)) throw new AppError("release.in_use", { id })
    records.delete(id)
    for (const file of [`${id}.json`, `${id}.json.previous`]) rmSync(join(dir, file), { force: true })
    await removeTree(join(dir, id))
  }

  const list = (service?: string): readonly Release[] =>
    [...(inPlace ? [inPlace] : []), ...[...records.values()].map(released)]
      .filter((release) => service === undefined || release.service === service)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))

  return {
    install,
    get,
    list,
    verify,
    remove,
  }
}

interface Installation {
  readonly id: string
  readonly source: string
  readonly digest: string
  readonly manifest: ReleaseManifest
  readonly options: InstallOptions
}

function releaseInPlace({ service, dir }: { service: string; dir: string }, now: number): Release {
  const manifest = readManifest(readFileSync(join(dir, MANIFEST_FILE), "utf8"), { source: dir })
  const createdAt = new Date(now).toISOString()
  return { id: `${service}@${IN_PLACE}`, service, createdAt, source: dir, digest: IN_PLACE, dir, manifest }
}

function recordFile(dir: string, id: string, log: Log) {
  return createStateFile<ReleaseRecord>({
    path: join(dir, `${id}.json`),
    parse(data) {
      const record = recordSchema.parse(data)
      return { ...record, manifest: releaseManifestSchema.parse(record.manifest) }
    },
    what: `what release ${id} is`,
    log,
  })
}

function readRecords(dir: string, log: Log): Map<string, ReleaseRecord> {
  const ids = readdirSync(dir).flatMap((name) =>
    name.endsWith(".json") ? [name.slice(0, -".json".length)] : [],
  )
  const records = new Map<string, ReleaseRecord>()
  for (const id of ids) {
    const record = recordFile(dir, id, log).read()
    if (record?.id === id && existsSync(join(dir, id))) records.set(id, record)
  }
  return records
}

async function removeBroken(dir: string, records: ReadonlyMap<string, ReleaseRecord>): Promise<void> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (!entry.isDirectory() || records.has(entry.name)) continue
    // A record that cannot be read is told in the log; its files are left for whoever mends it.
    if (!entry.name.startsWith(UNFINISHED) && existsSync(join(dir, `${entry.name}.json`))) continue
    await removeTree(join(dir, entry.name))
  }
}

/** An archive often has everything in one folder. */
async function topOf(staging: string): Promise<string> {
  const [first, ...others] = await readdir(staging, { withFileTypes: true })
  return first?.isDirectory() && others.length === 0 ? join(staging, first.name) : staging
}

async function makeReadOnly(root: string): Promise<void> {
  // Files of dependencies may be shared with another tree, whose they are as well.
  const shared = (path: string): boolean => path.includes("node_modules/")
  const directories = [root]
  for await (const { path, kind } of walkTree(root)) {
    const full = join(root, path)
    if (kind === "directory") directories.push(full)
    if (kind !== "file" || shared(path)) continue
    await chmod(full, ((await lstat(full)).mode & 0o100) === 0 ? 0o444 : 0o555)
  }
  for (const directory of directories.toReversed()) await chmod(directory, 0o555)
}

/** Read-only ones too. What is not there is not an error. */
async function removeTree(root: string): Promise<void> {
  if (!existsSync(root)) return
  await chmod(root, 0o700)
  for await (const { path, kind } of walkTree(root))
    if (kind === "directory") await chmod(join(root, path), 0o700)
  await rm(root, { recursive: true, force: true })
}
