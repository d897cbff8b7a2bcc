// One request on an HTTP/1.1 connection, and the writing of its answer. Belongs to its connection, which tells it of body
// data, of drained writes and of the client's leaving.

import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { BodySink, Exchange, ExchangeListener, GoneReason } from "../proxy/exchange.ts"
import { NO_BODY, UNKNOWN_LENGTH } from "../proxy/exchange.ts"
import type { RequestHead } from "./head.ts"
import { headerLines } from "./header-list.ts"
import type { HeaderList } from "./header-list.ts"
import { statusLine } from "./status-line.ts"
import type { WriteTogether } from "./write-slab.ts"

/** What an exchange needs of its connection. */
export interface ExchangeOwner {
  readonly socket: Socket
  readonly remoteAddress: string
  readonly secure: boolean
  readonly writeTogether: WriteTogether
  /** Goes with every write of an answer; undefined where writes leave in their turn. */
  readonly onTaken: (() => void) | undefined
  /** Whether the connection may serve another request after this one. */
  staysOpen(): boolean
  /** Lets a held body come. */
  releaseBody(): void
  pauseBody(): void
  resumeBody(): void
  /** The answer is written whole, though perhaps not sent. `keep`: another request may follow. */
  answered(keep: boolean): void
  /** The client takes less than it is given. */
  stalled(): void
  cut(): void
  takeOver(): { socket: Duplex; first: Buffer }
}

const LAST_CHUNK = "0\r\n\r\n"
export class Http1Exchange implements Exchange {
  readonly method: string
  readonly target: string
  readonly authority: string
  readonly headers: HeaderList
  readonly httpVersion: "1.0" | "1.1"
  readonly bodyLength: number
  readonly upgrade: string | undefined
  readonly #owner: ExchangeOwner
  readonly #expectContinue: boolean
  readonly #keepAlive: boolean
  #listener: ExchangeListener | undefined
  #sink: BodySink | undefined
  #head: string | undefined
  #chunked = false
  #keep = true
  #expected = NO_BODY
  #written = 0
  #state: "open" | "headed" | "ended" | "over" = "open"
  bodyDone: boolean

  constructor(owner: ExchangeOwner, head: RequestHead) {
    this.#owner = owner
    this.method = head.method
    this.target = head.target
    this.authority = head.authority
    this.headers = head.headers
    this.httpVersion = head.http10 ? "1.0" : "1.1"
    this.bodyLength = head.framing === "none" ? 0 : head.length
    this.upgrade = head.upgrade
    this.#expectContinue = head.expectContinue
    this.#keepAlive = head.keepAlive
    this.bodyDone = head.framing === "none"
  }

  get remoteAddress(): string {
    return this.#owner.remoteAddress
  }

  get secure(): boolean {
    return this.#owner.secure
  }

  get unanswered(): boolean {
    return this.#state === "open"
  }

  listen(listener: ExchangeListener): void {
    this.#listener = listener
  }

  readBody(sink: BodySink): void {
    this.#sink = sink
    if (this.bodyDone) return sink.end()
    if (this.#expectContinue && this.#state === "open")
      this.#owner.socket.write("HTTP/1.1 100 Continue\r\n\r\n", "latin1")
    this.#owner.releaseBody()
  }

  pauseBody(): void {
    this.#owner.pauseBody()
  }

  resumeBody(): void {
    this.#owner.resumeBody()
  }

  inform(status: number, headers: HeaderList): void {
    if (this.#state !== "open" || this.httpVersion === "1.0") return
    this.#owner.socket.write(`${statusLine(status)}${headerLines(headers)}\r\n`, "latin1")
  }

  respond(status: number, headers: HeaderList, length: number): void {
    if (this.#state !== "open") return
    this.#state = "headed"
    this.#expected = length
    this.#chunked = length === UNKNOWN_LENGTH && this.httpVersion === "1.1"
    this.#keep =
      this.#keepAlive &&
      this.#owner.staysOpen() &&
      (length !== UNKNOWN_LENGTH || this.#chunked) &&
      this.bodyDone
    let head = statusLine(status) + headerLines(headers)
    if (length >= 0) head += `content-length: ${length}\r\n`
    else if (this.#chunked) head += "transfer-encoding: chunked\r\n"
    if (!this.#keep) head += "connection: close\r\n"
    else if (this.httpVersion === "1.0") head += "connection: keep-alive\r\n"
    this.#head = `${head}\r\n`
    // An answer whose body takes its time (a stream of events) shows its head at once.
    queueMicrotask(() => this.#flushHead())
  }

  #flushHead(): void {
    if (this.#head === undefined || this.#state === "over") return
    const head = this.#head
    this.#head = undefined
    this.#owner.socket.write(head, "latin1", this.#owner.onTaken)
  }

  write(chunk: Buffer): boolean {
    if (this.#state !== "headed") return true
    if (this.#expected === NO_BODY || chunk.length === 0) return true
    this.#written += chunk.length
    if (this.#expected >= 0 && this.#written > this.#expected) {
      this.abort()
      return true
    }
    let front = this.#head ?? ""
    this.#head = undefined
    if (this.#chunked) front += `${chunk.length.toString(16)}\r\n`
    const flowing = this.#owner.writeTogether(front, chunk, this.#chunked ? "\r\n" : "")
    if (!flowing) this.#owner.stalled()
    return flowing
  }

  end(): void {
    if (this.#state !== "headed") return
    // Fewer bytes than were announced: the client must not wait for the rest, nor take this for whole.
    if (this.#expected >= 0 && this.#written < this.#expected) return this.abort()
    this.#state = "ended"
    const last = (this.#head ?? "") + (this.#chunked ? LAST_CHUNK : "")
    this.#head = undefined
    if (last !== "") this.#owner.socket.write(last, "latin1", this.#owner.onTaken)
    // A body that came whole while the answer was written no longer stands in the way.
    this.#owner.answered(this.#keep)
  }

  abort(): void {
    if (this.#state === "over") return
    this.#head = undefined
    this.#owner.cut()
  }

  takeOver(headers: HeaderList): { socket: Duplex; first: Buffer } | undefined {
    if (this.#state !== "open") return undefined
    this.#state = "over"
    this.#owner.socket.write(`${statusLine(101)}${headerLines(headers)}\r\n`, "latin1")
    return this.#owner.takeOver()
  }

  // Called by the connection.

  bodyData(chunk: Buffer): void {
    this.#sink?.data(chunk)
  }

  bodyEnd(): void {
    this.bodyDone = true
    this.#sink?.end()
  }

  drained(): void {
    if (this.#state === "headed") this.#listener?.drained()
  }

  gone(reason: GoneReason): void {
    if (this.#state === "over") return
    this.#state = "over"
    this.#listener?.gone(reason)
  }

  finished(): void {
    if (this.#state === "over") return
    this.#state = "over"
    this.#listener?.finished()
  }
}
