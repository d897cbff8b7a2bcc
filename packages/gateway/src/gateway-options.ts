// What a gateway is made of and what it tells: its options with their defaults, its interface, its state. Types and defaults only.

import type { ConnectionOptions } from "node:tls"
import type { Log, Metrics, Part } from "@aviary/kit"
import type { AccessLog } from "./access-log/access-log.ts"
import type { RoutingDocument } from "./document/routing-document.ts"
import type { TlsSetting } from "./http1/arrivals.ts"
import type { ClientLimits } from "./http1/http1-connection.ts"
import type { ListenAt, ListeningHandle } from "./http1/http1-listener.ts"
import type { Identification } from "./identity/identification.ts"
import type { LedgerSums } from "./ledger/ledger.ts"
import type { LocalAnswers } from "./proxy/local-answers.ts"
import type { InstanceHealth } from "./proxy/service-health.ts"
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
