// A connection to an instance: sends one request at a time and reads its answer, strictly. It tells how it failed in the
// words that decide whether a request may be sent again. It never decides that itself.
//
// States: busy (a request is open) → idle (the answer came whole and both sides keep the connection) → busy …; closed
// from either, and raw (the instance switched protocols; the socket belongs to the tunnel).

import type { Socket } from "node:net"
import { parseResponseHead } from "../http1/head.ts"
import type { Framing, ResponseHead } from "../http1/head.ts"
import type { HeaderList } from "../http1/header-list.ts"
import { MessageError } from "../http1/message-error.ts"
import { MessageReader } from "../http1/message-reader.ts"
import type { MessageHandler } from "../http1/message-reader.ts"
import type { AttemptFailure } from "../types.ts"

/** Who sent the request. After `ended`, `failed` or `upgraded` nothing more is called. */
export interface ResponseHandler {
  /** The connection stands; what was written is on its way. Not called for a reused one. */
  connected(): void
  inform(status: number, headers: HeaderList): void
  head(head: ResponseHead): void
  data(chunk: Buffer): void
  ended(): void
  failed(failure: AttemptFailure): void
  /** The instance takes more of the request's body. */
  drained(): void
  upgraded(head: ResponseHead, socket: Socket, first: Buffer): void
}

export interface UpstreamRequest {
  /** The head, whole. */
  readonly text: string
  /** The answer has no body whatever its head says: HEAD. */
  readonly bodiless: boolean
  readonly body: "none" | "length" | "chunked"
}

export interface ConnectionOwner {
  /** It can take another request. */
  onIdle(connection: UpstreamConnection): void
  onClosed(connection: UpstreamConnection): void
}

const MAX_HEAD_BYTES = 65_536
const MAX_FIELDS = 200
const NO_FRAME = { framing: "none", length: 0 } as const
const INTERIM_AT_MOST = 20

export class UpstreamConnection implements MessageHandler {
  readonly socket: Socket
  readonly #owner: ConnectionOwner
  readonly #reader: MessageReader
  #handler: ResponseHandler | undefined
  #bodiless = false
  #chunked = false
  #bodySent = true
  #answerEnded = false
  #head: ResponseHead | undefined
  #keep = true
  #connected: boolean
  #closed = false
  #handedOver = false
  #interim = 0
  /** A request was answered over it before. */
  reused = false
  /** When it became idle, on `performance.now()`'s clock. */
  idleSince = 0
  /** What the instance says it keeps an unused connection for, milliseconds; Infinity when it says nothing. */
  keepAliveHint = Number.POSITIVE_INFINITY

