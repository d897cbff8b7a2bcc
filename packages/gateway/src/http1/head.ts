// Reads the head of an HTTP/1.1 message (RFC 9112), strictly: what two readers could understand in two ways is refused
// (request smuggling). No folded lines, no bare CR or LF, no space before a colon, one Content-Length or one
// `Transfer-Encoding: chunked` and never both. Text in, values out; nothing here touches a socket.

import { fieldName } from "./field-name.ts"
import type { HeaderList } from "./header-list.ts"
import { listsToken } from "./header-list.ts"
import { knownLine, learnLine } from "./known-lines.ts"
import type { FieldLine } from "./known-lines.ts"
import { MessageError } from "./message-error.ts"

/** How the body's end is found. `close`: at the end of the connection, answers only. */
export type Framing = "none" | "length" | "chunked" | "close"

export interface RequestHead {
  readonly method: string
  /** Origin form; `*` for OPTIONS. */
  readonly target: string
  readonly http10: boolean
  readonly headers: HeaderList
  /** As sent, with a port where there is one. */
  readonly authority: string
  readonly framing: "none" | "length" | "chunked"
  /** Bytes of the body; -1 where they are not known before. */
  readonly length: number
  readonly keepAlive: boolean
  /** A WebSocket is asked for, by a request that is made for that. All other protocols are not offered. */
  readonly upgrade: "websocket" | undefined
  readonly expectContinue: boolean
}

export interface ResponseHead {
  readonly status: number
  readonly headers: HeaderList
  readonly framing: Framing
  readonly length: number
  readonly keepAlive: boolean
}

interface Fields {
  headers: HeaderList
  host: string | undefined
  length: number
  chunked: boolean
  connection: string | undefined
  upgrade: string | undefined
  expect: string | undefined
}

