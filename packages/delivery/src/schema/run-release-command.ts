// Runs a command of a release, in its directory and its environment, and gives what it prints. Bounded in time and output; what it
// starts ends with it.

import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import type { Release } from "../releases/release.ts"
import type { RunCommand } from "./schema-command.ts"

const MAX_OUTPUT_BYTES = 1_048_576
const LAST_LINES = 15

/** @param deps.environment what the release's instances see, apart from what is each instance's own */
export function createRunCommand(deps: {
  environment: (release: Release) => Readonly<Record<string, string>>
}): RunCommand {
  return async function runCommand([program = "", ...args], { release, timeoutMs, onLine }) {
    const child = spawn(program === "node" ? process.execPath : program, args, {
      cwd: release.dir,
      env: deps.environment(release),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    })
    let output = ""
    let cut: string | undefined
    const end = (reason: string): void => {
      cut ??= reason
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
      } catch {
        // It has just ended.
      }
    }
    const last: string[] = []
    createInterface(child.stdout).on("line", (line) => {
      output += `${line}\n`
      if (output.length > MAX_OUTPUT_BYTES) end(`it printed more than ${MAX_OUTPUT_BYTES} bytes`)
      onLine?.(line.slice(0, 200))
    })
    createInterface(child.stderr).on("line", (line) => {
      last.push(line.slice(0, 500))
      if (last.length > LAST_LINES) last.shift()
    })
    const timer = setTimeout(() => end(`it took longer than ${timeoutMs / 1_000} s`), timeoutMs)
    const ended = await new Promise<string | undefined>((resolve) => {
      child.once("error", (error) => resolve(error.message))
      child.once("close", (code, by) =>
        resolve(code === 0 ? undefined : `it ended with ${by ?? `code ${code}`}`),
      )
    })
    clearTimeout(timer)
    const problem = cut ?? ended
    if (problem === undefined) return output
    const said = last.length === 0 ? "" : `; it said last:\n${last.join("\n")}`
    throw new Error(`${[program, ...args].join(" ")}: ${problem}${said}`)
  }
}
