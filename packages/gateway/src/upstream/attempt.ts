// One try at one instance: its connection, its deadlines, and what it came to. It tells its owner; whether there is another
// try is the owner's decision.

import type { Socket } from "node:net"
import type { Deadlined, Deadlines } from "../deadlines.ts"
import type { ResponseHead } from "../http1/head.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { AttemptFailure } from "../types.ts"
import type { ResponseHandler, UpstreamConnection, UpstreamRequest } from "./upstream-connection.ts"

export interface AttemptOwner {
  onInform(attempt: UpstreamAttempt, status: number, headers: HeaderList): void
  onHead(attempt: UpstreamAttempt, head: ResponseHead): void
  onData(attempt: UpstreamAttempt, chunk: Buffer): void
  onEnd(attempt: UpstreamAttempt): void
  onFailure(attempt: UpstreamAttempt, failure: AttemptFailure): void
  onDrain(attempt: UpstreamAttempt): void
  onUpgrade(attempt: UpstreamAttempt, upgrade: { head: ResponseHead; socket: Socket; first: Buffer }): void
}

/** Milliseconds; 0 for none. */
export interface AttemptTimeouts {
  readonly connect: number
  readonly headers: number
  readonly idle: number
  /** When the whole exchange must be over, on `performance.now()`'s clock. */
  totalEnds: number
}

const NEVER = Number.POSITIVE_INFINITY

export class UpstreamAttempt implements ResponseHandler, Deadlined {
  readonly connection: UpstreamConnection
  readonly startedAt: number
  readonly reused: boolean
  deadline: number
  place = -1
  readonly #owner: AttemptOwner
  readonly #deadlines: Deadlines
  readonly #timeouts: AttemptTimeouts
  #phase: "connecting" | "waiting" | "answering" | "over"
  #paused = false

  constructor(
    connection: UpstreamConnection,
    deps: { owner: AttemptOwner; deadlines: Deadlines; timeouts: AttemptTimeouts },
  ) {
    this.connection = connection
    this.reused = connection.reused
    this.startedAt = performance.now()
    this.#owner = deps.owner
    this.#deadlines = deps.deadlines
    this.#timeouts = deps.timeouts
    this.#phase = connection.reused ? "waiting" : "connecting"
    const { connect, headers } = deps.timeouts
    this.deadline = this.#within(connection.reused ? headers : connect, this.startedAt)
    deps.deadlines.add(this)
  }

  get over(): boolean {
    return this.#phase === "over"
  }

  send(request: UpstreamRequest): boolean {
    return this.connection.send(request, this)
  }

  /** More of the request was sent: the time to the answer's head counts anew. */
  progress(): void {
    if (this.#phase === "waiting") this.deadline = this.#within(this.#timeouts.headers, performance.now())
  }

  /** The answer waits for the client, or not any more. While it waits, the instance is not to blame. */
  pause(): void {
    this.#paused = true
    this.connection.pause()
    this.deadline = this.#timeouts.totalEnds
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.connection.resume()
    this.deadline = this.#within(this.#timeouts.idle, performance.now())
  }

  /** Lets the total deadline go: this has become a stream. */
  unbound(): void {
    this.#timeouts.totalEnds = NEVER
    this.deadline = this.#within(this.#timeouts.idle, performance.now())
  }

  /** Ends it without telling the owner. */
  abandon(): void {
    if (this.#leave()) this.connection.destroy()
  }

  #within(ms: number, now: number): number {
    return Math.min(ms > 0 ? now + ms : NEVER, this.#timeouts.totalEnds)
  }

  #leave(): boolean {
    if (this.#phase === "over") return false
    this.#phase = "over"
    this.#deadlines.remove(this)
    return true
  }

  onDeadline(): void {
    const failure: AttemptFailure = this.#phase === "answering" ? "truncated" : "timeout"
    if (!this.#leave()) return
    this.connection.destroy()
    this.#owner.onFailure(this, failure)
  }

  connected(): void {
    if (this.#phase !== "connecting") return
    this.#phase = "waiting"
    this.deadline = this.#within(this.#timeouts.headers, performance.now())
  }

  inform(status: number, headers: HeaderList): void {
    this.#owner.onInform(this, status, headers)
  }

  head(head: ResponseHead): void {
    this.#phase = "answering"
    this.deadline = this.#within(this.#timeouts.idle, performance.now())
    this.#owner.onHead(this, head)
  }

  data(chunk: Buffer): void {
    if (this.#phase === "over") return
    if (!this.#paused) this.deadline = this.#within(this.#timeouts.idle, performance.now())
    this.#owner.onData(this, chunk)
  }

  ended(): void {
    if (this.#leave()) this.#owner.onEnd(this)
  }

  failed(failure: AttemptFailure): void {
    if (this.#leave()) this.#owner.onFailure(this, failure)
  }

  drained(): void {
    if (this.#phase !== "over") this.#owner.onDrain(this)
  }

  upgraded(head: ResponseHead, socket: Socket, first: Buffer): void {
    if (this.#leave()) this.#owner.onUpgrade(this, { head, socket, first })
  }
}
