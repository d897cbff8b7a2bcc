// Accepts HTTP/1.1 clients on a port: bounds their number, knows all of them, and drains them when the gateway goes.

import { createServer } from "node:net"
import type { Server, Socket } from "node:net"
import type { ConnectionDeps } from "./http1-connection.ts"
import { Http1Connection } from "./http1-connection.ts"

export interface AcceptedSocket {
  readonly socket: Socket
  readonly address: string
  readonly secure: boolean
  /** Bytes that were read from it already. */
  readonly first: Buffer
}

/** All HTTP/1.1 connections of the gateway, whatever listener they came by. */
export interface Http1Connections {
  serve(accepted: AcceptedSocket): void
  readonly size: number
  readonly busy: number
  /** Lets every connection end after its next answer; a quiet one has `quietMs` to ask once more. */
  drain(quietMs: number): void
  destroy(): void
}

export function createHttp1Connections(deps: Omit<ConnectionDeps, "onClose">): Http1Connections {
  const connections = new Set<Http1Connection>()
  const full: ConnectionDeps = { ...deps, onClose: (connection) => void connections.delete(connection) }
  return {
    serve({ socket, address, secure, first }) {
      const connection = new Http1Connection(socket, { address, secure }, full)
      connections.add(connection)
      connection.begin(first)
    },
    get size() {
      return connections.size
    },
    get busy() {
      let busy = 0
      for (const connection of connections) if (connection.busy) busy += 1
      return busy
    },
    drain(quietMs) {
      for (const connection of connections) connection.drain(quietMs)
    },
    destroy() {
      for (const connection of connections) connection.destroy()
    },
  }
}

export interface ListenAt {
  readonly host?: string | undefined
  readonly port?: number | undefined
  /** A Unix socket instead. */
  readonly path?: string | undefined
  /** Several processes may listen on the port at once; how one gateway takes over from another. */
  readonly reusePort?: boolean | undefined
  /** A listening socket that came from another process (see `hand-over/`), instead of a new one. */
  readonly handle?: ListeningHandle | undefined
  /** Where the port is taken, the gateway goes on without it. */
  readonly optional?: boolean | undefined
}

/** A listening socket as processes pass it to each other; opaque. */
export type ListeningHandle = object

export interface SocketListener {
  listen(): Promise<void>
  /** Where it listens; undefined before and after. */
  readonly port: number | undefined
  /** For passing it to another process; undefined while it does not listen. */
  readonly handle: ListeningHandle | undefined
  /** Takes no more connections. Those in the kernel's queue are taken first. */
  stopAccepting(): Promise<void>
}

/** A plain TCP or Unix listener; `onSocket` owns what it gets. `maxConnections`: more are closed at once. */
export function createSocketListener(deps: {
  at: ListenAt
  maxConnections: number
  onSocket: (socket: Socket) => void
}): SocketListener {
  const { at } = deps
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, deps.onSocket)
  server.maxConnections = deps.maxConnections
  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject)
        server.listen(listenOptions(at), () => {
          server.off("error", reject)
          resolve()
        })
      })
    },
    get port() {
      const address = server.address()
      return typeof address === "object" && address !== null ? address.port : undefined
    },
    get handle() {
      // There is no public way to name a listening socket to `process.send` without that process starting to accept.
      return (server as Server & { _handle?: ListeningHandle | null })._handle ?? undefined
    },
    async stopAccepting() {
      if (!server.listening) return
      // Connections stay; only the listening socket goes. `close` would wait for them.
      await new Promise<void>((resolve) => {
        server.close()
        setImmediate(resolve)
      })
    },
  }
}

const BACKLOG = 1_024

function listenOptions({ host, port = 0, path, reusePort = false, handle }: ListenAt): object {
  if (handle) return handle
  return path === undefined ? { host, port, reusePort, backlog: BACKLOG } : { path, backlog: BACKLOG }
}
