// A release from a revision of a git repository on this machine. Reads the repository, never changes it, and runs nothing of it.

import { execFile, spawn } from "node:child_process"
import { promisify } from "node:util"
import { unpackStream } from "./unpack-tarball.ts"
import type { TreeLimits } from "./walk-tree.ts"

const run = promisify(execFile)
const TIMEOUT_MS = 300_000

export interface GitRevision {
  readonly repository: string
  /** All 40 digits. */
  readonly commit: string
}

/** Undefined where `repository` is none, or has no such revision. */
export async function findRevision(repository: string, revision: string): Promise<GitRevision | undefined> {
  if (revision === "" || revision.startsWith("-")) return undefined
  try {
    const asked = [
      "-C",
      repository,
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    ]
    const { stdout } = await run("git", asked, { timeout: 10_000 })
    const commit = stdout.trim()
    return /^[0-9a-f]{40,64}$/.test(commit) ? { repository, commit } : undefined
  } catch {
    return undefined
  }
}

/** The files of the revision, as `git archive` gives them. */
export async function unpackRevision(
  { repository, commit }: GitRevision,
  to: string,
  limits: TreeLimits,
): Promise<void> {
  const child = spawn("git", ["-C", repository, "archive", "--format=tar", commit], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
  })
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2_000)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", resolve)
  })
  try {
    await unpackStream(child.stdout, to, limits)
  } finally {
    child.kill()
  }
  const code = await ended
  if (code !== 0 && code !== null) throw new Error(`git archive ended with code ${code}: ${said.trim()}`)
}
