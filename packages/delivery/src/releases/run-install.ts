// Runs a release's install command: in its directory, in a group of its own, with a time limit, its output told line by line. What
// it starts ends with it.

import { spawn } from "node:child_process"
import { createInterface } from "node:readline"

export interface InstallCommand {
  readonly command: readonly string[]
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly onProgress: (text: string) => void
  readonly signal?: AbortSignal | undefined
}

const LAST_LINES = 15

/** Fails with how it ended and what it said last. */
export async function runInstall(options: InstallCommand): Promise<void> {
  const { command, dir, env, timeoutMs, onProgress, signal } = options
  const [program = "", ...args] = command
  const child = spawn(program === "node" ? process.execPath : program, args, {
    cwd: dir,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      lines.push(line.slice(0, 500))
      if (lines.length > LAST_LINES) lines.shift()
      if (line.trim() !== "") onProgress(line.slice(0, 200))
    })
  }
  let cut: string | undefined
  const end = (reason: string): void => {
    cut ??= reason
    if (child.pid === undefined || child.exitCode !== null) return
    try {
      process.kill(-child.pid, "SIGKILL")
    } catch {
      // It has just ended.
    }
  }
  const timer = setTimeout(() => end(`it took longer than ${timeoutMs / 1_000} s`), timeoutMs)
  const onAbort = (): void => end("it was called off")
  signal?.addEventListener("abort", onAbort, { once: true })
  try {
    const how = await new Promise<string | undefined>((resolve) => {
      child.once("error", (error) => resolve(error.message))
      child.once("close", (code, by) =>
        resolve(code === 0 ? undefined : `it ended with ${by ?? `code ${code}`}`),
      )
      if (signal?.aborted) onAbort()
    })
    if (how === undefined && cut === undefined) return
    const said = lines.length === 0 ? "" : `; it said last:\n${lines.join("\n")}`
    throw new Error(`${command.join(" ")}: ${cut ?? how}${said}`)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", onAbort)
  }
}
