// What the operating system knows about a process, exact enough that a process id that was given to somebody else, or a
// dead process that nobody has collected yet, is never mistaken for a running one. Never signals a process unasked.

import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"

const POLL_MS = 20

/**
 * What tells this process apart from any other that ever had its id: its start time as the system writes it.
 * `undefined` when no such process runs (a zombie does not run).
 */
export function processIdentity(pid: number): string | undefined {
  return process.platform === "linux" ? identityFromProc(pid) : identityFromPs(pid)
}

function identityFromProc(pid: number): string | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  } catch {
    return undefined
  }
  // The name, in parentheses, may hold anything; the fields are counted from behind it. proc_pid_stat(5): 3 is the
  // state, 22 the start time in clock ticks since boot.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const state = fields[0]
  return state === "Z" || state === "X" ? undefined : fields[19]
}

function identityFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim()
    const [state = "", ...started] = line.split(/\s+/)
    return line === "" || state.startsWith("Z") ? undefined : started.join(" ")
  } catch {
    return undefined
  }
}

/** Resolves true when the process is gone, false when it still runs after `timeoutMs`. */
export async function waitForExit(pid: number, identity: string, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs
  while (processIdentity(pid) === identity) {
    if (performance.now() >= until) return false
    await delay(POLL_MS)
  }
  return true
}

/** Sends a signal; a process that is gone already is not an error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error
  }
}