/** No control characters; CR and LF too stand nowhere but at the end of a line. */
const VISIBLE = /^[\t\x20-\x7e\x80-\xff]*$/
/** Visible ASCII without `#`: a fragment is never sent, and who strips it disagrees with who does not. */
const TARGET = /^[!"$-~]+$/
const AUTHORITY = /^(?:[A-Za-z0-9\-._~%!$&'()*+,;=]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/
/** 15 digits: below 2^53, far above any body. */
const LENGTH = /^\d{1,15}$/
/** Methods are tokens of any case; all that are in use are capitals, and others are only seen in attacks. */
const METHOD = /^[A-Z][A-Z-]{0,23}$/

export function isMethod(text: string): boolean {
  return METHOD.test(text)
}

export function isTarget(text: string): boolean {
  return TARGET.test(text)
}

/** A host with or without a port. */
export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text)
}

/** `text`: the head with the CRLF of its last line, without the empty line. `maxFields` bounds the field lines. */
export function parseRequestHead(text: string, maxFields: number): RequestHead {
  const lineEnd = text.indexOf("\r\n")
  const methodEnd = text.indexOf(" ")
  const targetEnd = text.indexOf(" ", methodEnd + 1)
  if (methodEnd < 1 || targetEnd < 0 || targetEnd > lineEnd) {
    throw new MessageError(400, "the request line is not `METHOD target HTTP/1.1`")
  }
  const method = text.slice(0, methodEnd)
  if (!isMethod(method)) throw new MessageError(400, "the method is not one in capitals")
  const http10 = readVersion(text.slice(targetEnd + 1, lineEnd))
  const fields = parseFields(text, lineEnd + 2, maxFields)
  if (http10 && fields.chunked) throw new MessageError(400, "Transfer-Encoding in HTTP/1.0")
  const place = readTarget(method, text.slice(methodEnd + 1, targetEnd), fields.host, http10)
  return {
    method,
    target: place.target,
    http10,
    headers: fields.headers,
    authority: place.authority,
    framing: fields.chunked ? "chunked" : fields.length > 0 ? "length" : "none",
    length: fields.chunked ? -1 : Math.max(fields.length, 0),
    keepAlive: staysOpen(http10, fields.connection),
    upgrade: !http10 && method === "GET" ? upgradeOf(fields) : undefined,
    expectContinue: readExpect(fields.expect) && !http10,
  }
}

function upgradeOf({ upgrade, connection, chunked, length }: Fields): "websocket" | undefined {
  const asked = upgrade?.toLowerCase() === "websocket" && listsToken(connection, "upgrade")
  return asked && !chunked && length <= 0 ? "websocket" : undefined
}

function readVersion(version: string): boolean {
  if (version === "HTTP/1.1") return false
  if (version === "HTTP/1.0") return true
  if (/^HTTP\/\d(\.\d)?$/.test(version))
    throw new MessageError(505, `the version ${version} is not spoken here`)
  throw new MessageError(400, "the request line does not end in HTTP/1.1")
}

function readExpect(expect: string | undefined): boolean {
  if (expect === undefined) return false
  if (expect.toLowerCase() !== "100-continue") throw new MessageError(400, "Expect is not 100-continue")
  return true
}

/** Origin form, `*`, or absolute form, whose authority must be the Host field's (RFC 9112 3.2). */
function readTarget(
  method: string,
  target: string,
  host: string | undefined,
  http10: boolean,
): { target: string; authority: string } {
  if (host === undefined && !http10) throw new MessageError(400, "the Host field is missing")
  if (host !== undefined && host !== "" && !AUTHORITY.test(host)) {
    throw new MessageError(400, "the Host field is not a host")
  }
  if (method === "CONNECT") throw new MessageError(501, "CONNECT is not offered here")
  if (!TARGET.test(target)) throw new MessageError(400, "the target has characters that are not allowed")
  if (target.charCodeAt(0) === 47) return { target, authority: host ?? "" }
  if (target === "*" && method === "OPTIONS") return { target, authority: host ?? "" }
  const absolute = /^https?:\/\/([^/?]+)([/?].*)?$/i.exec(target)
  const authority = absolute?.[1]
  if (authority === undefined || !AUTHORITY.test(authority)) {
    throw new MessageError(400, "the target is neither a path nor a URL")
  }
  if (host !== undefined && host.toLowerCase() !== authority.toLowerCase()) {
    throw new MessageError(400, "the target and the Host field name two hosts")
  }
  const rest = absolute?.[2] ?? "/"
  return { target: rest.startsWith("/") ? rest : `/${rest}`, authority }
}

function staysOpen(http10: boolean, connection: string | undefined): boolean {
  if (connection === undefined) return !http10
  if (listsToken(connection, "close")) return false
  return !http10 || listsToken(connection, "keep-alive")
}

/** `bodiless`: the answer to a HEAD request. */
export function parseResponseHead(text: string, maxFields: number, bodiless: boolean): ResponseHead {
  const lineEnd = text.indexOf("\r\n")
  const status = text.startsWith(USUAL_STATUS) ? 200 : readStatus(text.slice(0, lineEnd + 1))
  const http10 = text.charCodeAt(7) === 48
  const fields = parseFields(text, lineEnd + 2, maxFields)
  if (http10 && fields.chunked) throw new MessageError(400, "Transfer-Encoding in HTTP/1.0")
  const empty = bodiless || status === 204 || status === 304 || status < 200
  const framing: Framing = empty
    ? "none"
    : fields.chunked
      ? "chunked"
      : fields.length < 0
        ? "close"
        : fields.length === 0
          ? "none"
          : "length"
  return {
    status,
    headers: fields.headers,
    framing,
    length: framing === "length" ? fields.length : framing === "none" ? 0 : -1,
    keepAlive: framing !== "close" && staysOpen(http10, fields.connection),
  }
}

const USUAL_STATUS = "HTTP/1.1 200 OK\r\n"

/** `HTTP/1.1 200 OK`, the reason may be missing. `text` ends with the line's CR. */
function readStatus(text: string): number {
  const minor = text.charCodeAt(7)
  const after = text.charCodeAt(12)
  const status =
    (text.charCodeAt(9) - 48) * 100 + (text.charCodeAt(10) - 48) * 10 + (text.charCodeAt(11) - 48)
  const wellFormed =
    text.startsWith("HTTP/1.") &&
    (minor === 48 || minor === 49) &&
    text.charCodeAt(8) === 32 &&
    (after === 32 || after === 13) &&
    /^\d{3}$/.test(text.slice(9, 12)) &&
    VISIBLE.test(text.slice(0, -1)) &&
    status >= 100
  if (!wellFormed) throw new MessageError(400, "the status line is not `HTTP/1.1 200 OK`")
  return status
}

function parseFields(text: string, from: number, maxFields: number): Fields {
  const headers: HeaderList = []
  const fields: Fields = {
    headers,
    host: undefined,
    length: -1,
    chunked: false,
    connection: undefined,
    upgrade: undefined,
    expect: undefined,
  }
  for (let at = from; at < text.length;) {
    const end = text.indexOf("\r\n", at)
    if (headers.length >= maxFields * 2) throw new MessageError(431, "too many header fields")
    const { name, value } = knownLine(text, at, end) ?? readLine(text, at, end)
    headers.push(name, value)
    noteField(fields, name, value)
    at = end + 2
  }
  if (fields.chunked && fields.length >= 0) {
    throw new MessageError(400, "both Content-Length and Transfer-Encoding")
  }
  return fields
}

function readLine(text: string, from: number, end: number): FieldLine {
  const colon = text.indexOf(":", from)
  if (colon <= from || colon > end) throw new MessageError(400, "a header line is not `name: value`")
  const name = fieldName(text.slice(from, colon))
  if (name === undefined) throw new MessageError(400, "a header name is not a token")
  const line = { name, value: trimmed(text, colon + 1, end) }
  if (!VISIBLE.test(line.value)) throw new MessageError(400, "the head has characters that are not allowed")
  learnLine(text, from, end, line)
  return line
}

/** The text between `from` and `to` without spaces and tabs at its ends. */
function trimmed(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

/** Remembers the fields that the message's limits and the connection hang on. */
function noteField(fields: Fields, name: string, value: string): void {
  switch (name) {
    case "host":
      if (fields.host !== undefined) throw new MessageError(400, "more than one Host field")
      fields.host = value
      return
    case "content-length":
      if (fields.length >= 0) throw new MessageError(400, "more than one Content-Length")
      if (!LENGTH.test(value)) throw new MessageError(400, "Content-Length is not a number")
      fields.length = Number(value)
      return
    case "transfer-encoding":
      if (fields.chunked) throw new MessageError(400, "more than one Transfer-Encoding")
      if (value.toLowerCase() !== "chunked") {
        throw new MessageError(501, "the only Transfer-Encoding spoken here is chunked")
      }
      fields.chunked = true
      return
    case "connection":
      fields.connection = fields.connection === undefined ? value : `${fields.connection},${value}`
      return
    case "upgrade":
      fields.upgrade = fields.upgrade === undefined ? value : `${fields.upgrade},${value}`
      return
    case "expect":
      fields.expect = value
      return
    default:
  }
}
