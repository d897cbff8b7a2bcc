// The gateway, wired: listeners → proxy → instances, with its ledger. The only place that sees all parts; it decides nothing.

import type { ConnectionOptions } from "node:tls"
import type { Log, Metrics, Part } from "@aviary/kit"
import { AppError, messageOf } from "@aviary/kit"
import type { AccessLog } from "./access-log/access-log.ts"
import { createDeadlines } from "./deadlines.ts"
import type { RoutingDocument } from "./document/routing-document.ts"
import type { ClientLimits } from "./http1/http1-connection.ts"
import type { TlsSetting } from "./http1/arrivals.ts"
import { createArrivals } from "./http1/arrivals.ts"
import { createHttp1Connections, createSocketListener } from "./http1/http1-listener.ts"
import type { ListenAt, ListeningHandle } from "./http1/http1-listener.ts"
import { createHttp2Connections } from "./http2/http2-connections.ts"
import type { MessageError } from "./http1/message-error.ts"
import type { Identification } from "./identity/identification.ts"
import { createLocalLimiter } from "./limit/limiter.ts"
import type { LocalAnswers } from "./proxy/local-answers.ts"
import type { LedgerSums } from "./ledger/ledger.ts"
import { createLedger } from "./ledger/ledger.ts"
import { errorJson } from "./proxy/answer.ts"
import type { CompiledDocument } from "./proxy/compiled-document.ts"
import { compileDocument } from "./proxy/compiled-document.ts"
import type { Exchange } from "./proxy/exchange.ts"
import type { InstanceHealth } from "./proxy/service-health.ts"
import type { HealthEvent, ServiceRuntime } from "./proxy/service-runtime.ts"
import { createProxy } from "./proxy/proxy.ts"
import { createTrustedProxies } from "./proxy/trusted-proxies.ts"
import { createTunnels } from "./proxy/tunnels.ts"
import { createInstancePools } from "./upstream/instance-pools.ts"
import type { RequestView } from "./types.ts"

export interface GatewayOptions {
  /** Where plain HTTP is listened for. */
  readonly http: ListenAt
  /** Where TLS is, with HTTP/2 and HTTP/1.1; its certificates are for the options to choose (`SNICallback`). */
  readonly https?: { readonly at: ListenAt; readonly tls: TlsSetting } | undefined
  /** Trusted proxies begin each connection with a PROXY protocol header; default false. */
  readonly proxyProtocol?: boolean
  /** Addresses or CIDR ranges whose forwarding headers are believed; default none. */
  readonly trustedProxies?: readonly string[]
  /** Bytes of a request's body where its route says nothing; default 16 MiB. */
  readonly maxBodyBytes?: number
  /** Client connections at most; default 10,000. */
  readonly maxConnections?: number
  readonly limits?: Partial<ClientLimits>
  /** How late a timeout may be noticed, milliseconds; default 50. */
  readonly tickMs?: number
  /** Knows who asks; without it tokens go to instances as they came. */
  readonly identification?: Pick<Identification, "known" | "identify"> | undefined
  /** Answers before any route. */
  readonly localAnswers?: LocalAnswers | undefined
  /** `Strict-Transport-Security` of a host's answers; undefined where none belongs. */
  readonly hstsFor?: ((request: Pick<RequestView, "host" | "secure">) => string | undefined) | undefined
  /** Gets a line for each request that ended. */
  readonly accessLog?: Pick<AccessLog, "add"> | undefined
  /** The gateway's certificate and the authority of instances that speak TLS. */
  readonly instanceTls?: (() => ConnectionOptions) | undefined
  readonly metrics: Metrics
  readonly log: Log
}

export interface Gateway extends Part {
  /** Puts a document in force, at once and whole. Fails with `gateway.document_outdated` below the current version. */
  apply(document: RoutingDocument): void
  /** Drops kept answers; how many. */
  purge(what: readonly string[] | "all"): number
  /** Takes no new connections; those that are open end after their answers. */
  drain(): Promise<void>
  /** Why it cannot serve; undefined when it can. */
  problem(): string | undefined
  status(): GatewayStatus
  /** Listening sockets by name, for the process that keeps them. */
  listeners(): Readonly<Record<string, ListeningHandle | undefined>>
  readonly document: RoutingDocument | undefined
  /** Port of plain HTTP; known once started. */
  readonly port: number
  /** Port of TLS; 0 without. */
  readonly tlsPort: number
  sums(): LedgerSums
  /** Connections that are open. */
  connections(): { readonly clients: number; readonly instances: number; readonly tunnels: number }
}

export interface GatewayStatus {
  readonly version: number | undefined
  readonly draining: boolean
  readonly ledger: LedgerSums
  readonly connections: ReturnType<Gateway["connections"]>
  readonly services: Readonly<Record<string, ServiceStatus>>
}

export interface ServiceStatus {
  readonly breaker: string | undefined
  readonly places: { readonly running: number; readonly waiting: number; readonly limit: number }
  readonly panicking: boolean
  readonly instances: readonly (InstanceHealth & { readonly inFlight: number; readonly eligible: boolean })[]
}

