// One HTTP/2 stream as the proxy sees it. Framing, flow control and header compression are Node's; the checks here are those
// that make its request safe to be written as HTTP/1.1.

import type { OutgoingHttpHeaders } from "node:http"
import type { ServerHttp2Stream } from "node:http2"
import type { Duplex } from "node:stream"
import type { Deadlined, Deadlines } from "../deadlines.ts"
import type { ClientLimits } from "../http1/http1-connection.ts"
import { fieldName } from "../http1/field-name.ts"
import type { HeaderList } from "../http1/header-list.ts"
import { headerValue } from "../http1/header-list.ts"
import { isAuthority, isMethod, isTarget } from "../http1/head.ts"
import { MessageError } from "../http1/message-error.ts"
import type { BodySink, Exchange, ExchangeListener, GoneReason } from "../proxy/exchange.ts"
import { NO_BODY } from "../proxy/exchange.ts"

export interface Http2Request {
  readonly method: string
  readonly target: string
  readonly authority: string
  readonly headers: HeaderList
  readonly bodyLength: number
}

const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** They frame an HTTP/1.1 message; in HTTP/2 they are forbidden (RFC 9113 8.2.2). */
const FORBIDDEN = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"])

/** Reads a stream's fields, `raw` in order with the pseudo fields. Throws `MessageError` for what must not be passed on. */
export function readHttp2Request(raw: readonly string[], endsWithHead: boolean): Http2Request {
  const pseudo = new Map<string, string>()
  const headers: HeaderList = []
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? ""
    const value = raw[i + 1] ?? ""
    if (name.startsWith(":")) {
      pseudo.set(name, value)
      continue
    }
    if (fieldName(name) !== name || FORBIDDEN.has(name))
      throw new MessageError(400, `the field ${name} is not allowed`)
    if (!VALUE.test(value)) throw new MessageError(400, "a header value has characters that are not allowed")
    headers.push(name, value)
  }
  const method = pseudo.get(":method") ?? ""
  if (method === "CONNECT") throw new MessageError(501, "CONNECT is not offered here")
  if (!isMethod(method)) throw new MessageError(400, "the method is not one in capitals")
  const target = pseudo.get(":path") ?? ""
  if (!isTarget(target) || !(target.startsWith("/") || (target === "*" && method === "OPTIONS"))) {
    throw new MessageError(400, "the path has characters that are not allowed")
  }
  return {
    method,
    target,
    authority: authorityOf(pseudo.get(":authority"), headers),
    headers,
    bodyLength: lengthOf(headers, endsWithHead),
  }
}

function authorityOf(pseudo: string | undefined, headers: HeaderList): string {
  const host = headerValue(headers, "host")
  const authority = pseudo ?? host ?? ""
  if (!isAuthority(authority)) throw new MessageError(400, "the authority is not a host")
  if (host !== undefined && host.toLowerCase() !== authority.toLowerCase()) {
    throw new MessageError(400, "the authority and the host field name two hosts")
  }
  return authority
}

function lengthOf(headers: HeaderList, endsWithHead: boolean): number {
  const length = headerValue(headers, "content-length")
  if (length !== undefined && !/^\d{1,15}$/.test(length))
    throw new MessageError(400, "content-length is not a number")
  if (endsWithHead) {
    if (length !== undefined && Number(length) > 0)
      throw new MessageError(400, "content-length without a body")
    return 0
  }
  return length === undefined ? -1 : Number(length)
}

export interface Http2ExchangeDeps {
  readonly remoteAddress: string
  readonly secure: boolean
  readonly limits: ClientLimits
  readonly deadlines: Deadlines
}

export class Http2Exchange implements Exchange, Deadlined {
  readonly method: string
  readonly target: string
  readonly authority: string
  readonly headers: HeaderList
  readonly httpVersion = "2"
  readonly bodyLength: number
  readonly upgrade = undefined
  readonly remoteAddress: string
  readonly secure: boolean
  deadline = Number.POSITIVE_INFINITY
  place = -1
  readonly #stream: ServerHttp2Stream
  readonly #deps: Http2ExchangeDeps
  #listener: ExchangeListener | undefined
  #bodyDone: boolean
  #ended = false
  #over = false

