// Runs a smoke test against one ready instance, past the gateway: an HTTP request, or a command of the bundle. Bounded in time and
// in what is read.

import { spawn } from "node:child_process"
import { request } from "node:http"
import { messageOf } from "@aviary/kit"
import type { TaskResult } from "../rollout/measurements.ts"
import type { RolloutSmokeTest } from "../spec/strategy-schema.ts"

const MAX_BODY_BYTES = 4 * 1024 * 1024
const MAX_OUTPUT = 2_000

/** Where a test goes. */
export interface SmokeTarget {
  /** On 127.0.0.1. */
  readonly port: number
  /** The release's directory. */
  readonly dir: string
}

/** `environment` is what a command is given besides PORT and AVIARY_BASE_URL. Never rejects. */
export function createRunSmokeTest({ environment }: { environment: Readonly<Record<string, string>> }) {
  return async function runSmokeTest(
    test: RolloutSmokeTest,
    target: SmokeTarget,
    signal: AbortSignal,
  ): Promise<TaskResult> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(test.timeout)])
    try {
      const problem =
        test.command === undefined
          ? await ask(test, target, bounded)
          : await run(test.command, target, { signal: bounded, environment })
      return problem === undefined
        ? { state: "passed", reason: "as expected" }
        : { state: "failed", reason: problem }
    } catch (error) {
      const late = bounded.aborted && !signal.aborted
      return { state: "failed", reason: late ? `not done after ${test.timeout} ms` : messageOf(error) }
    }
  }
}

/** What was not as expected. */
async function ask(
  test: RolloutSmokeTest,
  { port }: SmokeTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { status, headers, body } = await send(test, port, signal)
  const { expect } = test
  if (status !== expect.status) return `status ${status} instead of ${expect.status}`
  for (const [name, value] of Object.entries(expect.headers)) {
    const found = headers[name.toLowerCase()]
    if (String(found ?? "") !== value)
      return `header ${name} is ${String(found ?? "missing")} instead of ${value}`
  }
  if (expect.contains !== undefined && !body.includes(expect.contains))
    return `the body does not have “${expect.contains.slice(0, 100)}” in it`
  return undefined
}

function send(test: RolloutSmokeTest, port: number, signal: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number
    headers: NodeJS.Dict<string | string[]>
    body: string
  }>()
  const { path = "/", method, headers, body } = test
  const sent = request(
    { host: "127.0.0.1", port, path, method, headers, signal, agent: false },
    (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= MAX_BODY_BYTES) chunks.push(chunk)
        else response.destroy(new Error(`the answer is larger than ${MAX_BODY_BYTES} bytes`))
      })
      response.on("error", reject)
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      )
    },
  )
  sent.on("error", reject)
  sent.end(body)
  return promise
}

function run(
  [program = "", ...args]: readonly string[],
  { port, dir }: SmokeTarget,
  options: { signal: AbortSignal; environment: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>()
  const child = spawn(program === "node" ? process.execPath : program, args, {
    cwd: dir,
    env: { ...options.environment, PORT: String(port), AVIARY_BASE_URL: `http://127.0.0.1:${port}` },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that nothing that it started outlives it.
    detached: true,
  })
  let output = ""
  const keep = (chunk: Buffer) => void (output = (output + chunk.toString("utf8")).slice(-MAX_OUTPUT))
  child.stdout.on("data", keep)
  child.stderr.on("data", keep)
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
    } catch {
      // It has ended by itself.
    }
  }
  options.signal.addEventListener("abort", kill, { once: true })
  child.on("error", reject)
  child.on("close", (code, signal) => {
    options.signal.removeEventListener("abort", kill)
    if (options.signal.aborted) reject(new Error("it was ended"))
    else resolve(code === 0 ? undefined : `it ended with ${code ?? signal}: ${output.trim().slice(-300)}`)
  })
  return promise
}
