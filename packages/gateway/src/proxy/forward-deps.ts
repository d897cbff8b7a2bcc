// What forwarding one request needs, and whom it tells. Types only.

import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { FillVerdict, KeptAnswer } from "../cache/cache-verdict.ts"
import type { Deadlines } from "../deadlines.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { RequestRecord } from "../ledger/ledger.ts"
import type { AttemptFailure, Outcome } from "../types.ts"
import type { Exchange } from "./exchange.ts"
import type { Target, Upstream } from "./upstream.ts"

export interface ForwardDeps {
  readonly exchange: Exchange
  readonly upstream: Upstream
  readonly record: RequestRecord
  readonly deadlines: Deadlines
  /** The request's head for an instance. */
  readonly requestText: () => string
  readonly retries: RetryDecider
  /** Milliseconds from its beginning that the request waits for an instance where there is none; 0 for not at all. */
  readonly waitForInstance: number
  /** The same where there are instances and all of their connections are in use. */
  readonly waitForConnection: number
  /** Largest body, bytes. */
  readonly maxBodyBytes: number
  /** Changes the answer's fields: header rules, CORS, sticky cookie, request id. `headers` may be changed in place. */
  readonly onAnswer: (status: number, headers: HeaderList, target: Target) => void
  /** Fields of the gateway's own answers. */
  readonly ownHeaders: () => HeaderList
  readonly onAttempt: (target: Target, result: string) => void
  /** Milliseconds until a second copy is sent while there is no answer; undefined for none. */
  readonly hedgeAfter: () => number | undefined
  /** The copy may be sent now. */
  readonly mayHedge: () => boolean
  /** Follows the answer for the cache; undefined where it has no part. */
  readonly tap: AnswerTap | undefined
  /** The answer has become a stream of events or a tunnel: it counts as no load any more. `end` ends a stream politely. */
  readonly onStream: (end: (() => void) | undefined) => void
  /** The answer's head has come, or no answer will. Once. */
  readonly onHead: (failed: boolean) => void
  readonly onTunnel: (tunnel: TunnelEnds, done: () => void) => void
  readonly onEnd: (outcome: Outcome) => void
}

export interface TunnelEnds {
  readonly client: Duplex
  readonly instance: Socket
  readonly firstOfClient: Buffer
  readonly firstOfInstance: Buffer
  readonly target: Target
}

/** As the cache's `Fill`. */
export interface AnswerTap {
  head(status: number, headers: HeaderList): FillVerdict
  data(chunk: Buffer): void
  end(): void
  fail(): KeptAnswer | undefined
}

export interface RetryDecider {
  /** Whether what failed may be sent again. Takes from the budget when it says yes. */
  mayRetry(at: RetryQuestion): boolean
}

export interface RetryQuestion {
  /** Tries so far. */
  readonly attempts: number
  /** A status, or how the try failed. */
  readonly cause: AttemptFailure | number
  /** Nothing of the request reached an instance. */
  readonly unsent: boolean
  /** The connection had served before, and ended without a byte: most likely it was being closed. */
  readonly reused: boolean
}
