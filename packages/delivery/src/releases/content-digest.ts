// What a release holds, as one number: two trees have the same digest when each path, content, link and executable bit is the same.
// Times and owners do not count.

import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { lstat, readlink } from "node:fs/promises"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { walkTree } from "./walk-tree.ts"

/**
 * SHA-256 in hexadecimal. `installed`: files below a `node_modules` count by size and time of change alone, since there are tens
 * of thousands of them and each start waits for this.
 */
export async function contentDigest(root: string, { installed }: { installed: boolean }): Promise<string> {
  const digest = createHash("sha256")
  for await (const { path, kind } of walkTree(root)) {
    const full = join(root, path)
    if (kind === "directory") continue
    if (kind === "link") {
      digest.update(`l ${JSON.stringify([path, await readlink(full)])}\n`)
      continue
    }
    const { mode, size, mtimeMs } = await lstat(full)
    const executable = (mode & 0o100) !== 0
    const content = installed && isDependency(path) ? `${size} ${mtimeMs}` : await fileDigest(full)
    digest.update(`f ${JSON.stringify([path, executable, content])}\n`)
  }
  return digest.digest("hex")
}

async function fileDigest(path: string): Promise<string> {
  const digest = createHash("sha256")
  await pipeline(createReadStream(path), digest)
  return digest.digest("hex")
}

function isDependency(path: string): boolean {
  return path.startsWith("node_modules/") || path.includes("/node_modules/")
}
