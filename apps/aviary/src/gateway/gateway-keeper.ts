// What the gateway's keeper and its supervisor leave for each other in the gateway's directory: how a gateway is started, and which
// one serves. For the owner alone. Loads next to nothing: the keeper is to stay small.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export interface ProcessName {
  readonly pid: number
  readonly identity: string
}

export interface KeeperReport {
  readonly keeper: ProcessName
  readonly state: "starting" | "ready" | "failed"
  /** The one that serves. */
  readonly gateway?: ProcessName
  readonly port?: number
  /** 0 without HTTPS. */
  readonly tlsPort?: number
  /** The command by which this machine is made to trust the installation's own certificate authority. */
  readonly trust?: string
  /** Of the launch that it was started by. */
  readonly fingerprint?: string
  /** Why it failed. */
  readonly reason?: string
}

export interface GatewayLaunch {
  /** Arguments of the `aviary` command. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Another one means other settings. */
  readonly fingerprint: string
}

const REPORT = "keeper.json"
const LAUNCH = "launch.json"

export function writeReport(dir: string, report: KeeperReport): void {
  write(dir, REPORT, report)
}

/** Undefined where there is none that can be read. */
export function readReport(dir: string): KeeperReport | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, REPORT), "utf8")) as KeeperReport
  } catch {
    return undefined
  }
}

export function writeLaunch(dir: string, launch: GatewayLaunch): void {
  write(dir, LAUNCH, launch)
}

export function readLaunch(dir: string): GatewayLaunch {
  return JSON.parse(readFileSync(join(dir, LAUNCH), "utf8")) as GatewayLaunch
}

/** Where a gateway keeps the routing document in force. */
export function routingFile(dir: string): string {
  return join(dir, "routing.json")
}

/**
 * For a start that finds nothing running: the ports in the document may be anybody's by now, who must not be sent members'
 * requests. A gateway without one answers 503.
 */
export function forgetRouting(dir: string): void {
  for (const file of [routingFile(dir), `${routingFile(dir)}.previous`]) rmSync(file, { force: true })
}

/** Whole or not at all; of processes that run, so it need not outlive the machine. */
function write(dir: string, name: string, value: object): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const aside = join(dir, `${name}.${process.pid}`)
  writeFileSync(aside, JSON.stringify(value), { mode: 0o600 })
  renameSync(aside, join(dir, name))
}
