// Streams over WebSocket: the upgrade, the messages that subscribe and unsubscribe, pings, and the end. A bad token is refused
// before the upgrade; what goes wrong afterwards is told in a frame and the socket stays open.

import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { AppError } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { WebSocket } from "ws"
import { WebSocketServer } from "ws"
import { z } from "zod"
import type { AppViewer, Authenticate } from "../../http/viewer.ts"
import { tokenOf } from "../../http/viewer.ts"
import type { Frame, StreamConnection, StreamEnd, StreamLimits } from "./stream-connection.ts"
import { createStreamConnection } from "./stream-connection.ts"
import type { StreamHub } from "./stream-hub.ts"

const PATH = /^\/api\/v1\/streaming\/?$/
/** Bytes of a message from a client at most; a subscription has about a hundred. */
const MAX_MESSAGE_BYTES = 4_096
/** How long a peer has to answer our close before its socket is cut, in milliseconds. */
const CLOSE_TIMEOUT_MS = 2_000

// https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008
const TRY_AGAIN_LATER = 1013
const ends: Readonly<Record<StreamEnd, { code: number; reason: string }>> = {
  stopping: { code: GOING_AWAY, reason: "The server is restarting" },
  revoked: { code: POLICY_VIOLATION, reason: "The access token is no longer valid" },
  slow: { code: TRY_AGAIN_LATER, reason: "The connection is too slow" },
}

const text = z.union([z.string(), z.number()]).transform(String)
const message = z.object({
  type: z.enum(["subscribe", "unsubscribe"]),
  stream: z.string().max(100),
  tag: text.optional(),
  list: text.optional(),
})

export interface WebSocketStreams {
  /** Handles an upgrade; answers 404 where the path is not the stream's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Pings every peer, and cuts those that have not answered since the last time. */
  ping(): void
  /** Refuses further upgrades; resolves once every socket is closed. The hub must have ended its streams. */
  stop(): Promise<void>
}

export interface WebSocketStreamsDeps {
  readonly hub: StreamHub
  readonly limits: StreamLimits
  readonly authenticate: Authenticate
  readonly log: Log
}

export function createWebSocketStreams(deps: WebSocketStreamsDeps): WebSocketStreams {
  const { hub, limits, authenticate, log } = deps
  // In a variable, for the option is newer than its type.
  const options = {
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    // A client that offers its token as a protocol closes the connection unless it is chosen.
    handleProtocols: (protocols: Set<string>) => [...protocols][0] ?? false,
  }
  const server = new WebSocketServer(options)
  const answered = new WeakSet<WebSocket>()
  let stopping = false

  async function open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = parseUrl(request.url)
    if (!url || !PATH.test(url.pathname)) throw new AppError("route.not_found")
    if (stopping) throw new AppError("server.stopping")
    const token = tokenOfUpgrade(request, url)
    const viewer = token === undefined ? undefined : await authenticate(token)
    hub.admit(viewer, limits)
    if (stopping || socket.destroyed) throw new AppError("server.stopping")
    server.handleUpgrade(request, socket, head, (ws) => serve(ws, viewer, url))
  }

  function serve(ws: WebSocket, viewer: AppViewer | undefined, url: URL): void {
    const transport = {
      send: (frame: Frame) => ws.send(frameText(frame)),
      bufferedBytes: () => ws.bufferedAmount,
      end: (why: StreamEnd) => ws.close(ends[why].code, ends[why].reason),
    }
    const connection = createStreamConnection({ hub, viewer, transport, limits })
    answered.add(ws)
    ws.on("pong", () => answered.add(ws))
    // Broken and oversized frames: the library closes the socket with the code that fits.
    ws.on("error", (error) => log.debug({ error: error.message }, "stream broken"))
    ws.on("close", () => connection.closed())
    ws.on("message", (data, binary) => {
      attempt(ws, () => obey(connection, binary ? "" : (data as Buffer).toString()))
    })
    const stream = url.searchParams.get("stream")
    if (stream) {
      const tag = url.searchParams.get("tag") ?? undefined
      const list = url.searchParams.get("list") ?? undefined
      attempt(ws, () => connection.subscribe({ stream, tag, list }))
    }
  }

  /** Tells the client what is wrong; one that does not read what it is told is dropped like any slow one. */
  function attempt(ws: WebSocket, action: () => void): void {
    try {
      action()
    } catch (thrown) {
      const error = AppError.from(thrown)
      if (error.status >= 500) log.error({ error: String(error.cause) }, "stream message failed")
      if (ws.bufferedAmount > limits.bufferedBytes) ws.terminate()
      else ws.send(JSON.stringify({ error: error.message, status: error.status }))
    }
  }

  return {
    upgrade(request, socket, head) {
      const ignore = (): void => {}
      socket.on("error", ignore)
      open(request, socket, head).catch((error: unknown) => refuse(socket, AppError.from(error)))
    },
    ping() {
      for (const ws of server.clients) {
        if (answered.delete(ws)) ws.ping()
        else ws.terminate()
      }
    },
    async stop() {
      stopping = true
      const open = [...server.clients].filter((ws) => ws.readyState !== ws.CLOSED)
      await Promise.all(open.map((ws) => new Promise((resolve) => ws.once("close", resolve))))
    },
  }
}

function obey(connection: StreamConnection, received: string): void {
  const parsed = message.safeParse(parseJson(received))
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join(".") || "message"}: ${issue.message}`,
    )
    throw new AppError("input.malformed", { reason: problems.join("; ") })
  }
  if (parsed.data.type === "subscribe") connection.subscribe(parsed.data)
  else connection.unsubscribe(parsed.data)
}

function parseJson(received: string): unknown {
  try {
    return JSON.parse(received)
  } catch {
    return undefined
  }
}

function frameText({ label, event, payload }: Frame): string {
  return JSON.stringify({ stream: label, event, payload })
}

function parseUrl(url: string | undefined): URL | undefined {
  return URL.parse(url ?? "", "http://localhost") ?? undefined
}

/** The token of an upgrade: header, query, or the protocol that browsers can set. */
function tokenOfUpgrade(request: IncomingMessage, url: URL): string | undefined {
  const query = { access_token: url.searchParams.get("access_token") }
  const token = tokenOf(request.headers.authorization, query)
  return token ?? (request.headers["sec-websocket-protocol"]?.split(",")[0]?.trim() || undefined)
}

function refuse(socket: Duplex, error: AppError): void {
  const body = JSON.stringify({ error: error.message, code: error.code })
  socket.end(
    [
      `HTTP/1.1 ${error.status} Refused`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(error.status === 503 ? ["Retry-After: 2"] : []),
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  )
}