  /** `open` gives it a socket; where that is read by `onBytes` itself, it takes what is given no longer than the call. */
  constructor(
    open: (onBytes: (bytes: Buffer) => boolean) => Socket,
    owner: ConnectionOwner,
    connectEvent: "connect" | "secureConnect",
  ) {
    const socket = open((bytes) => this.#onSharedBytes(bytes))
    this.socket = socket
    this.#owner = owner
    this.#connected = false
    this.#reader = new MessageReader(this, MAX_HEAD_BYTES, connectEvent === "connect")
    socket.setNoDelay(true)
    socket.once(connectEvent, () => {
      this.#connected = true
      this.#handler?.connected()
    })
    socket.on("data", (chunk: Buffer) => this.#onBytes(chunk))
    socket.on("drain", () => this.#handler?.drained())
    socket.on("end", () => this.#onEnd())
    socket.on("error", () => {})
    socket.on("close", () => this.#onClosed())
  }

  /** Bytes of an answer have come. */
  get answering(): boolean {
    return this.#head !== undefined || this.#reader.midMessage
  }

  get usable(): boolean {
    return !this.#closed && !this.socket.destroyed && this.socket.writable
  }

  send(request: UpstreamRequest, handler: ResponseHandler): boolean {
    this.#handler = handler
    this.#bodiless = request.bodiless
    this.#chunked = request.body === "chunked"
    this.#bodySent = request.body === "none"
    this.#answerEnded = false
    this.#head = undefined
    this.#interim = 0
    return this.socket.write(request.text, "latin1")
  }

  /** False: wait for `drained`. */
  writeBody(chunk: Buffer): boolean {
    if (this.#closed || chunk.length === 0) return true
    if (!this.#chunked) return this.socket.write(chunk)
    this.socket.cork()
    this.socket.write(`${chunk.length.toString(16)}\r\n`, "latin1")
    this.socket.write(chunk)
    const flowing = this.socket.write("\r\n", "latin1")
    this.socket.uncork()
    return flowing
  }

  endBody(): void {
    if (this.#bodySent) return
    this.#bodySent = true
    if (this.#chunked && !this.#closed) this.socket.write("0\r\n\r\n", "latin1")
    if (this.#answerEnded) this.#finish()
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  /** Closes it, and tells nobody. */
  destroy(): void {
    this.#handler = undefined
    this.socket.destroy()
  }

  // The reader's side.

  onHead(text: string): { framing: Framing; length: number } {
    const head = parseResponseHead(text, MAX_FIELDS, this.#bodiless)
    if (!this.#handler) throw new MessageError(400, "an answer to nothing")
    if (head.status === 101) {
      this.#head = head
      // What follows is no HTTP; `#onBytes` hands it over.
      this.#reader.takeRaw()
      return NO_FRAME
    }
    if (head.status < 200) {
      this.#interim += 1
      if (this.#interim > INTERIM_AT_MOST) throw new MessageError(400, "too many interim answers")
      if (head.status !== 100) this.#handler.inform(head.status, head.headers)
      return NO_FRAME
    }
    this.#head = head
    this.#keep = head.keepAlive
    this.#handler.head(head)
    return head
  }

  onData(data: Buffer): void {
    this.#handler?.data(data)
  }

  onEnd(): void {
    if (this.#head === undefined) return
    this.#answerEnded = true
    // An answer that comes before the request was sent whole: the rest of the request is of no use to anybody.
    this.#finish()
  }

  #finish(): void {
    const handler = this.#handler
    const whole = this.#bodySent
    const head = this.#head
    this.#handler = undefined
    this.#head = undefined
    if (this.#keep && whole && this.usable) {
      if (this.socket.isPaused()) this.socket.resume()
      this.reused = true
      this.idleSince = performance.now()
      if (head) this.#noteKeepAlive(head)
      this.#owner.onIdle(this)
    } else this.socket.destroy()
    handler?.ended()
  }

  #noteKeepAlive(head: ResponseHead): void {
    for (let i = 0; i < head.headers.length; i += 2) {
      if (head.headers[i] !== "keep-alive") continue
      const seconds = /(?:^|[,\s])timeout=(\d{1,5})/.exec(head.headers[i + 1] ?? "")?.[1]
      if (seconds !== undefined) this.keepAliveHint = Number(seconds) * 1_000
    }
  }

  #onSharedBytes(bytes: Buffer): boolean {
    // Another protocol's bytes: whoever has the socket now reads it like any other.
    if (this.#handedOver) return this.socket.push(Buffer.from(bytes))
    this.#onBytes(bytes)
    return !this.socket.isPaused()
  }

  #onBytes(chunk: Buffer): void {
    if (this.#handler === undefined) {
      // An instance that speaks unasked: what it says must not become the next request's answer.
      this.socket.destroy()
      return
    }
    try {
      this.#reader.feed(chunk)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      return this.#fail(this.#head ? "truncated" : "garbage")
    }
    if (this.#head?.status === 101) this.#handOver(this.#head)
    else if (this.#handler === undefined && this.#reader.midMessage) this.socket.destroy()
  }

  #handOver(head: ResponseHead): void {
    const handler = this.#handler
    this.#handler = undefined
    this.#handedOver = true
    const first = this.#reader.takeRaw()
    this.socket.removeAllListeners("data")
    this.socket.removeAllListeners("drain")
    this.socket.removeAllListeners("end")
    handler?.upgraded(head, this.socket, first)
  }

  #onEnd(): void {
    if (this.#handler && this.#head && this.#reader.finish()) return
    this.#fail(this.#failureOfEnd())
  }

  #failureOfEnd(): AttemptFailure {
    if (!this.#connected) return "connect"
    if (this.#head) return "truncated"
    return this.#reader.midMessage ? "garbage" : "reset"
  }

  #fail(failure: AttemptFailure): void {
    const handler = this.#handler
    this.#handler = undefined
    this.socket.destroy()
    handler?.failed(failure)
  }

  #onClosed(): void {
    if (this.#closed) return
    this.#closed = true
    this.#owner.onClosed(this)
    if (this.#handler) this.#fail(this.#failureOfEnd())
  }
}
