// The gateway as a part of `aviary start`: a child process on the public port, in front of the service. When the child dies, its
// listening socket does not (see the package's hand-over): who connects meanwhile waits for the next child.

import { fork } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { join } from "node:path"
import { createListenerKeeper } from "@aviary/gateway"
import type { RoutingDocumentInput } from "@aviary/gateway"
import { AppError, messageOf } from "@aviary/kit"
import type { Log, Part } from "@aviary/kit"
import { askControl } from "./control-client.ts"
import { controlSocketPath } from "./control-socket.ts"
import { isGatewayWord, STOP_GATEWAY } from "./gateway-word.ts"
import type { GatewayWord } from "./gateway-word.ts"

export interface GatewayPartDeps {
  /** Data directory. */
  readonly dir: string
  /** The configuration file that was named at the command, if one was. */
  readonly configFile: string | undefined
  /** Called when the service listens. */
  readonly document: (version: number) => RoutingDocumentInput
  readonly log: Log
}

export interface GatewayPart extends Part {
  /** Where it listens; known once started. */
  ports(): { readonly http: number; readonly https: number; readonly trust: string | undefined }
}

const MAIN = join(import.meta.dirname, "../main.ts")
const START_MS = 20_000
const RESTART_MS = 250

export function createGatewayPart(deps: GatewayPartDeps): GatewayPart {
  const { dir, log } = deps
  const keeper = createListenerKeeper()
  const socketPath = controlSocketPath(join(dir, "gateway"))
  let child: ChildProcess | undefined
  let ready: Extract<GatewayWord, { gateway: "ready" }> | undefined
  let stopping = false

  async function run(): Promise<void> {
    const args = [...(deps.configFile === undefined ? [] : ["--config", deps.configFile]), "gateway"]
    const started = fork(MAIN, args, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] })
    child = started
    keeper.attend(started)
    started.once("exit", (code, signal) => {
      if (stopping || child !== started || !ready) return
      log.error({ code, signal }, "the gateway ended; another one is started")
      setTimeout(() => void again(), RESTART_MS)
    })
    ready = await firstWord(started)
    await putDocument()
  }

  async function again(): Promise<void> {
    if (stopping) return
    try {
      await run()
    } catch (error) {
      log.error({ error: messageOf(error) }, "the gateway could not be started again")
      setTimeout(() => void again(), RESTART_MS * 10)
    }
  }

  async function putDocument(): Promise<void> {
    const kept = (await askControl(socketPath, "GET", "/v1/document")) as { version?: number } | null
    const version = Math.max(Date.now(), (kept?.version ?? 0) + 1)
    await askControl(socketPath, "PUT", "/v1/document", deps.document(version))
  }

  return {
    name: "gateway",
    start: run,
    async stop(signal) {
      stopping = true
      const running = child
      if (running && running.exitCode === null && running.signalCode === null) {
        const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()))
        if (running.connected) running.send(STOP_GATEWAY, () => {})
        else running.kill("SIGTERM")
        signal.addEventListener("abort", () => running.kill("SIGKILL"), { once: true })
        if (signal.aborted) running.kill("SIGKILL")
        await ended
      }
      keeper.release()
    },
    ports: () => ({ http: ready?.port ?? 0, https: ready?.tlsPort ?? 0, trust: ready?.trust }),
  }
}

/** What the gateway says first; fails with what kept it from starting. */
function firstWord(child: ChildProcess): Promise<Extract<GatewayWord, { gateway: "ready" }>> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer)
      child.kill("SIGKILL")
      reject(new AppError("start.failed", { reason: `The gateway did not start: ${reason}` }))
    }
    const timer = setTimeout(() => fail(`it said nothing for ${START_MS / 1_000} s`), START_MS)
    child.once("error", (error) => fail(error.message))
    child.once("exit", (code, signal) => fail(`it ended with ${signal ?? code}`))
    child.on("message", (message) => {
      if (!isGatewayWord(message)) return
      if (message.gateway === "failed") return fail(message.reason)
      clearTimeout(timer)
      resolve(message)
    })
  })
}
