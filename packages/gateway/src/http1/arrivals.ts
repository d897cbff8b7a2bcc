// Sends each new connection where it belongs: through the PROXY protocol where that is spoken, through TLS where the port is
// for that, then to HTTP/1.1 or HTTP/2 as was agreed on. Whoever does not get through in time is closed.

import type { Socket } from "node:net"
import { createServer } from "node:tls"
import type { Server, TLSSocket, TlsOptions } from "node:tls"
import type { Http2Connections } from "../http2/http2-connections.ts"
import { plainAddress } from "../proxy/request-view.ts"
import type { TrustedProxies } from "../proxy/trusted-proxies.ts"
import { readArrival } from "./accept-socket.ts"
import type { Http1Connections } from "./http1-listener.ts"

export interface Arrivals {
  plain(socket: Socket): void
  secure(socket: Socket): void
  /** Connections that are not with HTTP yet. */
  readonly pending: number
  destroy(): void
}

export interface ArrivalsDeps {
  readonly http1: Http1Connections
  readonly http2: Http2Connections
  readonly tls: TlsSetting | undefined
  /** Those whose connections begin with a PROXY header; undefined where that is not spoken. */
  readonly proxies: TrustedProxies | undefined
  readonly timeoutMs: number
  onTlsError(): void
}

/** What TLS is spoken with; `attach` is told of the server, for changes while it runs. */
export type TlsSetting = TlsOptions & { attach?(server: Server): void }

const NOTHING = Buffer.alloc(0)

export function createArrivals(deps: ArrivalsDeps): Arrivals {
  const pending = new Set<Socket>()
  /** Sockets that TLS is being agreed on with, by their other end, and whose they are. */
  const handshakes = new Map<string, { socket: Socket; address: string }>()
  const tls =
    deps.tls &&
    createServer({
      ...(deps.tls.ALPNCallback ? {} : { ALPNProtocols: ["h2", "http/1.1"] }),
      ...deps.tls,
      handshakeTimeout: deps.timeoutMs,
      allowHalfOpen: true,
    })
  if (tls) deps.tls?.attach?.(tls)

  function arrive(socket: Socket, then: (socket: Socket, address: string) => void): void {
    pending.add(socket)
    socket.on("error", ignore)
    socket.once("close", () => pending.delete(socket))
    if (!deps.proxies) return then(socket, plainAddress(socket.remoteAddress ?? ""))
    readArrival(socket, { proxies: deps.proxies, timeoutMs: deps.timeoutMs }, (arrival) =>
      then(arrival.socket, arrival.address),
    )
  }

  tls?.on("secureConnection", (socket: TLSSocket) => {
    const begun = handshakes.get(endOf(socket))
    if (!begun) return void socket.destroy()
    pending.delete(begun.socket)
    handshakes.delete(endOf(socket))
    const accepted = { socket, address: begun.address, secure: true, first: NOTHING }
    if (socket.alpnProtocol === "h2") deps.http2.serve(accepted)
    // Whoever came to prove a name has seen what it came for.
    else if (socket.alpnProtocol === "acme-tls/1") socket.end()
    else deps.http1.serve(accepted)
  })
  tls?.on("tlsClientError", (_error: Error, socket: TLSSocket) => {
    deps.onTlsError()
    socket.destroy()
  })

  return {
    plain(socket) {
      arrive(socket, (arrived, address) => {
        pending.delete(arrived)
        deps.http1.serve({ socket: arrived, address, secure: false, first: NOTHING })
        arrived.resume()
      })
    },
    secure(socket) {
      arrive(socket, (arrived, address) => {
        const end = endOf(arrived)
        handshakes.set(end, { socket: arrived, address })
        arrived.once("close", () => {
          if (handshakes.get(end)?.socket === arrived) handshakes.delete(end)
        })
        tls?.emit("connection", arrived)
      })
    },
    get pending() {
      return pending.size
    },
    destroy() {
      for (const socket of pending) socket.destroy()
    },
  }
}

function ignore(): void {}

function endOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}
