// The files of a directory, in one order on every machine. Follows no link, and bounds how much there may be.

import { readdir } from "node:fs/promises"
import { join } from "node:path"

export interface TreeEntry {
  /** Relative, with `/`. */
  readonly path: string
  readonly kind: "file" | "directory" | "link"
}

export interface TreeLimits {
  readonly files: number
  readonly bytes: number
}

/** 100,000 files and links, 2 GiB. */
export const RELEASE_LIMITS: TreeLimits = { files: 100_000, bytes: 2 * 1024 ** 3 }

/** What is skipped is not entered. Fails where there is something that is no file, directory or link. */
export async function* walkTree(
  root: string,
  skip: (path: string) => boolean = () => false,
): AsyncGenerator<TreeEntry> {
  const pending = [""]
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    const entries = await readdir(join(root, below), { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    const directories: string[] = []
    for (const entry of entries) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`
      if (skip(path)) continue
      if (entry.isDirectory()) {
        directories.push(path)
        yield { path, kind: "directory" }
      } else if (entry.isSymbolicLink()) yield { path, kind: "link" }
      else if (entry.isFile()) yield { path, kind: "file" }
      else throw new Error(`${path} is neither a file nor a directory`)
    }
    pending.push(...directories.toReversed())
  }
}