const defaultClientLimits: ClientLimits = {
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
  const ledger = createLedger({
    metrics,
    onClose: (record, outcome, seconds) => options.accessLog?.add(record, outcome, seconds),
  })
  const pools = createInstancePools({ deadlines, tlsOptions: options.instanceTls })
  const tunnels = createTunnels({ deadlines })
  const streams = new Set<() => void>()
  const healthEvents = metrics.counters({
    name: "aviary_gateway_health_events_total",
    help: "Instances that were found unhealthy or ejected, and that came back.",
    labels: ["service", "instance", "what", "reason"],
  })
  const onHealth = ({ service, instance, what, reason = "" }: HealthEvent): void => {
    healthEvents.with({ service, instance, what, reason }).inc()
    log.info({ service, instance, reason }, `instance ${what}`)
  }
  const limiter = createLocalLimiter({ random: Math.random })
  let current: CompiledDocument | undefined
  let draining = false

  const proxies = createTrustedProxies(options.trustedProxies ?? [])
  const proxy = createProxy({
    ledger,
    log,
    deadlines,
    proxies,
    maxBodyBytes: options.maxBodyBytes ?? 16_777_216,
    current: () => current,
    limiter,
    identification: options.identification,
    localAnswers: options.localAnswers,
    hstsFor: options.hstsFor,
    tunnels,
    streams,
    random: Math.random,
  })
  const clientDeps = {
    limits,
    deadlines,
    onRequest: (exchange: Exchange) => proxy.handle(exchange),
    onMalformed({ address, error }: { address: string; error: MessageError }) {
      const record = ledger.open()
      record.address = address
      record.status = error.status
      ledger.close(record, "malformed")
    },
    describe: (error: MessageError) => errorJson(appErrorOf(error)),
    onFault: (error: unknown) => log.error({ error: messageOf(error) }, "a connection failed"),
    isDraining: () => draining,
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
  const clients = (): number => http1.size + http2.size + arrivals.pending
  const connections = () => ({ clients: clients(), instances: pools.size, tunnels: tunnels.size })

  async function drain(): Promise<void> {
    draining = true
    await Promise.all([listener.stopAccepting(), tlsListener?.stopAccepting()])
    http1.drain(QUIET_MS)
    http2.drain()
  }

  return {
    name: "gateway",
    apply(document) {
      const version = current?.document.version ?? 0
      if (document.version < version) {
        throw new AppError("gateway.document_outdated", { version: document.version, current: version })
      }
      const drained = newlyDraining(current?.document, document)
      current = compileDocument(document, current, {
        pools,
        deadlines,
        limiter,
        onHealth,
        random: Math.random,
      })
      for (const { id, how } of drained) if (how !== "hold") tunnels.end(how, id)
    },
    purge(what) {
      let purged = 0
      for (const { cache } of current?.routes ?? []) {
        purged += (what === "all" ? cache?.purgeAll() : cache?.purge(what)) ?? 0
      }
      return purged
    },
    drain,
    problem() {
      if (draining) return "it is draining"
      if (!current) return "it has no routing document"
      for (const [name, upstream] of current.upstreams) {
        const members = upstream.balancer(undefined)?.members() ?? []
        if (!members.some(({ eligible, draining: leaving }) => eligible && !leaving))
          return `${name} has no instance`
      }
      return undefined
    },
    status: () => ({
      version: current?.document.version,
      draining,
      ledger: ledger.sums(),
      connections: connections(),
      services: Object.fromEntries(
        [...(current?.upstreams ?? [])].map(([name, one]) => [name, statusOf(one)]),
      ),
    }),
    listeners: () => ({ http: listener.handle, https: tlsListener?.handle }),
    get document() {
      return current?.document
    },
    get port() {
      return listener.port ?? 0
    },
    get tlsPort() {
      return tlsListener?.port ?? 0
    },
    sums: () => ledger.sums(),
    connections,
    async start() {
      await listener.listen()
      try {
        await tlsListener?.listen()
      } catch (error) {
        if (options.https?.at.optional !== true) throw error
        log.warn({ error: messageOf(error) }, "no HTTPS: its port cannot be listened on")
      }
    },
    async stop(signal) {
      await drain()
      tunnels.end("notify")
      for (const end of streams) end()
      await untilEmpty(() => clients() === 0, signal)
      http1.destroy()
      http2.destroy()
      arrivals.destroy()
      tunnels.end("close")
      for (const upstream of current?.upstreams.values() ?? []) upstream.stop()
      pools.destroy()
      deadlines.stop()
      await untilEmpty(() => clients() + pools.size === 0, AbortSignal.timeout(CLOSE_MS))
    },
  }
}

function statusOf(upstream: ServiceRuntime): ServiceStatus {
  const balancer = upstream.balancer(undefined)
  return {
    breaker: upstream.breaker?.state(performance.now()),
    places: upstream.places.load(),
    panicking: balancer?.panicking() ?? false,
    instances: upstream.health.states().map((health) => {
      const member = balancer?.member(health.id)
      return { ...health, inFlight: member?.inFlight ?? 0, eligible: member?.eligible ?? false }
    }),
  }
}

/** Instances that this document drains or takes away and the one before did not, and what becomes of their tunnels. */
function newlyDraining(before: RoutingDocument | undefined, after: RoutingDocument) {
  const leaving: { id: string; how: "notify" | "close" | "hold" }[] = []
  for (const [name, service] of Object.entries(before?.services ?? {})) {
    const next = after.services[name]
    for (const { id, draining } of service.instances) {
      if (draining) continue
      const now = next?.instances.find((instance) => instance.id === id)
      if (!now || now.draining) leaving.push({ id, how: (next ?? service).drain.websocket })
    }
  }
  return leaving
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
