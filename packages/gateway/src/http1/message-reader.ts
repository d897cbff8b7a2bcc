// Cuts a connection's bytes into messages: head, body data, end. One reader for requests and for answers. It can be held at
// a boundary (after a head, after a message); what has come meanwhile waits, in order.

import { ChunkReader } from "./chunk-reader.ts"
import type { Framing } from "./head.ts"
import { MessageError } from "./message-error.ts"

export interface MessageHandler {
  /** `text`: the head's lines with their CRLF. Answers how the body is framed. Throws `MessageError` to refuse. */
  onHead(text: string): { framing: Framing; length: number }
  onData(data: Buffer): void
  onEnd(): void
}

const LF = 10
const CR = 13
const HEAD_END = Buffer.from("\r\n\r\n")
const NOTHING = Buffer.alloc(0)

type State = "head" | "length" | "chunked" | "close" | "raw"

export class MessageReader {
  readonly #handler: MessageHandler
  readonly #maxHeadBytes: number
  /** What is fed is written over afterwards: what has to wait is copied. */
  readonly #transient: boolean
  #state: State = "head"
  /** What was not read yet: the beginning of a head, or everything while held. */
  #rest: Buffer = NOTHING
  #left = 0
  #chunks: ChunkReader | undefined
  #held = false
  #reading = false
  readonly #onChunkData: (data: Buffer) => void

  constructor(handler: MessageHandler, maxHeadBytes: number, transient = false) {
    this.#handler = handler
    this.#transient = transient
    this.#maxHeadBytes = maxHeadBytes
    this.#onChunkData = (data) => handler.onData(data)
  }

  /** Whether a message has begun and not ended. */
  get midMessage(): boolean {
    return this.#state !== "head" || this.#rest.length > 0
  }

  /** Bytes that wait because the reader is held. */
  get waiting(): number {
    return this.#held ? this.#rest.length : 0
  }

  hold(): void {
    this.#held = true
  }

  /** Goes on with what waits. */
  release(): void {
    if (!this.#held) return
    this.#held = false
    if (this.#reading || this.#rest.length === 0) return
    const rest = this.#rest
    this.#rest = NOTHING
    this.#read(rest)
  }

  /** Everything after the current head belongs to another protocol; gives up what waits. */
  takeRaw(): Buffer {
    const rest = this.#rest
    this.#rest = NOTHING
    this.#state = "raw"
    return rest
  }

  /** Throws `MessageError`; the connection is of no more use then. */
  feed(buffer: Buffer): void {
    if (this.#held || this.#reading) {
      this.#rest = this.#rest.length === 0 ? this.#kept(buffer) : Buffer.concat([this.#rest, buffer])
      return
    }
    if (this.#rest.length === 0) return this.#read(buffer)
    const whole = Buffer.concat([this.#rest, buffer])
    this.#rest = NOTHING
    this.#read(whole)
  }

  /** The peer has ended its side. True when that ended a message properly, or none was open. */
  finish(): boolean {
    if (this.#state === "close") {
      this.#state = "head"
      this.#handler.onEnd()
      return true
    }
    return !this.midMessage
  }

  #read(buffer: Buffer): void {
    this.#reading = true
    try {
      let at = 0
      while (at < buffer.length && !this.#held) {
        const before = at
        at = this.#step(buffer, at)
        if (at === before && this.#state === "head") break
        if (this.#state === "raw") break
      }
      if (at < buffer.length) {
        const rest = at === 0 ? buffer : buffer.subarray(at)
        this.#rest = this.#rest.length === 0 ? this.#kept(rest) : Buffer.concat([rest, this.#rest])
      }
    } finally {
      this.#reading = false
    }
  }

  #kept(bytes: Buffer): Buffer {
    return this.#transient ? Buffer.from(bytes) : bytes
  }

  #step(buffer: Buffer, at: number): number {
    switch (this.#state) {
      case "head":
        return this.#readHead(buffer, at)
      case "length": {
        const end = Math.min(buffer.length, at + this.#left)
        this.#left -= end - at
        this.#handler.onData(at === 0 && end === buffer.length ? buffer : buffer.subarray(at, end))
        if (this.#left === 0) this.#end()
        return end
      }
      case "chunked": {
        const chunks = (this.#chunks ??= new ChunkReader())
        const end = chunks.read(buffer, at, this.#onChunkData)
        if (chunks.done) {
          this.#chunks = undefined
          this.#end()
        }
        return end
      }
      case "close":
        this.#handler.onData(at === 0 ? buffer : buffer.subarray(at))
        return buffer.length
      case "raw":
        return at
    }
  }

  #end(): void {
    this.#state = "head"
    this.#handler.onEnd()
  }

  #readHead(buffer: Buffer, from: number): number {
    // One empty line before a message is tolerated (RFC 9112 2.2).
    const at = buffer[from] === CR && buffer[from + 1] === LF ? from + 2 : from
    const end = buffer.indexOf(HEAD_END, at)
    if ((end < 0 ? buffer.length : end) - at > this.#maxHeadBytes) {
      throw new MessageError(431, "the head is too long")
    }
    if (end < 0) {
      refuseBareLineFeed(buffer, at)
      return from
    }
    const { framing, length } = this.#handler.onHead(buffer.toString("latin1", at, end + 2))
    // Taking the connection over for another protocol happens inside onHead.
    if (this.#isRaw()) return end + 4
    switch (framing) {
      case "none":
        this.#end()
        break
      case "length":
        this.#state = "length"
        this.#left = length
        break
      case "chunked":
        this.#state = "chunked"
        break
      case "close":
        this.#state = "close"
        break
    }
    return end + 4
  }

  #isRaw(): boolean {
    return this.#state === "raw"
  }
}

/** A head that ends its lines with LF alone would wait for its end for ever. */
function refuseBareLineFeed(buffer: Buffer, from: number): void {
  for (let at = buffer.indexOf(LF, from); at >= 0; at = buffer.indexOf(LF, at + 1)) {
    if (at === from || buffer[at - 1] !== CR) throw new MessageError(400, "a line ends in a bare LF")
  }
}
