// A disk so small that a test can fill it, with nothing else on it: a file system in memory, mounted by root. Where that is
// not possible the test fails and says so: a fault that was not tried proves nothing.

import { execFileSync, spawnSync } from "node:child_process"
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeSync } from "node:fs"
import path from "node:path"

export interface SmallDisk {
  readonly dir: string
  /** Writes until there is no byte left. */
  fill(): void
  /** Gives the space back. */
  free(): void
  remove(): void
}

const CHUNK_BYTES = 64 * 1024

/** Mounts a disk of this size. Fails where this process may not mount. */
export function createSmallDisk(megabytes: number): SmallDisk {
  const dir = mkdtempSync("/tmp/aviary-small-disk-")
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0711`, "tmpfs", dir], {
    encoding: "utf8",
  })
  if (mounted.status !== 0) {
    rmdirSync(dir)
    throw new Error(
      "This test fills a disk of its own, and could not mount one: " +
        `${mounted.stderr || mounted.error?.message || "mount failed"}. ` +
        "Run the tests as root on Linux; in a container, give it the capability SYS_ADMIN.",
    )
  }
  const ballast = path.join(dir, "ballast")
  return {
    dir,
    fill() {
      const file = openSync(ballast, "a")
      try {
        // Whole chunks first, then byte by byte into the last page.
        for (let size = CHUNK_BYTES; size >= 1; size = size > 1 ? Math.floor(size / 16) : 0) {
          while (wrote(file, size));
        }
      } finally {
        closeSync(file)
      }
      if (statfsSync(dir).bavail !== 0) throw new Error(`${dir} is not full`)
    },
    free: () => rmSync(ballast, { force: true }),
    remove() {
      execFileSync("umount", [dir])
      rmdirSync(dir)
    },
  }
}

/** False when the disk is full. */
function wrote(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) > 0
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false
    throw error
  }
}