  constructor(stream: ServerHttp2Stream, request: Http2Request, deps: Http2ExchangeDeps) {
    this.#stream = stream
    this.#deps = deps
    this.method = request.method
    this.target = request.target
    this.authority = request.authority
    this.headers = request.headers
    this.bodyLength = request.bodyLength
    this.#bodyDone = request.bodyLength === 0
    this.remoteAddress = deps.remoteAddress
    this.secure = deps.secure
    deps.deadlines.add(this)
    // Without a reader, a stream that has no body would never be over.
    if (this.#bodyDone) stream.resume()
    stream.on("drain", () => {
      this.deadline = Number.POSITIVE_INFINITY
      if (!this.#over) this.#listener?.drained()
    })
    stream.on("finish", () => this.#finish())
    stream.on("error", () => {})
    stream.on("close", () => {
      if (this.#ended && stream.rstCode === NO_ERROR && stream.writableLength === 0) this.#finish()
      this.#gone("left")
    })
  }

  get unanswered(): boolean {
    return !this.#stream.headersSent && !this.#over
  }

  listen(listener: ExchangeListener): void {
    this.#listener = listener
  }

  readBody(sink: BodySink): void {
    if (this.#bodyDone) return sink.end()
    const ends = performance.now() + this.#deps.limits.requestMs
    const progress = (): void => {
      this.deadline = Math.min(performance.now() + this.#deps.limits.bodyIdleMs, ends)
    }
    if (headerValue(this.headers, "expect") !== undefined && !this.#stream.headersSent) {
      this.#stream.additionalHeaders({ ":status": 100 })
    }
    progress()
    this.#stream.on("data", (chunk: Buffer) => {
      progress()
      sink.data(chunk)
    })
    this.#stream.on("end", () => {
      this.#bodyDone = true
      this.deadline = Number.POSITIVE_INFINITY
      sink.end()
    })
  }

  pauseBody(): void {
    this.deadline = Number.POSITIVE_INFINITY
    this.#stream.pause()
  }

  resumeBody(): void {
    this.#stream.resume()
  }

  inform(status: number, headers: HeaderList): void {
    if (this.unanswered && status !== 101)
      this.#stream.additionalHeaders({ ":status": status, ...fieldsOf(headers) })
  }

  respond(status: number, headers: HeaderList, length: number): void {
    if (!this.unanswered || this.#stream.destroyed) return
    const fields: OutgoingHttpHeaders = { ":status": status, ...fieldsOf(headers) }
    if (length >= 0) fields["content-length"] = String(length)
    this.#stream.respond(fields, { endStream: length === NO_BODY || length === 0 })
    if (length === NO_BODY || length === 0) this.#ended = true
  }

  write(chunk: Buffer): boolean {
    if (this.#over || this.#ended || this.#stream.destroyed) return true
    const flowing = this.#stream.write(Buffer.from(chunk))
    if (!flowing) this.deadline = performance.now() + this.#deps.limits.writeIdleMs
    return flowing
  }

  end(): void {
    if (this.#ended) return this.#finishSoon()
    this.#ended = true
    this.deadline = performance.now() + this.#deps.limits.writeIdleMs
    this.#stream.end()
  }

  /** The head was the whole answer: there is nothing left to wait for. */
  #finishSoon(): void {
    queueMicrotask(() => this.#finish())
  }

  abort(): void {
    this.#stream.close(INTERNAL_ERROR)
  }

  takeOver(): { socket: Duplex; first: Buffer } | undefined {
    return undefined
  }

  onDeadline(): void {
    this.#gone("slow")
    this.#stream.close(this.#bodyDone ? CANCEL : ENHANCE_YOUR_CALM)
  }

  /** The connection is closing under it. */
  stop(): void {
    this.#gone("stopped")
  }

  #finish(): void {
    if (!this.#ended || !this.#leave()) return
    // The rest of a request that was answered early is of no use to anybody.
    if (!this.#bodyDone) this.#stream.close(NO_ERROR)
    this.#listener?.finished()
  }

  #gone(reason: GoneReason): void {
    if (this.#leave()) this.#listener?.gone(reason)
  }

  #leave(): boolean {
    if (this.#over) return false
    this.#over = true
    this.#deps.deadlines.remove(this)
    return true
  }
}

/** RFC 9113 7. */
const NO_ERROR = 0
const INTERNAL_ERROR = 2
const CANCEL = 8
const ENHANCE_YOUR_CALM = 11

function fieldsOf(headers: HeaderList): Record<string, number | string | string[]> {
  const fields: Record<string, number | string | string[]> = {}
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ""
    const value = headers[i + 1] ?? ""
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (Array.isArray(before)) before.push(value)
    else if (name === "set-cookie" || name === "link" || name === "vary" || name === "www-authenticate")
      fields[name] = [String(before), value]
    else fields[name] = `${before}, ${value}`
  }
  return fields
}
