// Reads a chunked body (RFC 9112 7.1), strictly: sizes of at most eight hex digits followed by CRLF, extensions bounded and
// ignored, trailers bounded, checked and dropped. Every line ends in CRLF; anything else is an error.

import { fieldName } from "./field-name.ts"
import { MessageError } from "./message-error.ts"

const CR = 13
const LF = 10
const LONGEST_SIZE_LINE = 256
const LONGEST_TRAILERS = 8_192
/** Hex digits, then extensions `;name` or `;name=value` without any blank, which is what smuggling is made of. */
const SIZE_LINE =
  /^([0-9A-Fa-f]{1,8})(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"[\t\x20\x21\x23-\x5b\x5d-\x7e]*"))?)*$/
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** They say where the message goes, who sends it and where it ends (RFC 9110 6.5.1). */
const NEVER_TRAILING = new Set([
  "authorization",
  "connection",
  "content-length",
  "cookie",
  "host",
  "transfer-encoding",
  "upgrade",
])

type State = "size" | "data" | "data-cr" | "data-lf" | "trailer" | "done"

export class ChunkReader {
  #state: State = "size"
  #line = ""
  #left = 0
  #trailerBytes = 0

  get done(): boolean {
    return this.#state === "done"
  }

  /** Reads from `from`; gives data to `onData`. Returns where it stopped: the buffer's end, or behind the body's end. */
  read(buffer: Buffer, from: number, onData: (data: Buffer) => void): number {
    let at = from
    while (at < buffer.length && this.#state !== "done") {
      switch (this.#state) {
        case "size":
        case "trailer":
          at = this.#readLine(buffer, at)
          break
        case "data": {
          const end = Math.min(buffer.length, at + this.#left)
          this.#left -= end - at
          if (this.#left === 0) this.#state = "data-cr"
          onData(buffer.subarray(at, end))
          at = end
          break
        }
        case "data-cr":
          if (buffer[at] !== CR) throw new MessageError(400, "a chunk does not end where its size says")
          this.#state = "data-lf"
          at += 1
          break
        case "data-lf":
          if (buffer[at] !== LF) throw new MessageError(400, "a chunk does not end where its size says")
          this.#state = "size"
          at += 1
          break
      }
    }
    return at
  }

  #readLine(buffer: Buffer, from: number): number {
    const lineFeed = buffer.indexOf(LF, from)
    const end = lineFeed < 0 ? buffer.length : lineFeed + 1
    this.#line += buffer.toString("latin1", from, end)
    const limit = this.#state === "size" ? LONGEST_SIZE_LINE : LONGEST_TRAILERS
    if (this.#line.length > limit) throw new MessageError(400, "a line of the chunked body is too long")
    if (lineFeed < 0) return end
    if (!this.#line.endsWith("\r\n"))
      throw new MessageError(400, "a line of the chunked body ends in a bare LF")
    const line = this.#line.slice(0, -2)
    this.#line = ""
    if (this.#state === "size") this.#takeSize(line)
    else this.#takeTrailer(line)
    return end
  }

  #takeSize(line: string): void {
    const size = SIZE_LINE.exec(line)?.[1]
    if (size === undefined) throw new MessageError(400, "a chunk's size is not a hexadecimal number")
    this.#left = Number.parseInt(size, 16)
    this.#state = this.#left === 0 ? "trailer" : "data"
  }

  #takeTrailer(line: string): void {
    if (line === "") {
      this.#state = "done"
      return
    }
    this.#trailerBytes += line.length + 2
    if (this.#trailerBytes > LONGEST_TRAILERS) throw new MessageError(431, "the trailers are too long")
    const colon = line.indexOf(":")
    const name = fieldName(line.slice(0, Math.max(colon, 0)))
    if (name !== undefined && NEVER_TRAILING.has(name)) {
      throw new MessageError(400, `the trailer ${name} belongs in the head`)
    }
    if (name === undefined || !FIELD_VALUE.test(line.slice(colon + 1))) {
      throw new MessageError(400, "a trailer is not `name: value`")
    }
  }
}
