// A client's HTTP/1.1 connection: reads requests one after the other, hands each over as an exchange, and holds the client
// to its deadlines. Requests that are sent ahead wait (pipelining). It never guesses: what cannot be read ends the
// connection with an answer that says why.
//
// States of the connection, and what leaves each:
//   idle      no request begun            → reading (first byte), closed (idle deadline, drain)
//   reading   a head is arriving          → busy (head whole), closed (deadline: 408; unreadable: 4xx)
//   busy      an exchange is open         → idle (answered), lingering (answered, not kept), tunnel (upgrade), closed
//   lingering answered and half-closed; what still comes is thrown away, so that the answer is not reset → closed
//   tunnel    belongs to somebody else    → closed
//   closed

import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { Deadlined, Deadlines } from "../deadlines.ts"
import type { Exchange } from "../proxy/exchange.ts"
import { parseRequestHead } from "./head.ts"
import type { Framing } from "./head.ts"
import { Http1Exchange } from "./http1-exchange.ts"
import type { ExchangeOwner } from "./http1-exchange.ts"
import { MessageError } from "./message-error.ts"
import type { MessageHandler } from "./message-reader.ts"
import { MessageReader } from "./message-reader.ts"
import { createWriteTogether } from "./write-slab.ts"
import type { WriteTogether } from "./write-slab.ts"

/** Milliseconds, bytes and counts that a client is held to. */
export interface ClientLimits {
  /** A head must be whole within this time of its first byte; default 10,000. */
  readonly headMs: number
  /** A connection without a request is closed after this; default 65,000. */
  readonly idleMs: number
  /** Between two pieces of a request's body; default 20,000. */
  readonly bodyIdleMs: number
  /** A request must be whole within this time of its head; default 300,000. */
  readonly requestMs: number
  /** A client that takes nothing of its answer for this long is cut off; default 60,000. */
  readonly writeIdleMs: number
  readonly maxHeadBytes: number
  readonly maxHeaderFields: number
  /** Requests of one connection; default 10,000. */
  readonly maxRequests: number
}

/** What the connections of clients are given, whatever HTTP version they speak. */
export interface ClientDeps {
  readonly limits: ClientLimits
  readonly deadlines: Deadlines
  /** A request's head has arrived. Must call `exchange.listen` before it returns. */
  onRequest(exchange: Exchange): void
  /** A request whose head could not be read, and so never became an exchange; the connection answers it and closes. */
  onMalformed(at: { address: string; error: MessageError }): void
  /** The JSON that such a client is told. */
  describe(error: MessageError): string
  /** A bug; the connection is gone. */
  onFault(error: unknown): void
  /** The gateway takes no new requests: answers tell their clients to come back over another connection. */
  isDraining(): boolean
}

export interface ConnectionDeps extends ClientDeps {
  onClose(connection: Http1Connection): void
}

const LINGER_MS = 1_000
const LINGER_BYTES = 1_048_576

export class Http1Connection implements ExchangeOwner, MessageHandler, Deadlined {
  readonly socket: Socket
  readonly remoteAddress: string
  readonly secure: boolean
  readonly writeTogether: WriteTogether
  readonly onTaken: (() => void) | undefined
  deadline: number
  place = -1
  readonly #deps: ConnectionDeps
  readonly #reader: MessageReader
  #exchange: Http1Exchange | undefined
  #state: "idle" | "reading" | "busy" | "lingering" | "tunnel" | "closed" = "idle"
  #requests = 0
  #requestEnds = 0
  #lingered = 0
  #keep = false
  /** The answer was written whole and has not left. */
  #leaving = false
  #bodyPaused = false
  /** Set when the gateway goes: how long a quiet connection stays. */
  #quietMs = Number.POSITIVE_INFINITY

