// Where clients come in: the listening sockets, and every connection on its way to HTTP/1.1 or HTTP/2. Hands requests on and
// knows nothing of what becomes of them.

import { AppError, messageOf } from "@aviary/kit"
import type { Log, Metrics } from "@aviary/kit"
import type { Deadlines } from "./deadlines.ts"
import { defaultClientLimits } from "./gateway-options.ts"
import type { GatewayOptions } from "./gateway-options.ts"
import { createArrivals } from "./http1/arrivals.ts"
import { createHttp1Connections, createSocketListener } from "./http1/http1-listener.ts"
import type { ListeningHandle } from "./http1/http1-listener.ts"
import type { MessageError } from "./http1/message-error.ts"
import { createHttp2Connections } from "./http2/http2-connections.ts"
import type { Ledger } from "./ledger/ledger.ts"
import { errorJson } from "./proxy/answer.ts"
import type { Exchange } from "./proxy/exchange.ts"
import type { TrustedProxies } from "./proxy/trusted-proxies.ts"

type FrontOptions = Pick<GatewayOptions, "http" | "https" | "proxyProtocol" | "maxConnections" | "limits">

export interface FrontDeps {
  readonly options: FrontOptions
  readonly deadlines: Deadlines
  /** Requests that cannot be read are in it too. */
  readonly ledger: Ledger
  readonly proxies: TrustedProxies
  onRequest(exchange: Exchange): void
  readonly isDraining: () => boolean
  readonly metrics: Metrics
  readonly log: Log
}

export interface Front {
  listen(): Promise<void>
  /** Takes no new connections, and lets those that are open end after their answers. */
  drain(): Promise<void>
  /** Cuts all connections. */
  destroy(): void
  /** Connections that are open. */
  readonly size: number
  readonly port: number
  /** 0 without TLS. */
  readonly tlsPort: number
  handles(): Readonly<Record<string, ListeningHandle | undefined>>
}

/** A quiet connection of a gateway that goes has this long to ask once more. */
const QUIET_MS = 2_000

export function createFront(deps: FrontDeps): Front {
  const { options, deadlines, ledger, proxies, metrics, log } = deps
  const limits = { ...defaultClientLimits, ...options.limits }
  const clientDeps = {
    limits,
    deadlines,
    onRequest: (exchange: Exchange) => deps.onRequest(exchange),
    onMalformed({ address, error }: { address: string; error: MessageError }) {
      const record = ledger.open()
      record.address = address
      record.status = error.status
      ledger.close(record, "malformed")
    },
    describe: (error: MessageError) => errorJson(appErrorOf(error)),
    onFault: (error: unknown) => log.error({ error: messageOf(error) }, "a connection failed"),
    isDraining: deps.isDraining,
  }
  const http1 = createHttp1Connections(clientDeps)
  const http2 = createHttp2Connections(clientDeps)
  const tlsErrors = metrics.counter({
    name: "aviary_gateway_tls_errors_total",
    help: "Connections that ended before TLS was agreed on.",
  })
  const arrivals = createArrivals({
    http1,
    http2,
    tls: options.https?.tls,
    proxies: options.proxyProtocol === true ? proxies : undefined,
    timeoutMs: limits.headMs,
    onTlsError: () => tlsErrors.inc(),
  })
  const maxConnections = options.maxConnections ?? 10_000
  const listener = createSocketListener({
    at: options.http,
    maxConnections,
    onSocket: (socket) => arrivals.plain(socket),
  })
  const tlsListener =
    options.https &&
    createSocketListener({
      at: options.https.at,
      maxConnections,
      onSocket: (socket) => arrivals.secure(socket),
    })

  return {
    async listen() {
      await listener.listen()
      try {
        await tlsListener?.listen()
      } catch (error) {
        if (options.https?.at.optional !== true) throw error
        log.warn({ error: messageOf(error) }, "no HTTPS: its port cannot be listened on")
      }
    },
    async drain() {
      await Promise.all([listener.stopAccepting(), tlsListener?.stopAccepting()])
      http1.drain(QUIET_MS)
      http2.drain()
    },
    destroy() {
      http1.destroy()
      http2.destroy()
      arrivals.destroy()
    },
    get size() {
      return http1.size + http2.size + arrivals.pending
    },
    get port() {
      return listener.port ?? 0
    },
    get tlsPort() {
      return tlsListener?.port ?? 0
    },
    handles: () => ({ http: listener.handle, https: tlsListener?.handle }),
  }
}

function appErrorOf(error: MessageError): AppError {
  switch (error.status) {
    case 408:
      return new AppError("gateway.request_timeout")
    case 431:
      return new AppError("gateway.headers_too_large")
    case 501:
    case 505:
      return new AppError("gateway.not_spoken", { reason: error.message })
    default:
      return new AppError("input.malformed", { reason: error.message })
  }
}
