// The gateway, wired: listeners → proxy → instances, with its ledger. The only place that sees all parts; it decides nothing.

import type { Log, Metrics, Part } from "@aviary/kit"
import { AppError, messageOf } from "@aviary/kit"
import { createDeadlines } from "./deadlines.ts"
import type { RoutingDocument } from "./document/routing-document.ts"
import type { ClientLimits } from "./http1/http1-connection.ts"
import { createHttp1Connections, createSocketListener, plainSocket } from "./http1/http1-listener.ts"
import type { ListenAt } from "./http1/http1-listener.ts"
import type { MessageError } from "./http1/message-error.ts"
import type { LedgerSums } from "./ledger/ledger.ts"
import { createLedger } from "./ledger/ledger.ts"
import { errorJson } from "./proxy/answer.ts"
import type { CompiledDocument } from "./proxy/compiled-document.ts"
import { compileDocument } from "./proxy/compiled-document.ts"
import { createProxy } from "./proxy/proxy.ts"
import { createTrustedProxies } from "./proxy/trusted-proxies.ts"
import { createTunnels } from "./proxy/tunnels.ts"
import { createInstancePools } from "./upstream/instance-pools.ts"

export interface GatewayOptions {
  /** Where plain HTTP is listened for. */
  readonly http: ListenAt
  /** Addresses or CIDR ranges whose forwarding headers are believed; default none. */
  readonly trustedProxies?: readonly string[]
  /** Bytes of a request's body where its route says nothing; default 16 MiB. */
  readonly maxBodyBytes?: number
  /** Client connections at most; default 10,000. */
  readonly maxConnections?: number
  readonly limits?: Partial<ClientLimits>
  /** How late a timeout may be noticed, milliseconds; default 50. */
  readonly tickMs?: number
  readonly metrics: Metrics
  readonly log: Log
}

export interface Gateway extends Part {
  /** Puts a document in force. Throws, and changes nothing, when it cannot be compiled. */
  apply(document: RoutingDocument): void
  readonly document: RoutingDocument | undefined
  /** Port of plain HTTP; known once started. */
  readonly port: number
  sums(): LedgerSums
  /** Connections that are open. */
  connections(): { readonly clients: number; readonly instances: number; readonly tunnels: number }
}

export const defaultClientLimits: ClientLimits = {
  headMs: 10_000,
  idleMs: 65_000,
  bodyIdleMs: 20_000,
  requestMs: 300_000,
  writeIdleMs: 60_000,
  maxHeadBytes: 16_384,
  maxHeaderFields: 100,
  maxRequests: 10_000,
}

/** A quiet connection of a gateway that goes has this long to ask once more. */
const QUIET_MS = 2_000

/** Sockets that were destroyed are gone a turn later. */
const CLOSE_MS = 1_000

export function createGateway(options: GatewayOptions): Gateway {
  const { log, metrics } = options
  const limits = { ...defaultClientLimits, ...options.limits }
  const deadlines = createDeadlines(options.tickMs ?? 50)
  const ledger = createLedger({ metrics, onClose: () => {} })
  const pools = createInstancePools({ deadlines })
  const tunnels = createTunnels({ deadlines })
  let current: CompiledDocument | undefined
  let draining = false

  const proxy = createProxy({
    ledger,
    log,
    deadlines,
    proxies: createTrustedProxies(options.trustedProxies ?? []),
    maxBodyBytes: options.maxBodyBytes ?? 16_777_216,
    current: () => current,
    tunnels,
  })
  const connections = createHttp1Connections({
    limits,
    deadlines,
    onRequest: (exchange) => proxy.handle(exchange),
    onMalformed({ address, error }) {
      const record = ledger.open()
      record.address = address
      record.status = error.status
      ledger.close(record, "malformed")
    },
    describe: (error) => errorJson(appErrorOf(error)),
    onFault: (error) => log.error({ error: messageOf(error) }, "a connection failed"),
    isDraining: () => draining,
  })
  const listener = createSocketListener({
    at: options.http,
    maxConnections: options.maxConnections ?? 10_000,
    onSocket: (socket) => connections.serve(plainSocket(socket)),
  })

  return {
    name: "gateway",
    apply(document) {
      current = compileDocument(document, current, { pools, random: Math.random })
    },
    get document() {
      return current?.document
    },
    get port() {
      return listener.port ?? 0
    },
    sums: () => ledger.sums(),
    connections: () => ({ clients: connections.size, instances: pools.size, tunnels: tunnels.size }),
    start: () => listener.listen(),
    async stop(signal) {
      draining = true
      await listener.stopAccepting()
      connections.drain(QUIET_MS)
      tunnels.end("notify")
      await untilEmpty(() => connections.size === 0, signal)
      connections.destroy()
      tunnels.end("close")
      pools.destroy()
      deadlines.stop()
      await untilEmpty(() => connections.size + pools.size === 0, AbortSignal.timeout(CLOSE_MS))
    },
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

const LOOK_EVERY_MS = 20

/** Looks until `isEmpty` or the signal's end. */
async function untilEmpty(isEmpty: () => boolean, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!isEmpty() && !signal.aborted) return
      clearInterval(timer)
      resolve()
    }
    const timer = setInterval(look, LOOK_EVERY_MS)
    look()
  })
}
