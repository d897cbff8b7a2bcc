// The client of the gateway's benchmark: wrk, one thread, keep-alive connections. From Debian, since a client written in
// JavaScript would cost more than the servers it measures.

import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"

export interface WrkResult {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly failed: number
}

export interface WrkOptions {
  readonly connections: number
  readonly seconds: number
  /** A connection's mean pause before each request, milliseconds, by chance between 0 and twice that; default none. */
  readonly pauseMs?: number
}

const PAUSING = fileURLToPath(new URL("pausing.lua", import.meta.url))

/** Without pauses it measures saturation: each connection asks again at once, and what is measured is mostly the queue. */
export function runWrk(url: string, { connections, seconds, pauseMs = 0 }: WrkOptions): Promise<WrkResult> {
  const args = [
    ...(pauseMs > 0 ? ["-s", PAUSING] : []),
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "--latency",
    "-H",
    "Authorization: Bearer bench",
    "-H",
    "Accept: application/json",
    url,
    ...(pauseMs > 0 ? ["--", String(Math.round(2 * pauseMs))] : []),
  ]
  return new Promise((resolve, reject) => {
    execFile("wrk", args, { timeout: (seconds + 20) * 1_000 }, (error, output) => {
      if (error) {
        const missing = (error as NodeJS.ErrnoException).code === "ENOENT"
        reject(
          missing ? new Error("wrk is missing. On Debian: apt-get install nginx-light haproxy wrk") : error,
        )
      } else resolve(readOutput(output))
    })
  })
}

function readOutput(output: string): WrkResult {
  const failures = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? "0"
  const errors =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.slice(1) ?? []
  return {
    perSecond: Number(found(output, /^Requests\/sec:\s+([\d.]+)$/m)[0]),
    p50: milliseconds(output, "50%"),
    p99: milliseconds(output, "99%"),
    failed: Number(failures) + errors.reduce((sum, count) => sum + Number(count), 0),
  }
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A line of the latency distribution. A percentage may also end a line of the table above it (`93.99%`), which is none. */
function milliseconds(output: string, percentile: string): number {
  const [amount, unit = ""] = found(output, new RegExp(`^\\s*${percentile}\\s+([\\d.]+)(us|ms|s|m|h)$`, "m"))
  return Number(amount) * (UNITS[unit] ?? Number.NaN)
}

/** What the groups of `pattern` stand for. A figure that cannot be read is an error, not a figure. */
function found(output: string, pattern: RegExp): string[] {
  const match = pattern.exec(output)
  if (!match) throw new Error(`wrk said nothing like ${pattern.source}:\n${output}`)
  return match.slice(1)
}
