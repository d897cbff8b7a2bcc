// Which Node runs Aviary, and running it. The scripts themselves start on Node 20; Aviary's TypeScript needs 24 or later,
// which is installed with the packages on Linux x64 and arm64.

import { execFileSync, spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { bin, inRoot, root } from "./paths.mjs"
import { fail } from "./say.mjs"

const LEAST_MAJOR = 24

/** The path of a Node that can run Aviary; ends the script, saying what to install, when there is none. */
export function findRuntime() {
  const installed = bin("node")
  if (existsSync(installed) && majorOf(installed) >= LEAST_MAJOR) return installed
  if (Number(process.versions.node.split(".")[0]) >= LEAST_MAJOR) return process.execPath
  return fail(
    `Aviary needs Node.js ${LEAST_MAJOR} or later, and this is ${process.version} on ${process.platform} ${process.arch}. ` +
      `Linux on x64 and arm64 gets its own with "npm ci"; elsewhere install Node.js 26 from nodejs.org and run this again.`,
  )
}

function majorOf(node) {
  try {
    return Number(execFileSync(node, ["--version"], { encoding: "utf8" }).slice(1).split(".")[0])
  } catch {
    return 0
  }
}

/** Runs Node with these arguments in place of this script: same terminal, same signals, same exit code. */
export function become(args, options = {}) {
  // Code that is compiled already: processes start in half the time and need less memory. Theirs get it from this one.
  const env = { NODE_COMPILE_CACHE: inRoot("node_modules/.cache/compile"), ...process.env }
  const child = spawn(findRuntime(), args, { cwd: root, stdio: "inherit", env, ...options })
  child.on("error", (error) => fail(`Node could not be started: ${error.message}`))
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // A Ctrl-C goes to all processes of the terminal's foreground group, the child among them.
      if (signal !== "SIGTERM" && isTerminalForeground()) return
      child.kill(signal)
    })
  }
  child.on("exit", (code, signal) => {
    process.exitCode =
      code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0)
    process.exit()
  })
}

/** proc_pid_stat(5): field 5 is the process group, 8 the foreground group of the terminal. Elsewhere: is there a terminal? */
function isTerminalForeground() {
  if (process.platform !== "linux") return Boolean(process.stdin.isTTY)
  const stat = readFileSync("/proc/self/stat", "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return fields[2] === fields[5]
}
