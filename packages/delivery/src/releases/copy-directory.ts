// A release from a directory, as it is: tracked by git or not. What never belongs to one stays behind: git's own folder, installed
// dependencies, and data.

import { constants } from "node:fs"
import { copyFile, lstat, mkdir, readlink, symlink } from "node:fs/promises"
import { join } from "node:path"
import type { TreeLimits } from "./walk-tree.ts"
import { walkTree } from "./walk-tree.ts"

const LEFT_BEHIND = new Set([".git", "node_modules"])

/** `without`: paths relative to `from` that stay behind too. Fails above the limits. */
export async function copyDirectory(
  from: string,
  to: string,
  { limits, without }: { limits: TreeLimits; without: readonly string[] },
): Promise<void> {
  const excluded = new Set(["data", ...without])
  const skip = (path: string) => LEFT_BEHIND.has(path.slice(path.lastIndexOf("/") + 1)) || excluded.has(path)
  let files = 0
  let bytes = 0
  for await (const { path, kind } of walkTree(from, skip)) {
    const target = join(to, path)
    files += 1
    if (files > limits.files) throw new Error(`it has more than ${limits.files} files`)
    switch (kind) {
      case "directory":
        await mkdir(target)
        break
      case "link":
        await symlink(await readlink(join(from, path)), target)
        break
      case "file":
        bytes += (await lstat(join(from, path))).size
        if (bytes > limits.bytes) throw new Error(`it is larger than ${limits.bytes} bytes`)
        await copyFile(join(from, path), target, constants.COPYFILE_FICLONE)
    }
  }
}
