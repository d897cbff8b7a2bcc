// WebSocket upgrades that go through the router like any other request, so that a route's access, input, limits and errors hold
// for them too: a refusal is an ordinary answer. What a route does not take over is answered and closed.

import { ServerResponse } from "node:http"
import type { IncomingMessage } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { FastifyInstance } from "fastify"

/** A connection that a route may take over. */
export interface Upgrade {
  readonly socket: Duplex
  /** Bytes that came behind the request. */
  readonly head: Buffer
}

interface PendingUpgrade extends Upgrade {
  readonly response: ServerResponse
}

const pending = new WeakMap<IncomingMessage, PendingUpgrade>()

/** Has the router answer an upgrade request. */
export function routeUpgrade(server: FastifyInstance, request: IncomingMessage, upgrade: Upgrade): void {
  const { socket } = upgrade
  const connection = socket as Socket
  const response = new ServerResponse(request)
  pending.set(request, { ...upgrade, response })
  const ignore = (): void => {}
  socket.on("error", ignore)
  response.shouldKeepAlive = false
  response.assignSocket(connection)
  response.once("finish", () => {
    response.detachSocket(connection)
    // The server knows nothing of the socket any more: left half open, it would hold up a stop.
    connection.destroySoon()
  })
  server.routing(request, response)
}

/** The connection of an upgrade request, for a route that has hijacked its reply; undefined for any other request. */
export function takeUpgrade(request: IncomingMessage): Upgrade | undefined {
  const found = pending.get(request)
  if (!found) return undefined
  pending.delete(request)
  found.response.detachSocket(found.socket as Socket)
  return { socket: found.socket, head: found.head }
}

/** Whether a request can be taken over. */
export function isUpgrade(request: IncomingMessage): boolean {
  return pending.has(request)
}
