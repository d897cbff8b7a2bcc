// One process of an instance: started in a session of its own, so that neither a terminal's Ctrl-C nor the supervisor's death
// touches it; found again by what the system knows of it; and never signalled without being sure that it is the one.

import { spawn } from "node:child_process"
import { closeSync, readdirSync, readFileSync } from "node:fs"
import { messageOf, processIdentity, signalProcess } from "@aviary/kit"
import type { ProcessLog } from "@aviary/kit"

/** The variable that tells one start from every other. */
export const RUN_VARIABLE = "AVIARY_INSTANCE_RUN"

export interface LaunchPlan {
  readonly dir: string
  /** Program and arguments; `node` is the Node that runs this. */
  readonly command: readonly string[]
  /** Everything it sees; nothing is added. */
  readonly env: Readonly<Record<string, string>>
}

export interface ProcessRef {
  readonly pid: number
  readonly identity: string
}

/** Resolves when the process is there; rejects with why it could not be started. `onEnd` is told once, later. */
export function startProcess(
  plan: LaunchPlan,
  { output, onEnd }: { output: Pick<ProcessLog, "open">; onEnd: (how: string) => void },
): Promise<ProcessRef> {
  const [program = "", ...args] = plan.command
  const log = output.open()
  return new Promise((resolve, reject) => {
    const child = spawn(program === "node" ? process.execPath : program, args, {
      cwd: plan.dir,
      env: plan.env,
      detached: true,
      stdio: ["ignore", log, log],
    })
    closeSync(log)
    child.once("error", (error) => reject(new Error(`${program} could not be started: ${messageOf(error)}`)))
    child.once("spawn", () => {
      const pid = child.pid ?? 0
      // One that has ended already has no identity any more; its end is told.
      resolve({ pid, identity: processIdentity(pid) ?? "" })
      child.once("exit", (code, signal) =>
        onEnd(signal ? `it ended by ${signal}` : `it ended with code ${code}`),
      )
    })
    // The supervisor may go without waiting for it.
    child.unref()
  })
}

export function isRunning({ pid, identity }: ProcessRef): boolean {
  return processIdentity(pid) === identity
}

/** Does nothing where the process is gone, also where another one has its id. SIGKILL takes what it started with it. */
export function signalInstance(process: ProcessRef, signal: "SIGTERM" | "SIGKILL"): void {
  if (!isRunning(process)) return
  // It leads a group of its own id.
  signalProcess(signal === "SIGKILL" ? -process.pid : process.pid, signal)
}

/** The process that was started as this run, where its id was not written down any more. Linux only; undefined elsewhere. */
export function findRun(run: string): ProcessRef | undefined {
  if (process.platform !== "linux") return undefined
  const wanted = `${RUN_VARIABLE}=${run}`
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    try {
      // The first process of the run leads its session; what it started has the same environment.
      const pid = Number(name)
      if (!readFileSync(`/proc/${name}/environ`, "latin1").split("\0").includes(wanted)) continue
      const identity = processIdentity(pid)
      if (identity !== undefined && sessionOf(name) === pid) return { pid, identity }
    } catch {
      // It ended, or belongs to somebody else.
    }
  }
  return undefined
}

/** proc_pid_stat(5): field 6. */
function sessionOf(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3])
}
