// The real command as a child process on a data directory of its own, for tests that kill it, starve it and start it again.
// Everything that was started is gone after `remove`, PostgreSQL too.

import { spawn } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { createHttpClient } from "./http-client.ts"
import { leftProcesses } from "../left-processes.ts"
import type { LeftProcess } from "../left-processes.ts"
import { killLeft } from "./kill-left.ts"
import { waitFor, waitUntil } from "./wait-until.ts"

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface AviaryProcess {
  readonly pid: number
  /** Milliseconds from the start of the process to the first 200; NaN for what was not waited for. */
  readonly startMs: number
  /** What it has written so far, to both. */
  output(): string
  kill(signal: NodeJS.Signals): void
  /** Resolves when the process is gone and has said all; never rejects. */
  readonly exited: Promise<Exit>
}

export interface Installation {
  readonly dataDir: string
  readonly url: string
  /** `aviary ARGS` on this data. Does not wait. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): AviaryProcess
  /** `aviary start`, waited for until it answers 200. Fails with what it said when it ends before. */
  start(env?: Readonly<Record<string, string>>): Promise<AviaryProcess>
  /** The database of the running Aviary. */
  databaseUrl(): string
  /** Process id of the running PostgreSQL; undefined while there is none. */
  postgresPid(): number | undefined
  /** Its processes beside the supervisor and PostgreSQL; with a name, the one that is called so or whose name begins so. */
  processes(name?: string): LeftProcess[]
  /** Kills what still runs and removes the data. */
  remove(): Promise<void>
}

const MAIN = path.resolve(import.meta.dirname, "../main.ts")
const START_DEADLINE_MS = 60_000

/** A data directory, empty, with a free port; below `parent` (default the temporary directory). */
export async function createInstallation(parent: string = temporaryDir()): Promise<Installation> {
  const dataDir = mkdtempSync(path.join(parent, "aviary-faults-"))
  // As root, PostgreSQL's unprivileged user must pass through.
  chmodSync(dataDir, 0o711)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const processes: AviaryProcess[] = []

  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): AviaryProcess {
    const child = spawnCommand(args, { cwd: dataDir, env: { ...environment(dataDir, port), ...env } })
    processes.push(child)
    return child
  }

  function postgresPid(): number | undefined {
    const file = path.join(dataDir, "postgres", "postmaster.pid")
    if (!existsSync(file)) return undefined
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10)
    return Number.isInteger(pid) && isRunning(pid) ? pid : undefined
  }

  return {
    dataDir,
    url,
    run,
    async start(env) {
      const started = performance.now()
      const child = run(["start"], env)
      await firstAnswer(child, url)
      return { ...child, startMs: performance.now() - started }
    },
    databaseUrl() {
      const run = JSON.parse(readFileSync(path.join(dataDir, "run.json"), "utf8")) as { databaseUrl: string }
      return run.databaseUrl
    },
    postgresPid,
    processes: (name = "") => leftProcesses(dataDir).filter((one) => one.name.startsWith(name)),
    async remove() {
      for (const child of processes) child.kill("SIGKILL")
      await Promise.all(processes.map((child) => child.exited))
      await waitUntil("end of what was left running", () => {
        const left = leftProcesses(dataDir)
        for (const one of left) killLeft(one)
        return left.length === 0
      })
      const left = postgresPid()
      if (left !== undefined) {
        process.kill(left, "SIGQUIT")
        await waitUntil("end of PostgreSQL", () => !isRunning(left))
      }
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Only what an installation has: nothing of the test run's environment is to be seen. */
function environment(dataDir: string, port: number): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? dataDir,
    // As `npm start` has it: each test would compile everything anew.
    NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, "../../../../node_modules/.cache/compile"),
    AVIARY_DATA_DIR: dataDir,
    AVIARY_HTTP_PORT: String(port),
    AVIARY_METRICS_PORT: "0",
    AVIARY_HTTP_SIGN_INS_PER_MINUTE: "10000",
    // Tests ask more often than members do; those of the limits put them on.
    AVIARY_GATEWAY_LIMITS_ENABLED: "false",
    AVIARY_AUTH_PASSWORD_GRANT: "true",
  }
}

function spawnCommand(
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): AviaryProcess {
  const child = spawn(process.execPath, ["--expose-gc", "--max-semi-space-size=2", MAIN, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text
    })
  }
  const exited = new Promise<Exit>((resolve) => {
    // PostgreSQL, which outlives a killed Aviary, holds none of these pipes, so `close` comes.
    child.on("close", (code, signal) => resolve({ code, signal }))
  })
  return {
    pid: child.pid ?? 0,
    startMs: Number.NaN,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    exited,
  }
}

async function firstAnswer(child: AviaryProcess, url: string): Promise<void> {
  let exit: Exit | undefined
  void child.exited.then((seen) => (exit = seen))
  const client = createHttpClient(url)
  try {
    await waitFor(
      "answer of Aviary",
      async () => {
        if (exit) return exit
        return (await client.get("/api/v1/timelines/public")).status === 200 ? true : undefined
      },
      START_DEADLINE_MS,
    )
  } catch (error) {
    throw new Error(`Aviary did not start. It said:\n${child.output()}`, { cause: error })
  } finally {
    client.close()
  }
  if (exit) throw new Error(`Aviary ended while starting (${JSON.stringify(exit)}):\n${child.output()}`)
}

/** Whether a process runs; one that is dead and not yet collected does not. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== "linux") return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return !"ZX".includes(stat.charAt(stat.lastIndexOf(")") + 2))
  } catch {
    return false
  }
}

/** As root /tmp, since a private temporary directory would keep PostgreSQL's user out. */
function temporaryDir(): string {
  return process.getuid?.() === 0 ? "/tmp" : tmpdir()
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (typeof address !== "object" || address === null) throw new Error("There is no free port")
  return address.port
}
