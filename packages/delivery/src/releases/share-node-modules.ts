// Installed npm dependencies of one tree for another that has the very same package-lock.json: hard links instead of a download, so
// that a release installs in seconds, without a network, and takes no space twice.

import { constants } from "node:fs"
import { access, copyFile, link, mkdir, readFile, readlink, symlink } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { walkTree } from "./walk-tree.ts"

const LOCK = "package-lock.json"
const lockSchema = z.object({ packages: z.record(z.string(), z.unknown()) })

/** The first of `donors` with the same lock and its dependencies installed, whose dependencies `dir` then has; or undefined. */
export async function shareNodeModules(dir: string, donors: readonly string[]): Promise<string | undefined> {
  const lock = await readOptional(join(dir, LOCK))
  if (lock === undefined) return undefined
  for (const donor of donors) {
    const theirs = await readOptional(join(donor, LOCK))
    // npm writes this file when it has installed everything.
    const isInstalled = (await readOptional(join(donor, "node_modules/.package-lock.json"))) !== undefined
    if (theirs === undefined || !isInstalled || !theirs.equals(lock)) continue
    for (const folder of nodeModulesOf(lock)) await linkTree(join(donor, folder), join(dir, folder))
    return donor
  }
  return undefined
}

/** Where a lock puts dependencies: at the root, and in workspaces that need other versions. */
function nodeModulesOf(lock: Buffer): string[] {
  const { packages } = lockSchema.parse(JSON.parse(lock.toString("utf8")))
  const folders = Object.keys(packages).flatMap((path) => {
    const at = path.indexOf("node_modules/")
    return at < 0 ? [] : [path.slice(0, at) + "node_modules"]
  })
  return [...new Set(["node_modules", ...folders])]
}

async function linkTree(from: string, to: string): Promise<void> {
  if (!(await exists(from))) return
  await mkdir(to, { recursive: true })
  for await (const { path, kind } of walkTree(from)) {
    const source = join(from, path)
    const target = join(to, path)
    if (kind === "directory") await mkdir(target, { recursive: true })
    else if (kind === "link") await symlink(await readlink(source), target)
    else await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE))
  }
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
