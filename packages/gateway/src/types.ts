// What all parts of the gateway speak of: an instance, a request as decisions see it, how a request ended. Types and their
// value lists only; nothing here does anything.

/** A process that answers requests. Either `host` and `port`, or `socketPath`. */
export interface Instance {
  /** Unique among all upstreams, e.g. `social-1`. */
  readonly id: string
  /** The release it runs, e.g. `2026-07-28.1`; the unit of splits and of counters. */
  readonly release: string
  readonly host?: string | undefined
  readonly port?: number | undefined
  /** Path of a Unix socket. */
  readonly socketPath?: string | undefined
  /** Share of requests against its neighbours, above 0; default 1. */
  readonly weight: number
  /** Speak TLS to it, showing the gateway's certificate. Absent: plain. */
  readonly tls?: InstanceTls | undefined
}

export interface InstanceTls {
  /** The name its certificate must carry; default its host. */
  readonly serverName?: string | undefined
}

/** A request as routing, limits, splits and the cache see it. Lazy: what is not asked for is not parsed. */
export interface RequestView {
  /** Upper case, as sent. */
  readonly method: string
  /** As sent, percent-encoding kept, without the query; starts with `/`, or is `*`. */
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
  /** Lower case, without the port; IPv6 in brackets. */
  readonly host: string
  /** The client's address: the connection's, or what a trusted proxy says. IPv4 mapped into IPv6 is unwrapped. */
  readonly address: string
  /** Whether the client came by TLS. */
  readonly secure: boolean
  /** The value of a header by its lower-case name; repeated ones joined by `, `. */
  header(name: string): string | undefined
  /** The value of a cookie, as sent. */
  cookie(name: string): string | undefined
}

/**
 * How an accepted request ended. Each ends in exactly one; the ledger's sums hold it.
 *
 * - `answered`: an instance's answer arrived whole at the client.
 * - `cached`: the cache answered.
 * - `local`: the gateway answered by a rule (redirect, CORS preflight, ACME challenge, health).
 * - `no_route`: no route matched (404).
 * - `malformed`: unreadable or ambiguous (400, 408, 431, 501, 505).
 * - `too_large`: the body was over the route's limit (413).
 * - `limited`: a rate limit refused (429).
 * - `shed`: concurrency, bulkhead or shedding refused (503).
 * - `no_instance`: nothing to send it to, or the breaker is open (503).
 * - `upstream_failed`: no instance gave a usable answer (502).
 * - `upstream_timeout`: no instance answered in time (504).
 * - `broken_answer`: an answer had begun and could not be finished; the client's connection was cut.
 * - `client_gone`: the client left before its answer was complete.
 * - `upgraded`: became a tunnel (WebSocket), which has ended.
 * - `stopped`: the gateway was stopped before it was done.
 * - `internal`: a fault of the gateway (500).
 */
export const outcomes = [
  "answered",
  "cached",
  "local",
  "no_route",
  "malformed",
  "too_large",
  "limited",
  "shed",
  "no_instance",
  "upstream_failed",
  "upstream_timeout",
  "broken_answer",
  "client_gone",
  "upgraded",
  "stopped",
  "internal",
] as const

export type Outcome = (typeof outcomes)[number]

/** What one try at an instance came to; fed to health, breaker, concurrency and balancing. */
export interface Attempt {
  readonly instance: Instance
  /** The answer's status; absent when none came. */
  readonly status?: number | undefined
  readonly failure?: AttemptFailure | undefined
  /** From sending to the answer's head, milliseconds. */
  readonly latencyMs: number
}

/**
 * - `connect`: no connection (nothing was sent).
 * - `reset`: the connection ended before an answer's first byte.
 * - `timeout`: connect, header or try timeout.
 * - `garbage`: the answer could not be read.
 * - `truncated`: the answer ended before its end.
 */
export type AttemptFailure = "connect" | "reset" | "timeout" | "garbage" | "truncated"