  constructor(socket: Socket, at: { address: string; secure: boolean }, deps: ConnectionDeps) {
    this.socket = socket
    this.remoteAddress = at.address
    this.secure = at.secure
    this.#deps = deps
    // Over TLS no write leaves in its turn, so it is asked about; elsewhere few do not, and asking costs a turn.
    this.onTaken = at.secure ? () => this.#onTaken() : undefined
    this.writeTogether = createWriteTogether(socket, this.onTaken)
    this.#reader = new MessageReader(this, deps.limits.maxHeadBytes)
    // The first head counts from the connection's start: a connection that says nothing is slow, too.
    this.deadline = performance.now() + deps.limits.headMs
    deps.deadlines.add(this)
    socket.setNoDelay(true)
    socket.on("data", (chunk: Buffer) => this.#onBytes(chunk))
    socket.on("end", () => this.#onEnd())
    socket.on("drain", () => this.#onDrain())
    socket.on("error", () => {})
    socket.on("close", () => this.#onClosed())
  }

  /** Bytes that were read before this object was made. */
  begin(first: Buffer): void {
    if (first.length > 0) this.#onBytes(first)
  }

  /**
   * Closes after the next answer. A quiet connection has `quietMs` to ask once more, and is told `connection: close` then:
   * closed at once, it could cross a request on its way. One whose answer was under way is as quiet after it, since its
   * answer may have begun before and not have told.
   */
  drain(quietMs: number): void {
    this.#quietMs = quietMs
    if (this.#state === "idle") this.deadline = Math.min(this.deadline, performance.now() + quietMs)
  }

  /** Ends it now. */
  destroy(): void {
    this.#exchange?.gone("stopped")
    this.socket.destroy()
  }

  get busy(): boolean {
    return this.#state === "busy" || this.#state === "reading" || this.#state === "tunnel"
  }

  #onBytes(chunk: Buffer): void {
    switch (this.#state) {
      case "closed":
        return
      case "lingering":
        this.#lingered += chunk.length
        if (this.#lingered > LINGER_BYTES) this.socket.destroy()
        return
      case "idle":
        this.#state = "reading"
        this.deadline = performance.now() + this.#deps.limits.headMs
        break
      case "busy":
        if (this.#exchange && !this.#exchange.bodyDone) this.#bodyProgress()
        break
      default:
    }
    try {
      this.#reader.feed(chunk)
    } catch (error) {
      return this.#refuse(error)
    }
    // Requests sent ahead are left in the kernel, not in our memory.
    if (this.#reader.waiting > 0 && this.#isBusy()) this.socket.pause()
    this.#noteHeadBegun()
  }

  #isBusy(): boolean {
    return this.#state === "busy"
  }

  /** Behind an answered request, the beginning of the next one has the deadline of a head. */
  #noteHeadBegun(): void {
    if (this.#state !== "idle" || !this.#reader.midMessage) return
    this.#state = "reading"
    this.deadline = performance.now() + this.#deps.limits.headMs
  }

  #bodyProgress(): void {
    this.deadline = Math.min(performance.now() + this.#deps.limits.bodyIdleMs, this.#requestEnds)
  }

  // The reader's side.

  onHead(text: string): { framing: Framing; length: number } {
    const head = parseRequestHead(text, this.#deps.limits.maxHeaderFields)
    this.#state = "busy"
    this.#requests += 1
    if (head.framing === "none") this.deadline = Number.POSITIVE_INFINITY
    else {
      this.#requestEnds = performance.now() + this.#deps.limits.requestMs
      // Whether the body is wanted is for the proxy to say.
      this.#reader.hold()
      this.deadline = Number.POSITIVE_INFINITY
    }
    const exchange = new Http1Exchange(this, head)
    this.#exchange = exchange
    this.#bodyPaused = false
    if (head.framing === "none") this.#reader.hold()
    this.#deps.onRequest(exchange)
    return head
  }

  onData(data: Buffer): void {
    this.#exchange?.bodyData(data)
  }

  onEnd(): void {
    const exchange = this.#exchange
    if (!exchange) return
    this.#reader.hold()
    if (exchange.bodyDone) return
    this.deadline = Number.POSITIVE_INFINITY
    exchange.bodyEnd()
  }

  // The exchange's side.

  staysOpen(): boolean {
    return this.#requests < this.#deps.limits.maxRequests && !this.#deps.isDraining()
  }

  releaseBody(): void {
    this.#bodyProgress()
    this.socket.resume()
    // Not on the caller's stack: the caller is often still setting up what the body flows into.
    queueMicrotask(() => {
      try {
        if (this.#state === "busy" && this.#exchange?.bodyDone === false) this.#reader.release()
        // The beginning of the body may have come with the head, and waited.
        if (!this.#bodyPaused) this.socket.resume()
      } catch (error) {
        this.#refuse(error)
      }
    })
  }

  pauseBody(): void {
    this.#bodyPaused = true
    this.deadline = Number.POSITIVE_INFINITY
    this.socket.pause()
  }

  resumeBody(): void {
    this.#bodyPaused = false
    if (this.#exchange && !this.#exchange.bodyDone) this.#bodyProgress()
    this.socket.resume()
  }

  answered(keep: boolean): void {
    this.#keep = keep
    if (this.socket.writableLength === 0) return this.#settle()
    this.stalled()
    this.#leaving = true
    if (!this.onTaken) this.socket.write("", () => this.#onTaken())
  }

  #onTaken(): void {
    if (this.#leaving && this.socket.writableLength === 0) this.#settle()
  }

  stalled(): void {
    this.deadline = performance.now() + this.#deps.limits.writeIdleMs
  }

  /** The answer has left. */
  #settle(): void {
    const exchange = this.#exchange
    this.#leaving = false
    if (!exchange || this.#state !== "busy") return
    this.#exchange = undefined
    exchange.finished()
    if (!this.#keep) return this.#finishSocket()
    this.#state = "idle"
    this.deadline = performance.now() + Math.min(this.#deps.limits.idleMs, this.#quietMs)
    // The next request may be here already; a new stack, so that a long row of them cannot exhaust this one.
    if (this.#reader.waiting > 0) setImmediate(() => this.#next())
    else {
      this.#reader.release()
      if (this.socket.isPaused()) this.socket.resume()
    }
  }

  #next(): void {
    if (this.#state !== "idle") return
    this.#state = "reading"
    this.deadline = performance.now() + this.#deps.limits.headMs
    try {
      this.#reader.release()
    } catch (error) {
      return this.#refuse(error)
    }
    if (this.#reader.waiting === 0) this.socket.resume()
  }

  cut(): void {
    if (this.secure) this.socket.destroy()
    else this.socket.resetAndDestroy()
  }

  takeOver(): { socket: Duplex; first: Buffer } {
    this.#state = "tunnel"
    this.deadline = Number.POSITIVE_INFINITY
    this.#deps.deadlines.remove(this)
    const first = this.#reader.takeRaw()
    this.socket.removeAllListeners("data")
    this.socket.removeAllListeners("end")
    this.socket.removeAllListeners("drain")
    this.#exchange = undefined
    return { socket: this.socket, first }
  }

  // Ends.

  onDeadline(): void {
    switch (this.#state) {
      case "idle":
        return this.#finishSocket()
      case "reading":
        return this.#refuse(new MessageError(408, "the request took too long to arrive"))
      case "busy":
        return this.#onSlowClient()
      default:
        this.socket.destroy()
    }
  }

  #onSlowClient(): void {
    const exchange = this.#exchange
    if (exchange && !exchange.bodyDone && exchange.unanswered) {
      exchange.gone("slow")
      this.#exchange = undefined
      return this.#refuse(new MessageError(408, "the request's body took too long to arrive"), true)
    }
    exchange?.gone("slow")
    this.cut()
  }

  #refuse(thrown: unknown, counted = false): void {
    if (!(thrown instanceof MessageError)) {
      this.socket.destroy()
      this.#deps.onFault(thrown)
      return
    }
    const open = this.#exchange
    const answerable = open === undefined || open.unanswered
    open?.gone("malformed")
    this.#exchange = undefined
    this.#reader.hold()
    if (!answerable) return this.cut()
    if (!counted && open === undefined) this.#deps.onMalformed({ address: this.remoteAddress, error: thrown })
    const body = this.#deps.describe(thrown)
    this.socket.write(
      `HTTP/1.1 ${thrown.status} ${REASONS[thrown.status]}\r\ncontent-type: application/json; charset=utf-8\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
    this.#finishSocket()
  }

  /** Ends our side and reads on for a moment: closing with unread bytes would reset the answer away. */
  #finishSocket(): void {
    this.#state = "lingering"
    this.deadline = performance.now() + LINGER_MS
    this.socket.end()
    this.socket.resume()
  }

  #onEnd(): void {
    switch (this.#state) {
      case "idle":
      case "lingering":
        this.socket.end()
        return
      case "reading":
        // Half a head and then nothing: there is nobody to answer.
        this.socket.destroy()
        return
      case "busy":
        this.socket.destroy()
        return
      default:
    }
  }

  #onDrain(): void {
    if (this.#state !== "busy" || !this.#exchange) return
    if (this.#exchange.bodyDone) this.deadline = Number.POSITIVE_INFINITY
    else this.#bodyProgress()
    this.#exchange.drained()
  }

  #onClosed(): void {
    if (this.#state === "closed") return
    this.#state = "closed"
    this.#deps.deadlines.remove(this)
    this.#exchange?.gone("left")
    this.#exchange = undefined
    this.#deps.onClose(this)
  }
}

const REASONS = {
  400: "Bad Request",
  408: "Request Timeout",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
  501: "Not Implemented",
  505: "HTTP Version Not Supported",
} as const satisfies Record<MessageError["status"], string>
