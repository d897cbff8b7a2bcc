// A release from a tarball, which anybody may have made: nothing is written that does not belong below the target, whatever the
// archive says, and no more than there may be.

import { createReadStream } from "node:fs"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { messageOf } from "@aviary/kit"
import { Unpack } from "tar"
import type { ReadEntry } from "tar"
import { linkProblem } from "./safe-links.ts"
import type { TreeLimits } from "./walk-tree.ts"

const KINDS = new Set(["File", "OldFile", "ContiguousFile", "Directory", "SymbolicLink"])

/** Fails with what is wrong; what was written until then stays, for the caller to remove. */
export function unpackFile(file: string, to: string, limits: TreeLimits): Promise<void> {
  return unpackStream(createReadStream(file), to, limits)
}

/** `source`: a tar archive, plain or compressed by gzip, brotli or zstd. */
export async function unpackStream(source: Readable, to: string, limits: TreeLimits): Promise<void> {
  let problem: string | undefined
  let files = 0
  let bytes = 0
  const refuse = (reason: string): false => {
    problem ??= reason
    return false
  }
  const unpack = new Unpack({
    cwd: to,
    strict: true,
    // As whoever installs it, at no time of the archive's.
    preserveOwner: false,
    noMtime: true,
    filter(path, entry) {
      if (problem !== undefined) return false
      const reason = entryProblem(to, entry as ReadEntry)
      if (reason !== undefined) return refuse(reason)
      files += 1
      bytes += entry.size ?? 0
      if (files > limits.files) return refuse(`it has more than ${limits.files} files`)
      if (bytes > limits.bytes) return refuse(`it is larger than ${limits.bytes} bytes`)
      return path !== ""
    },
  })
  try {
    await pipeline(source, unpack as unknown as NodeJS.WritableStream)
  } catch (error) {
    throw new Error(problem ?? `the archive cannot be read: ${messageOf(error)}`, { cause: error })
  }
  if (problem !== undefined) throw new Error(problem)
  if (files === 0) throw new Error("the archive is empty, or none")
}

function entryProblem(root: string, { path, type, linkpath = "" }: ReadEntry): string | undefined {
  if (!KINDS.has(type)) return `${path} is a ${type}, where only files, directories and symbolic links may be`
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return `${path} is an absolute path`
  if (/[\\\0]/.test(path)) return `${JSON.stringify(path)} is no usable path`
  if (path.split("/").includes("..")) return `${path} leads out of it`
  return type === "SymbolicLink" ? linkProblem(root, path, linkpath) : undefined
}
