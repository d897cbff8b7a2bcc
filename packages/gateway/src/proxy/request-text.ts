// Writes the head of the request to an instance: the client's fields without what is not theirs to say, and what the gateway
// knows about the client. Text out; nothing here is sent.

import type { HeaderList } from "../http1/header-list.ts"
import { connectionNamed, isDroppedFromRequest } from "./hop-by-hop.ts"

export interface RequestTextInput {
  readonly method: string
  /** Path and query, rewritten. */
  readonly target: string
  /** Host for the instance. */
  readonly authority: string
  readonly headers: HeaderList
  /** The connection's other end: the client, or the nearest trusted proxy. */
  readonly remoteAddress: string
  /** What `remoteAddress` said about those behind it, where it is believed. */
  readonly forwardedFor: string | undefined
  readonly forwarded: string | undefined
  readonly client: { readonly secure: boolean; readonly authority: string }
  readonly requestId: string
  readonly traceparent: string
  /** Bytes of the body; -1: chunked; 0: none. */
  readonly bodyLength: number
  /** Methods that mean a body say `content-length: 0` where there is none. */
  readonly upgrade: string | undefined
  /** More fields for the instance: identity, header rules. Names in lower case. */
  readonly extra: HeaderList
  /** Fields of the client's that are not passed on. */
  readonly without: ReadonlySet<string> | undefined
}

export function requestText(input: RequestTextInput): string {
  const { headers, without } = input
  const named = connectionNamed(headers)
  let text = `${input.method} ${input.target} HTTP/1.1\r\nhost: ${input.authority}\r\n`
  let cookie: string | undefined
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ""
    if (isDroppedFromRequest(name) || named?.has(name) || without?.has(name)) continue
    // HTTP/2 sends cookies as several fields; HTTP/1.1 has one.
    if (name === "cookie") cookie = cookie === undefined ? headers[i + 1] : `${cookie}; ${headers[i + 1]}`
    else text += `${name}: ${headers[i + 1]}\r\n`
  }
  if (cookie !== undefined) text += `cookie: ${cookie}\r\n`
  text += forwardingLines(input)
  for (let i = 0; i < input.extra.length; i += 2) text += `${input.extra[i]}: ${input.extra[i + 1]}\r\n`
  return `${text}${framingLine(input)}\r\n`
}

function framingLine({ upgrade, bodyLength, method }: RequestTextInput): string {
  if (upgrade !== undefined) return `connection: upgrade\r\nupgrade: ${upgrade}\r\n`
  if (bodyLength > 0) return `content-length: ${bodyLength}\r\n`
  if (bodyLength < 0) return "transfer-encoding: chunked\r\n"
  return method === "POST" || method === "PUT" || method === "PATCH" ? "content-length: 0\r\n" : ""
}

function forwardingLines(input: RequestTextInput): string {
  const { remoteAddress, client, forwardedFor: before, forwarded: forwardedBefore } = input
  const proto = client.secure ? "https" : "http"
  const node = remoteAddress.includes(":") ? `"[${remoteAddress}]"` : remoteAddress
  const host = client.authority === "" ? "" : `;host="${client.authority}"`
  return (
    `x-forwarded-for: ${before === undefined ? "" : `${before}, `}${remoteAddress}\r\n` +
    `x-forwarded-proto: ${proto}\r\n` +
    (client.authority === "" ? "" : `x-forwarded-host: ${client.authority}\r\n`) +
    `forwarded: ${forwardedBefore === undefined ? "" : `${forwardedBefore}, `}for=${node};proto=${proto}${host}\r\n` +
    `x-request-id: ${input.requestId}\r\ntraceparent: ${input.traceparent}\r\n`
  )
}
