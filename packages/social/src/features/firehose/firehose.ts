// The firehose, wired: its route, its connections over WebSocket, pings, figures, and the end. Public events for bots and
// analytics, resumable by cursor; see docs/api.md.

import type { IncomingMessage } from "node:http"
import { AppError } from "@aviary/kit"
import type { Part } from "@aviary/kit"
import type { FastifyInstance } from "fastify"
import type { WebSocket } from "ws"
import { WebSocketServer } from "ws"
import type { Core } from "../../core.ts"
import type { Follower } from "../../events/log-engine.ts"
import type { Route } from "../../http/route.ts"
import type { Authenticate } from "../../http/viewer.ts"
import type { FirehoseConnection, FirehoseEnd, FirehoseLimits } from "./firehose-connection.ts"
import { createFirehoseConnection } from "./firehose-connection.ts"
import { createFirehoseRoute, FIREHOSE_PATH } from "./firehose-route.ts"
import type { FirehoseRequest } from "./firehose-route.ts"
import { createFirehoseSource } from "./firehose-source.ts"
import { createToMessages } from "./public-events.ts"

/** Between pings; a peer that has not answered one is cut at the next. */
const PING_MS = 30_000
/** Bytes of a message from a reader at most: it has nothing to say. */
const MAX_MESSAGE_BYTES = 1_024
/** How long a peer has to take the rest and to answer our close, in milliseconds. */
const CLOSE_TIMEOUT_MS = 5_000
/** The same when the process stops. */
const STOP_TIMEOUT_MS = 2_000
const BUFFERED_BYTES = 262_144

// https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
const ends: Readonly<Record<FirehoseEnd, { code: number; reason: string }>> = {
  stopping: { code: 1001, reason: "The server is restarting" },
  revoked: { code: 1008, reason: "The access token is no longer valid" },
  slow: { code: 1013, reason: "The connection is too slow" },
}

export interface Firehose {
  readonly routes: readonly Route[]
  readonly follower: Follower
  readonly part: Part
  /** Whether an upgrade request is for the firehose: it is then to be routed. */
  takes(request: IncomingMessage): boolean
  /** Ends all connections as soon as the server begins to close. */
  attach(server: FastifyInstance): void
}

/** A connection with what is to be known of its peer. */
interface Peer {
  readonly ws: WebSocket
  readonly connection: FirehoseConnection
  /** Of a reader who needed one. */
  readonly token: string | undefined
  answered: boolean
}

export function createFirehose(deps: { core: Core; authenticate: Authenticate }): Firehose {
  const { core, authenticate } = deps
  const { clock, log, settings } = core
  const source = createFirehoseSource({ ...core, toMessages: createToMessages(core) })
  const limits: FirehoseLimits = {
    bufferedBytes: BUFFERED_BYTES,
    slowMs: settings.firehose.slowSeconds * 1_000,
  }
  // In a variable, for the option is newer than its type.
  const options = {
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  }
  const server = new WebSocketServer(options)
  const peers = new Set<Peer>()
  const figures = observe(core, () => peers.size)
  let stopping = false
  let cancelPing = (): void => {}

  function requireRoom(): void {
    if (stopping) throw new AppError("server.stopping")
    const limit = settings.firehose.connections
    if (peers.size >= limit) throw new AppError("firehose.full", { limit })
  }

  function open({ request, upgrade, start, types, token }: FirehoseRequest): void {
    server.handleUpgrade(request, upgrade.socket, upgrade.head, (ws) => {
      const connection = createFirehoseConnection({
        source,
        limits,
        start,
        types,
        clock,
        log,
        onSent: () => figures.messages.inc(),
        transport: {
          send: (message, taken) => ws.send(message, { binary: false }, taken),
          bufferedBytes: () => ws.bufferedAmount,
          end(why) {
            figures.ends.with({ reason: why }).inc()
            ws.close(ends[why].code, ends[why].reason)
          },
        },
      })
      const peer: Peer = { ws, connection, token, answered: true }
      peers.add(peer)
      ws.on("pong", () => {
        peer.answered = true
      })
      // Broken and oversized frames: the library closes the socket with the code that fits.
      ws.on("error", (error) => log.debug({ error: error.message }, "firehose broken"))
      ws.on("close", () => {
        peers.delete(peer)
        connection.closed()
      })
    })
  }

  function ping(): void {
    cancelPing = clock.after(PING_MS, ping)
    for (const peer of peers) {
      if (!peer.answered) {
        peer.ws.terminate()
        continue
      }
      peer.answered = false
      peer.ws.ping()
      peer.connection.heartbeat()
      if (peer.token !== undefined) endRevoked(peer, peer.token)
    }
  }

  function endRevoked(peer: Peer, token: string): void {
    authenticate(token).catch((error: unknown) => {
      // A database that is away says nothing about the token.
      if (AppError.from(error).status < 500) peer.connection.end("revoked")
    })
  }

  async function close(): Promise<void> {
    stopping = true
    cancelPing()
    const closed = [...peers].map(({ ws, connection }) => {
      const gone = new Promise((resolve) => ws.once("close", resolve))
      connection.end("stopping")
      setTimeout(() => ws.terminate(), STOP_TIMEOUT_MS).unref()
      return gone
    })
    await Promise.all(closed)
  }

  return {
    routes: settings.firehose.access === "off" ? [] : [createFirehoseRoute({ ...core, requireRoom, open })],
    follower: source.follower,
    part: {
      name: "firehose",
      async start() {
        cancelPing = clock.after(PING_MS, ping)
      },
      stop: close,
    },
    takes: (request) => request.url?.split("?")[0]?.replace(/\/$/, "") === FIREHOSE_PATH,
    attach(httpServer) {
      // Before the server waits for its connections, which readers would keep open.
      httpServer.addHook("preClose", close)
    },
  }
}

function observe({ metrics }: Pick<Core, "metrics">, readers: () => number) {
  metrics.gauge({
    name: "aviary_firehose_readers",
    help: "Connections that read the firehose.",
    collect: readers,
  })
  return {
    messages: metrics.counter({
      name: "aviary_firehose_messages_total",
      help: "Messages about the network sent to readers of the firehose, each reader's counted.",
    }),
    ends: metrics.counters({
      name: "aviary_firehose_ends_total",
      help: "Connections of the firehose that were ended from this side, by why.",
      labels: ["reason"],
    }),
  }
}
