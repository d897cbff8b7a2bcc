// The gateway's keeper: a small process that keeps a copy of the listening sockets, starts a gateway whenever there is none, and
// replaces one by another without a connection lost. It outlives its supervisor, so that a gateway that dies is followed by another
// at once whether somebody watches or not. Loads nothing but what this needs.
//
//   SIGHUP   another gateway, and when it serves the one before drains
//   SIGTERM  the gateway drains and ends, then this
//
// Run as: node gateway-keeper.process.ts DIRECTORY, where launch.json says how a gateway is started and keeper.json is written.

import { fork } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { flushCompileCache } from "node:module"
import { join } from "node:path"
import { createListenerKeeper } from "@aviary/gateway/outside"
import { processIdentity } from "@aviary/kit/processes"
import type { KeeperReport } from "./gateway-keeper.ts"
import { readLaunch, writeReport } from "./gateway-keeper.ts"
import { isGatewayWord, STOP_GATEWAY } from "./gateway-word.ts"
import type { GatewayWord } from "./gateway-word.ts"

const MAIN = join(import.meta.dirname, "../main.ts")
/** It collects its start's garbage once. Its young generation is Node's: a smaller one costs a fifth of its processor time (ADR 0027). */
const GATEWAY_FLAGS = ["--expose-gc"]
const START_MS = 20_000
const RESTART_MS = 250

type Ready = Extract<GatewayWord, { gateway: "ready" }>

const dir = process.argv[2] ?? "."
const listeners = createListenerKeeper()
const own = { pid: process.pid, identity: processIdentity(process.pid) ?? "" }
let current: ChildProcess | undefined
let hasServed = false
let isStopping = false

function report(state: Omit<KeeperReport, "keeper">): void {
  writeReport(dir, { keeper: own, ...state })
}

/** Starts a gateway and waits until it serves; the one that it follows, if there is one, drains then. */
async function run(): Promise<void> {
  const before = current
  const { args, env, fingerprint } = readLaunch(dir)
  const child = fork(MAIN, args, {
    env,
    execArgv: GATEWAY_FLAGS,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  })
  listeners.attend(child)
  const ready = await firstWord(child)
  current = child
  hasServed = true
  flushCompileCache()
  child.once("exit", (code, signal) => {
    if (current !== child) return
    current = undefined
    if (isStopping) return
    process.stderr.write(
      `${JSON.stringify({ msg: "the gateway ended; another one is started", code, signal })}\n`,
    )
    setTimeout(again, RESTART_MS)
  })
  const pid = child.pid ?? 0
  report({
    state: "ready",
    gateway: { pid, identity: processIdentity(pid) ?? "" },
    fingerprint,
    ...portsOf(ready),
  })
  if (before) tellToStop(before)
}

function portsOf({ port, tlsPort, trust }: Ready): Pick<KeeperReport, "port" | "tlsPort" | "trust"> {
  return { port, tlsPort, ...(trust !== undefined && { trust }) }
}

function again(): void {
  if (isStopping || current) return
  run().catch((error: unknown) => {
    process.stderr.write(
      `${JSON.stringify({ msg: "the gateway could not be started again", error: String(error) })}\n`,
    )
    setTimeout(again, RESTART_MS * 10)
  })
}

function tellToStop(child: ChildProcess): void {
  if (child.connected) child.send(STOP_GATEWAY, () => {})
  else child.kill("SIGTERM")
}

/** What a gateway says first; fails with what kept it from starting. */
function firstWord(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer)
      child.kill("SIGKILL")
      reject(new Error(reason))
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

process.on("SIGHUP", () => {
  run().catch((error: unknown) => {
    process.stderr.write(`${JSON.stringify({ msg: "the gateway was not replaced", error: String(error) })}\n`)
  })
})
// A terminal's Ctrl-C is for its supervisor.
process.on("SIGINT", () => {})
process.on("SIGTERM", () => {
  isStopping = true
  const running = current
  if (!running) process.exit(0)
  running.once("exit", () => process.exit(0))
  tellToStop(running)
})

report({ state: "starting" })
run().catch((error: unknown) => {
  if (hasServed) return
  report({ state: "failed", reason: error instanceof Error ? error.message : String(error) })
  process.exitCode = 1
  listeners.release()
})
