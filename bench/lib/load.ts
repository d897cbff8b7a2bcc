// A load generator that costs little beside the server under test: one keep-alive connection a client, requests as prepared
// text, one after the other. To 127.0.0.1 only, bounded in time.

import { connect } from "node:net"
import type { Socket } from "node:net"

export interface LoadOptions {
  readonly port: number
  readonly clients: number
  readonly seconds: number
  /** The request of a client's n-th turn, as the bytes of HTTP/1.1. */
  readonly request: (client: number, turn: number) => string
}

export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly failed: number
}

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = []
  let failed = 0
  const started = performance.now()
  const until = started + options.seconds * 1_000
  await Promise.all(
    Array.from({ length: options.clients }, async (_, client) => {
      const connection = await openConnection(options.port)
      for (let turn = 0; performance.now() < until; turn += 1) {
        const sent = performance.now()
        const status = await connection.send(options.request(client, turn))
        latencies.push(performance.now() - sent)
        if (status !== 200) failed += 1
      }
      connection.close()
    }),
  )
  const seconds = (performance.now() - started) / 1_000
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    failed,
  }
}

async function openConnection(port: number) {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opened = connect(port, "127.0.0.1", () => resolve(opened))
    opened.once("error", reject)
  })
  socket.setNoDelay(true)
  let pending: ((status: number) => void) | undefined
  let received: Buffer = Buffer.alloc(0)
  socket.on("data", (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const head = received.indexOf("\r\n\r\n")
    if (head < 0) return
    const headers = received.toString("latin1", 0, head)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(headers)?.[1] ?? 0)
    if (received.length < head + 4 + length) return
    received = received.subarray(head + 4 + length)
    pending?.(Number(headers.slice(9, 12)))
  })
  socket.on("close", () => pending?.(0))
  socket.on("error", () => pending?.(0))
  return {
    send: (request: string) =>
      new Promise<number>((resolve) => {
        pending = resolve
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
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
