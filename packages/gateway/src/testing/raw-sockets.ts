// Bare sockets for tests: a client that writes exactly these bytes, and an instance that answers exactly those. They know
// nothing of HTTP, so that tests can say what no library would.

import { connect, createServer } from "node:net"
import type { AddressInfo, Socket } from "node:net"

export interface RawClient {
  readonly socket: Socket
  write(bytes: string | Buffer): void
  /** Everything received so far. */
  received(): string
  /** Resolves when `text` has been received; fails when the connection ends without it. */
  until(text: string | RegExp): Promise<string>
  /** Resolves with everything when the other side has ended or reset the connection. */
  closed(): Promise<string>
  readonly isReset: boolean
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve)
    socket.once("error", reject)
  })
  return follow(socket)
}

export function follow(socket: Socket): RawClient {
  let received = ""
  let ended = false
  let isReset = false
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const check of waiting) check()
  }
  socket.setNoDelay(true)
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1")
    look()
  })
  socket.on("error", () => (isReset = true))
  for (const event of ["end", "close"] as const) {
    socket.on(event, () => {
      ended = true
      look()
    })
  }
  function wait(done: () => string | Error | undefined): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const result = done()
        if (result === undefined) return
        waiting.delete(check)
        if (result instanceof Error) reject(result)
        else resolve(result)
      }
      waiting.add(check)
      check()
    })
  }
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    received: () => received,
    until: (text) =>
      wait(() => {
        if (typeof text === "string" ? received.includes(text) : text.test(received)) return received
        return ended ? new Error(`ended without ${String(text)}:\n${received}`) : undefined
      }),
    closed: () => wait(() => (ended ? received : undefined)),
    get isReset() {
      return isReset
    },
  }
}

export interface RawInstance {
  readonly port: number
  /** Connections in the order they came. */
  readonly connections: readonly RawClient[]
  /** Resolves with the nth connection, from 0. */
  connection(nth: number): Promise<RawClient>
  /** Ends it, and every connection. */
  close(): Promise<void>
}

/** An instance that is driven by hand, or by `onConnection`. */
export async function rawInstance(
  onConnection?: (connection: RawClient, nth: number) => void,
): Promise<RawInstance> {
  const connections: RawClient[] = []
  const waiting: { nth: number; resolve: (connection: RawClient) => void }[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection = follow(socket)
    connections.push(connection)
    const nth = connections.length - 1
    for (const waiter of waiting) if (waiter.nth === nth) waiter.resolve(connection)
    onConnection?.(connection, nth)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    connection(nth) {
      const there = connections[nth]
      if (there) return Promise.resolve(there)
      return new Promise((resolve) => waiting.push({ nth, resolve }))
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const { socket } of connections) socket.destroy()
      })
    },
  }
}

/** Answers every request of a connection by `answer(request, nth)`; requests are told apart by their empty line. */
export function answering(
  answer: (request: string, nth: number) => string | undefined,
): (connection: RawClient) => void {
  return (connection) => {
    let seen = 0
    let nth = 0
    connection.socket.on("data", () => {
      for (;;) {
        const end = connection.received().indexOf("\r\n\r\n", seen)
        if (end < 0) return
        const request = connection.received().slice(seen, end + 4)
        seen = end + 4
        const reply = answer(request, nth)
        nth += 1
        if (reply !== undefined) connection.write(reply)
      }
    })
  }
}

export function ok(body: string, extra = ""): string {
  return `HTTP/1.1 200 OK\r\n${extra}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
