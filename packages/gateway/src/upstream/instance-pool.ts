// The connections to one instance: the one used last is used first, so that few stay open; unused ones are closed before
// the instance would close them, since a request that crosses the instance's close is a request in doubt.

import { connect } from "node:net"
import type { Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import type { ConnectionOptions } from "node:tls"
import type { Deadlined, Deadlines } from "../deadlines.ts"
import type { Instance } from "../types.ts"
import { readingShared } from "./read-buffer.ts"
import { UpstreamConnection } from "./upstream-connection.ts"

export interface InstancePoolDeps {
  readonly instance: Instance
  readonly deadlines: Deadlines
  /** Connections at most, busy and idle. */
  readonly maxConnections: number
  /** Idle connections are closed after this many milliseconds, or a second before the instance says it would. */
  readonly keepAliveMs: number
  /** The gateway's certificate and the authority of instances that speak TLS. */
  readonly tlsOptions?: (() => ConnectionOptions) | undefined
}

export interface InstancePool {
  readonly instance: Instance
  /** Busy and idle. */
  readonly size: number
  readonly idle: number
  /** An idle connection or a new one; undefined when there are `maxConnections` busy ones. `fresh` never reuses one. */
  take(fresh: boolean): UpstreamConnection | undefined
  /** Closes idle connections now and busy ones after their answer. */
  close(): void
  /** Closes all now. */
  destroy(): void
}

const HINT_MARGIN_MS = 1_000

export function createInstancePool(deps: InstancePoolDeps): InstancePool {
  const { instance, deadlines, maxConnections, keepAliveMs } = deps
  const all = new Set<UpstreamConnection>()
  /** Idle ones, longest idle first. */
  const idle: UpstreamConnection[] = []
  let closed = false

  const sweep: Deadlined = {
    deadline: Number.POSITIVE_INFINITY,
    onDeadline() {
      const now = performance.now()
      while (idle[0] && expiry(idle[0]) <= now) idle.shift()?.destroy()
      schedule()
    },
  }

  function expiry(connection: UpstreamConnection): number {
    return (
      connection.idleSince + Math.min(keepAliveMs, Math.max(connection.keepAliveHint - HINT_MARGIN_MS, 0))
    )
  }

  function schedule(): void {
    const first = idle[0]
    sweep.deadline = first ? expiry(first) : Number.POSITIVE_INFINITY
  }

  const owner = {
    onIdle(connection: UpstreamConnection) {
      if (closed) return connection.destroy()
      idle.push(connection)
      if (idle.length === 1) schedule()
    },
    onClosed(connection: UpstreamConnection) {
      all.delete(connection)
      const at = idle.indexOf(connection)
      if (at >= 0) idle.splice(at, 1)
    },
  }

  function open(): UpstreamConnection {
    const { tls } = instance
    const secureSocket = (): Socket =>
      connectTls({
        ...deps.tlsOptions?.(),
        ...address(instance),
        servername: tls?.serverName ?? instance.host ?? "",
        ALPNProtocols: ["http/1.1"],
      })
    const connection = tls
      ? new UpstreamConnection(secureSocket, owner, "secureConnect")
      : new UpstreamConnection(
          (onBytes) => connect({ ...address(instance), onread: readingShared(onBytes) }),
          owner,
          "connect",
        )
    all.add(connection)
    return connection
  }

  deadlines.add(sweep)
  return {
    instance,
    get size() {
      return all.size
    },
    get idle() {
      return idle.length
    },
    take(fresh) {
      const now = performance.now()
      while (!fresh) {
        const last = idle.pop()
        if (!last) break
        if (last.usable && expiry(last) > now) return last
        last.destroy()
      }
      if (all.size >= maxConnections) {
        const oldest = idle.shift()
        if (!oldest) return undefined
        oldest.destroy()
        all.delete(oldest)
      }
      return open()
    },
    close() {
      closed = true
      deadlines.remove(sweep)
      for (const connection of idle.splice(0)) connection.destroy()
    },
    destroy() {
      closed = true
      deadlines.remove(sweep)
      for (const connection of all) connection.socket.destroy()
    },
  }
}

function address(instance: Instance): { path: string } | { host: string; port: number } {
  const { socketPath, host = "127.0.0.1", port = 0 } = instance
  return socketPath === undefined ? { host, port } : { path: socketPath }
}
