// The first moments of a client's connection: who it is (PROXY protocol where it is wanted), and TLS where that is spoken.
// Whoever does not get through in time is closed.

import type { Socket } from "node:net"
import { plainAddress } from "../proxy/request-view.ts"
import type { TrustedProxies } from "../proxy/trusted-proxies.ts"
import { readProxyHeader } from "./proxy-protocol.ts"

const NOTHING = Buffer.alloc(0)

export interface Arrival {
  readonly socket: Socket
  readonly address: string
}

/**
 * Reads the PROXY header of a connection from a trusted proxy and puts the rest of the bytes back. Others are served as they
 * are when `proxies` does not trust them: the header would be a client's own claim.
 */
export function readArrival(
  socket: Socket,
  deps: { proxies: TrustedProxies; timeoutMs: number },
  then: (arrival: Arrival) => void,
): void {
  const remote = plainAddress(socket.remoteAddress ?? "")
  if (!deps.proxies.trusts(remote)) return then({ socket, address: remote })
  let received: Buffer = NOTHING
  const timer = setTimeout(() => socket.destroy(), deps.timeoutMs)
  const onError = (): void => {}
  const onData = (chunk: Buffer): void => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const header = readProxyHeader(received)
    if (header.kind === "more") return
    leave()
    if (header.kind === "wrong") return void socket.destroy()
    const rest = received.subarray(header.length)
    socket.pause()
    if (rest.length > 0) socket.unshift(rest)
    then({ socket, address: header.address ?? remote })
  }
  const leave = (): void => {
    clearTimeout(timer)
    socket.off("data", onData)
    socket.off("error", onError)
    socket.off("close", leave)
    socket.off("end", onEnd)
  }
  const onEnd = (): void => void socket.destroy()
  socket.on("data", onData)
  socket.on("error", onError)
  socket.on("close", leave)
  socket.on("end", onEnd)
}
