// HTTP/2 clients: sessions over sockets that TLS has agreed on h2 with. Held to bounds against those who make much work with
// few bytes: rapid resets (CVE-2023-44487), floods of CONTINUATION, SETTINGS, PING and empty frames.

import { performServerHandshake } from "node:http2"
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream, ServerOptions } from "node:http2"
import type { ClientDeps } from "../http1/http1-connection.ts"
import type { AcceptedSocket } from "../http1/http1-listener.ts"
import { MessageError } from "../http1/message-error.ts"
import { Http2Exchange, readHttp2Request } from "./http2-exchange.ts"

export interface Http2Connections {
  serve(accepted: AcceptedSocket): void
  readonly size: number
  /** Streams that are open. */
  readonly busy: number
  /** Tells all clients to come back over new connections (GOAWAY), and lets what is open end. */
  drain(): void
  destroy(): void
}

const MAX_STREAMS = 128
const WINDOW_BYTES = 262_144
/** Resets by the client: this many at once, then so many a second; more ends the session. */
const RESET_BURST = 200
const RESET_RATE = 20
const ENHANCE_YOUR_CALM = 11

/** SETTINGS and PING frames of a client within `CONTROL_WINDOW_MS`; each must be answered, and none of them asks for anything. */
const CONTROL_FRAMES = 100
const CONTROL_WINDOW_MS = 10_000

function limitControlFrames(session: ServerHttp2Session): void {
  let count = 0
  let windowEnds = 0
  const onFrame = (): void => {
    const now = performance.now()
    if (now > windowEnds) {
      windowEnds = now + CONTROL_WINDOW_MS
      count = 0
    }
    count += 1
    if (count > CONTROL_FRAMES) session.destroy(undefined, ENHANCE_YOUR_CALM)
  }
  session.on("ping", onFrame)
  session.on("remoteSettings", onFrame)
}

export function createHttp2Connections(deps: ClientDeps): Http2Connections {
  const { limits } = deps
  const sessions = new Map<ServerHttp2Session, Set<Http2Exchange>>()
  const options: ServerOptions = {
    settings: {
      maxConcurrentStreams: MAX_STREAMS,
      initialWindowSize: WINDOW_BYTES,
      maxHeaderListSize: limits.maxHeadBytes,
      enablePush: false,
      enableConnectProtocol: false,
    },
    maxHeaderListPairs: limits.maxHeaderFields,
    maxOutstandingPings: 4,
    maxSettings: 16,
    maxSessionMemory: 10,
    maxSessionInvalidFrames: 20,
    streamResetBurst: RESET_BURST,
    streamResetRate: RESET_RATE,
  }

  function onStream(stream: ServerHttp2Stream, raw: readonly string[], accepted: AcceptedSocket): void {
    let exchange: Http2Exchange
    try {
      const request = readHttp2Request(raw, stream.endAfterHeaders)
      exchange = new Http2Exchange(stream, request, {
        remoteAddress: accepted.address,
        secure: accepted.secure,
        limits,
        deadlines: deps.deadlines,
      })
    } catch (error) {
      return refuse(stream, error, accepted)
    }
    const open = stream.session && sessions.get(stream.session as ServerHttp2Session)
    open?.add(exchange)
    stream.on("close", () => open?.delete(exchange))
    deps.onRequest(exchange)
  }

  function refuse(stream: ServerHttp2Stream, error: unknown, { address }: AcceptedSocket): void {
    stream.on("error", () => {})
    if (!(error instanceof MessageError)) {
      stream.destroy()
      return deps.onFault(error)
    }
    deps.onMalformed({ address, error })
    const body = deps.describe(error)
    stream.respond({ ":status": error.status, "content-type": "application/json; charset=utf-8" })
    stream.end(body)
  }

  return {
    serve(accepted) {
      const session = performServerHandshake(accepted.socket, options)
      const open = new Set<Http2Exchange>()
      sessions.set(session, open)
      session.on(
        "stream",
        (stream: ServerHttp2Stream, _headers: IncomingHttpHeaders, _flags: number, raw: string[]) =>
          onStream(stream, raw, accepted),
      )
      limitControlFrames(session)
      session.on("error", () => {})
      session.on("close", () => {
        for (const exchange of open) exchange.stop()
        sessions.delete(session)
      })
      session.setTimeout(limits.idleMs, () => {
        if (open.size === 0) session.close()
      })
      if (deps.isDraining()) session.close()
    },
    get size() {
      return sessions.size
    },
    get busy() {
      let busy = 0
      for (const open of sessions.values()) busy += open.size
      return busy
    },
    drain() {
      for (const session of sessions.keys()) session.close()
    },
    destroy() {
      for (const session of sessions.keys()) session.destroy(undefined, ENHANCE_YOUR_CALM)
    },
  }
}
