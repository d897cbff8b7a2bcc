// The client of the gateway's benchmark: wrk, one thread, keep-alive connections. From Debian, since a client written in
// JavaScript would cost more than the servers it measures.

import { execFile } from "node:child_process"

export interface WrkResult {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly failed: number
}

export function runWrk(
  url: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<WrkResult> {
  const args = [
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "--latency",
    "-H",
    "Authorization: Bearer bench",
    "-H",
    "Accept: application/json",
    url,
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
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    p50: milliseconds(/50%\s+(\S+)/.exec(output)?.[1]),
    p99: milliseconds(/99%\s+(\S+)/.exec(output)?.[1]),
    failed: Number(failures) + errors.reduce((sum, count) => sum + Number(count), 0),
  }
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 }

function milliseconds(text: string | undefined): number {
  const [, amount, unit = ""] = /^([\d.]+)(us|ms|s|m)$/.exec(text ?? "") ?? []
  return Number(amount) * (UNITS[unit] ?? Number.NaN)
}
