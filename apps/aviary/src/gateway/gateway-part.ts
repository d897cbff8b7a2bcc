// The gateway as a part of `aviary start`: its keeper is started, or the one found that an earlier supervisor left, with the gateway
// that serves. Other settings than those that it serves by replace it, without a connection lost where its ports are the same.

import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { closeSync, mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { AppError, createProcessLog, processIdentity, signalProcess, waitForExit } from "@aviary/kit"
import type { Log, Part } from "@aviary/kit"
import type { GatewayLaunch, KeeperReport, ProcessName } from "./gateway-keeper.ts"
import { readReport, writeLaunch } from "./gateway-keeper.ts"

export interface GatewayPartDeps {
  /** The gateway's directory. */
  readonly dir: string
  /** Where its output goes. */
  readonly logFile: string
  /** How a gateway is started. */
  readonly launch: Omit<GatewayLaunch, "fingerprint">
  /** Where it listens: a gateway that listens elsewhere cannot hand its sockets on. */
  readonly listensOn: readonly (string | number)[]
  readonly log: Log
}

export interface GatewayPart extends Part {
  /** Where it listens; known once started. */
  ports(): { readonly http: number; readonly https: number; readonly trust: string | undefined }
  /** Whether it was found running. */
  isTakenOver(): boolean
}

const KEEPER = join(import.meta.dirname, "gateway-keeper.process.ts")
const START_MS = 25_000
const LOOK_MS = 20
const DRAIN_MS = 30_000
const WATCH_MS = 500

export function createGatewayPart(deps: GatewayPartDeps): GatewayPart {
  const { dir, log } = deps
  const output = createProcessLog(deps.logFile)
  const listening = fingerprintOf(deps.listensOn)
  const launch = { ...deps.launch, fingerprint: `${listening}/${fingerprintOf(deps.launch)}` }
  let ready: KeeperReport | undefined
  let isTakenOver = false
  let watching: NodeJS.Timeout | undefined

  async function start(): Promise<void> {
    const left = readReport(dir)
    writeLaunch(dir, launch)
    if (left && isAlive(left.gateway)) ready = await takeOver(left)
    ready ??= await startKeeper()
    watching = setInterval(() => void watch(), WATCH_MS)
  }

  /** The gateway that serves; undefined where it had to go, since it listens elsewhere. */
  async function takeOver(left: KeeperReport): Promise<KeeperReport | undefined> {
    if (left.fingerprint === launch.fingerprint) {
      isTakenOver = true
      return left
    }
    if (isAlive(left.keeper) && left.fingerprint?.startsWith(`${listening}/`)) {
      log.info({}, "the gateway is replaced by one with the settings of now")
      signalProcess(left.keeper.pid, "SIGHUP")
      isTakenOver = true
      return whenReady((report) => report.fingerprint === launch.fingerprint, left.keeper)
    }
    await stopAll(left, AbortSignal.timeout(DRAIN_MS))
    return undefined
  }

  async function startKeeper(): Promise<KeeperReport> {
    mkdirSync(dirname(deps.logFile), { recursive: true, mode: 0o700 })
    const file = output.open()
    output.mark()
    const child = spawn(process.execPath, ["--max-semi-space-size=1", KEEPER, dir], {
      detached: true,
      stdio: ["ignore", file, file],
      env: deps.launch.env,
    })
    closeSync(file)
    child.unref()
    const pid = child.pid ?? 0
    return whenReady((report) => report.keeper.pid === pid, { pid, identity: processIdentity(pid) ?? "" })
  }

  async function whenReady(
    isMeant: (report: KeeperReport) => boolean,
    keeper: ProcessName,
  ): Promise<KeeperReport> {
    const late = performance.now() + START_MS
    for (;;) {
      const report = readReport(dir)
      if (report && isMeant(report) && report.state === "ready") return report
      const failed = report && isMeant(report) && report.state === "failed" ? report.reason : undefined
      const ended = isAlive(keeper) ? undefined : "its keeper ended"
      const reason =
        failed ?? ended ?? (performance.now() > late ? "it does not say that it is ready" : undefined)
      if (reason !== undefined) {
        const said = output.lastLines(8)
        throw new AppError("start.failed", {
          reason: `The gateway did not start: ${reason}${said && `\n${said}`}`,
        })
      }
      await delay(LOOK_MS)
    }
  }

  /** A keeper that is gone is followed by another as soon as its gateway is gone too: until then that one has the ports. */
  async function watch(): Promise<void> {
    output.rotate()
    const report = readReport(dir)
    if (report && (isAlive(report.keeper) || isAlive(report.gateway))) return
    clearInterval(watching)
    log.error({}, "the gateway and its keeper are gone; others are started")
    try {
      ready = await startKeeper()
    } catch (error) {
      log.error({ error: AppError.from(error).message }, "the gateway could not be started again")
    }
    watching = setInterval(() => void watch(), WATCH_MS)
  }

  return {
    name: "gateway",
    start,
    async stop(signal) {
      clearInterval(watching)
      const report = readReport(dir)
      if (report) await stopAll(report, signal)
    },
    ports: () => ({ http: ready?.port ?? 0, https: ready?.tlsPort ?? 0, trust: ready?.trust }),
    isTakenOver: () => isTakenOver,
  }
}

/** The gateway drains and ends, its keeper with it; both are killed when the signal aborts. */
async function stopAll({ keeper, gateway }: KeeperReport, signal: AbortSignal): Promise<void> {
  const all = [keeper, ...(gateway ? [gateway] : [])]
  const send = (to: ProcessName, name: NodeJS.Signals): void => {
    if (isAlive(to)) signalProcess(to.pid, name)
  }
  // The keeper tells the gateway.
  const first = all.find(isAlive)
  if (first) send(first, "SIGTERM")
  const kill = (): void => {
    for (const one of all) send(one, "SIGKILL")
  }
  signal.addEventListener("abort", kill, { once: true })
  if (signal.aborted) kill()
  for (const { pid, identity } of all) await waitForExit(pid, identity, DRAIN_MS * 2)
  signal.removeEventListener("abort", kill)
}

function isAlive(one: ProcessName | undefined): boolean {
  return one !== undefined && one.identity !== "" && processIdentity(one.pid) === one.identity
}

function fingerprintOf(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16)
}
