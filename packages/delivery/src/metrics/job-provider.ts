// A measurement by a command of the release: its exit status says whether it is good, what it prints as JSON is the value. Runs
// without a shell, in the release's directory, in a process group of its own that is gone when its time is over.

import { spawn } from "node:child_process"
import type { Measurement } from "../analysis/sample.ts"
import { SourceError } from "./limited-fetch.ts"
import { fillPlaceholders } from "./placeholders.ts"
import type { MetricProvider, MetricQuery } from "./provider.ts"
import { measureEachArm } from "./provider.ts"

export interface JobDeps {
  /** Where the release of a fleet is installed; undefined when it is gone. */
  bundleDir(fleet: string): string | undefined
  /** What every command gets: PATH and the like, nothing secret. */
  readonly env: Readonly<Record<string, string>>
}

const MAX_OUTPUT = 100_000

export function createJobProvider(deps: JobDeps): MetricProvider {
  return {
    measure: (query) =>
      measureEachArm(query, (_arm, values) => {
        const { provider } = query.metric
        if (!("job" in provider)) throw new SourceError("the metric names no command")
        const cwd = deps.bundleDir(values.fleet)
        if (cwd === undefined) throw new SourceError(`the release of ${values.fleet} is not installed`)
        const { command, env, timeout } = provider.job
        return run({
          command: command.map((word) => fillPlaceholders(word, values)),
          cwd,
          env: {
            ...deps.env,
            ...env,
            AVIARY_ARM: values.arm,
            AVIARY_FLEET: values.fleet,
            AVIARY_SERVICE: values.service,
          },
          timeoutMs: timeout,
          signal: query.signal,
        })
      }),
    forget() {},
  }
}

interface Run {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal: MetricQuery["signal"]
}

function run({ command, cwd, env, timeoutMs, signal }: Run): Promise<Measurement> {
  const [program = "", ...rest] = command
  const { promise, resolve, reject } = Promise.withResolvers<Measurement>()
  const child = spawn(program, rest, {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  })
  let output = ""
  let why: string | undefined
  const kill = (reason: string) => {
    why ??= reason
    // Its whole group: what it started must not outlive it.
    if (child.pid !== undefined) tryKill(-child.pid)
  }
  const timer = setTimeout(() => kill(`it ran for longer than ${timeoutMs} ms`), timeoutMs)
  const stop = () => kill("the analysis was stopped")
  signal.addEventListener("abort", stop)
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
    if (output.length > MAX_OUTPUT) kill(`it printed more than ${MAX_OUTPUT} characters`)
  })
  const settle = () => {
    clearTimeout(timer)
    signal.removeEventListener("abort", stop)
  }
  child.once("error", (error) => {
    settle()
    reject(new SourceError(`${program} cannot be run: ${error.message}`, { cause: error }))
  })
  child.once("close", (code) => {
    settle()
    if (why !== undefined) reject(new SourceError(`${program}: ${why}`))
    else if (code === null) reject(new SourceError(`${program} was ended by a signal`))
    else resolve({ kind: "value", value: jsonOrCode(output, code), ...(code === 0 ? {} : { failed: true }) })
  })
  return promise
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It is gone already.
  }
}

/** What it printed, or its exit status where that is no JSON. */
function jsonOrCode(output: string, code: number): unknown {
  try {
    return JSON.parse(output)
  } catch {
    return code
  }
}
