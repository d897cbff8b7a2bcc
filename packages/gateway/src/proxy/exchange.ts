// A request and its answer as the proxy sees them, whatever HTTP version the client speaks. The listeners implement it; the
// proxy drives it and never touches a client's socket otherwise.

import type { Duplex } from "node:stream"
import type { HeaderList } from "../http1/header-list.ts"

/** For `respond`: the answer has no body and `headers` says itself what Content-Length is (HEAD, 204, 304). */
export const NO_BODY = -2
/** For `respond`: how long the body is becomes known at its end. */
export const UNKNOWN_LENGTH = -1

export interface BodySink {
  data(chunk: Buffer): void
  end(): void
}

/** What the client's side tells. Each is called on a later turn than the call that caused it, except `gone`. */
export interface ExchangeListener {
  /** What was written has left; more is welcome. */
  drained(): void
  /** The client left, broke the protocol, or was too slow. Comes once, and nothing after it. */
  gone(reason: GoneReason): void
  /** The answer was handed over whole. Comes once, and nothing after it. */
  finished(): void
}

/** `malformed`: the body could not be read; `slow`: a client's deadline passed; `left`: it closed; `stopped`: we did. */
export type GoneReason = "left" | "malformed" | "slow" | "stopped"

export interface Exchange {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Host as sent, with a port where there is one. */
  readonly authority: string
  readonly headers: HeaderList
  readonly httpVersion: "1.0" | "1.1" | "2"
  /** 0 without a body; -1 when it is not known before. */
  readonly bodyLength: number
  /** The protocol an upgrade asks for, e.g. `websocket`. */
  readonly upgrade: string | undefined
  /** The connection's other end, or what the PROXY protocol said of it. */
  readonly remoteAddress: string
  readonly secure: boolean
  /** Nothing was answered yet. */
  readonly unanswered: boolean

  listen(listener: ExchangeListener): void
  /** Lets the body come, after `100 Continue` where the client waits for it. Once. */
  readBody(sink: BodySink): void
  pauseBody(): void
  resumeBody(): void
  /** An answer of 1xx, before `respond`. Dropped where the client cannot understand it. */
  inform(status: number, headers: HeaderList): void
  /** The answer's head. `length`: bytes of the body, `UNKNOWN_LENGTH` or `NO_BODY`. `headers` without framing fields. */
  respond(status: number, headers: HeaderList, length: number): void
  /** False: wait for `drained`. The chunk may be written over after the call. */
  write(chunk: Buffer): boolean
  end(): void
  /** Cuts the client off: what was sent must not be taken for whole. */
  abort(): void
  /** Answers 101 and gives the connection up; undefined where that is not possible. */
  takeOver(headers: HeaderList): { socket: Duplex; first: Buffer } | undefined
}
