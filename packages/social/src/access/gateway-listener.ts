// The listener for gateways, apart from the public one: introspection of tokens (RFC 7662) and news of what changed. On a Unix
// socket that only the owner may open, or on an address with a secret. Never reachable by members; an answer of it to somebody
// else would tell whose a stolen token is.

import { hash, timingSafeEqual } from "node:crypto"
import { chmod, rm } from "node:fs/promises"
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import { connect } from "node:net"
import type { Log, Part } from "@aviary/kit"
import { AppError, messageOf } from "@aviary/kit"
import type { ListenerTls } from "../http/listener-tls.ts"
import type { GatewayNews, GatewayNewsSource } from "./gateway-news.ts"
import type { Introspect } from "./introspection.ts"
import type { ListenAddress } from "./listen-address.ts"

export interface GatewayListenerDeps {
  readonly address: ListenAddress
  /** Required of everybody who asks, as a bearer token; empty: none, for Unix sockets only. */
  readonly secret: string
  readonly introspect: Introspect
  readonly news: GatewayNewsSource
  /** Whether this process hears of access that changes. */
  readonly hears: () => boolean
  /** Speaks TLS, with certificates on both sides; absent: plain. */
  readonly tls?: Pick<ListenerTls, "createServer"> | undefined
  readonly log: Log
}

export interface GatewayListener extends Part {
  /** Known once started: the port where 0 was asked for. */
  port(): number | undefined
}

const MAX_BODY_BYTES = 8_192
const BEAT_MS = 1_000
/** A gateway that takes this much less than it is told is cut off; it connects again and starts anew. */
const MAX_BUFFERED_BYTES = 1_048_576

export function createGatewayListener(deps: GatewayListenerDeps): GatewayListener {
  const { address, log } = deps
  const streams = new Set<ServerResponse>()
  const make = deps.tls?.createServer ?? createServer
  const server = make({ keepAliveTimeout: 75_000, requestTimeout: 10_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      const failure = AppError.from(error)
      if (failure.status >= 500)
        log.warn({ error: messageOf(failure.cause ?? failure) }, "a gateway was not answered")
      answer(response, failure.status, { error: failure.message, code: failure.code })
    })
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isTrusted(request)) throw new AppError("auth.token_required")
    const { pathname } = new URL(request.url ?? "/", "http://gateway.invalid")
    if (request.method === "POST" && pathname === "/introspect") {
      const token = new URLSearchParams(await readText(request)).get("token")
      if (!token) throw new AppError("input.malformed", { reason: "no token" })
      return answer(response, 200, await deps.introspect(token))
    }
    if (request.method === "GET" && pathname === "/news") return stream(response)
    throw new AppError("route.not_found")
  }

  function isTrusted({ headers }: IncomingMessage): boolean {
    if (deps.secret === "") return true
    const given = hash("sha256", headers.authorization ?? "", "buffer")
    return timingSafeEqual(given, hash("sha256", `Bearer ${deps.secret}`, "buffer"))
  }

  function stream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" })
    const send = (news: GatewayNews): void => {
      if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy()
      else response.write(`${JSON.stringify(news)}\n`)
    }
    const unsubscribe = deps.news.subscribe(send)
    const beat = setInterval(() => send({ type: "beat" }), BEAT_MS)
    beat.unref()
    streams.add(response)
    response.on("close", () => {
      unsubscribe()
      clearInterval(beat)
      streams.delete(response)
    })
    send({ type: deps.hears() ? "hello" : "deaf" })
  }

  return {
    name: "listener for gateways",
    async start() {
      if (address.path !== undefined) await removeDeadSocket(address.path)
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject)
        server.listen(address.path ?? { host: address.host, port: address.port }, resolve)
      })
      if (address.path !== undefined) await chmod(address.path, 0o600)
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const open of streams) open.destroy()
      server.closeIdleConnections()
      await closed
    },
    port() {
      const at = server.address()
      return typeof at === "object" ? at?.port : undefined
    },
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return void response.destroy()
  const text = JSON.stringify(body)
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  })
  response.end(text)
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new AppError("input.too_large", { limit: `${MAX_BODY_BYTES} bytes` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** A socket's file outlives a process that was killed. One that somebody listens on stays, and listening then fails. */
async function removeDeadSocket(path: string): Promise<void> {
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy()
      resolve(true)
    })
    probe.on("error", () => resolve(false))
  })
  if (!isAlive) await rm(path, { force: true })
}
