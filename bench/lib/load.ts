// A load generator that costs little beside the server under test: one keep-alive connection a client, requests as prepared
// text, one after the other. To 127.0.0.1 only, bounded in time.

import { openConnection } from "./http-connection.ts"
import type { HttpConnection } from "./http-connection.ts"

export interface LoadOptions {
  readonly port: number
  readonly clients: number
  readonly seconds: number
  /** The request of a client's n-th turn, as the bytes of HTTP/1.1. */
  readonly request: (client: number, turn: number) => string | Buffer
}

export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly failed: number
  /** The generator's own processor time, as a share of one core. Near 1, it and not the server is what was measured. */
  readonly generatorBusy: number
}

/** A server that does not answer any more is given up this long after the end. */
const GRACE_MS = 15_000

/** Fails when nobody listens or the server stops answering. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = []
  let failed = 0
  const processor = process.threadCpuUsage()
  const started = performance.now()
  const until = started + options.seconds * 1_000
  await Promise.all(
    Array.from({ length: options.clients }, (_, client) =>
      runClient(options, client, until, (ms, status) => {
        latencies.push(ms)
        if (status !== 200) failed += 1
      }),
    ),
  )
  const ms = performance.now() - started
  const used = process.threadCpuUsage(processor)
  return {
    ...summary(latencies),
    requests: latencies.length,
    perSecond: latencies.length / (ms / 1_000),
    failed,
    generatorBusy: (used.user + used.system) / 1_000 / ms,
  }
}

/** Asks until `until`. No promise and no closure a request: what the generator costs is taken from the server on a small machine. */
async function runClient(
  { port, request }: LoadOptions,
  client: number,
  until: number,
  done: (ms: number, status: number) => void,
): Promise<void> {
  let turn = 0
  let sent = 0
  let finish: (problem?: Error) => void = () => {}
  const finished = new Promise<void>((resolve, reject) => {
    finish = (problem) => (problem ? reject(problem) : resolve())
  })
  const connection: HttpConnection = await openConnection({
    port,
    onAnswer({ status }) {
      const now = performance.now()
      done(now - sent, status)
      if (now >= until || status === 0) return finish()
      turn += 1
      sent = now
      connection.send(request(client, turn))
    },
  })
  const watch = setTimeout(
    () => finish(new Error(`The server on port ${port} has stopped answering`)),
    until - performance.now() + GRACE_MS,
  )
  sent = performance.now()
  connection.send(request(client, turn))
  try {
    await finished
  } finally {
    clearTimeout(watch)
    connection.close()
  }
}

/** Median and 99th percentile; sorts what it is given. */
export function summary(latencies: number[]): { p50: number; p99: number } {
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

/** A request as text; `body` goes as JSON. */
export function httpRequest(
  method: string,
  path: string,
  options: { token?: string; body?: object; headers?: Record<string, string> } = {},
): string {
  const body = options.body ? JSON.stringify(options.body) : ""
  const headers = {
    host: "127.0.0.1",
    ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
    ...(options.body ? { "content-type": "application/json" } : {}),
    ...(method === "GET" ? {} : { "content-length": String(Buffer.byteLength(body)) }),
    ...options.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`
}
