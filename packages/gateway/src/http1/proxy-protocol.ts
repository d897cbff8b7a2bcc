// The PROXY protocol, versions 1 and 2 (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt): a proxy in front says
// whose connection this is. Read only from proxies that the operator trusts, before anything else.

import { isIP } from "node:net"
import { plainAddress } from "../proxy/request-view.ts"

/**
 * - `more`: not whole yet.
 * - `wrong`: no PROXY header; the connection is not to be served.
 * - `found`: `address` of the client (undefined for LOCAL and UNKNOWN: the proxy itself), and how many bytes it took.
 */
export type ProxyHeader =
  | { readonly kind: "more" }
  | { readonly kind: "wrong" }
  | { readonly kind: "found"; readonly address: string | undefined; readonly length: number }

const SIGNATURE = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a])
const LONGEST_V1 = 107
const LONGEST_V2 = 16 + 2_048
const MORE: ProxyHeader = { kind: "more" }
const WRONG: ProxyHeader = { kind: "wrong" }

export function readProxyHeader(buffer: Buffer): ProxyHeader {
  if (startsAlike(buffer, SIGNATURE)) return buffer.length < 16 ? MORE : readVersion2(buffer)
  return startsAlike(buffer, V1_START) ? readVersion1(buffer) : WRONG
}

const V1_START = Buffer.from("PROXY ")

/** Equal as far as both go. */
function startsAlike(buffer: Buffer, start: Buffer): boolean {
  const length = Math.min(buffer.length, start.length)
  return buffer.subarray(0, length).equals(start.subarray(0, length))
}

function readVersion1(buffer: Buffer): ProxyHeader {
  const end = buffer.indexOf("\r\n")
  if (end < 0) return buffer.length > LONGEST_V1 ? WRONG : MORE
  if (end + 2 > LONGEST_V1) return WRONG
  const line = buffer.toString("latin1", 0, end)
  const [, family, source = "", target = "", ...ports] = line.split(" ")
  const length = end + 2
  if (family === "UNKNOWN") return { kind: "found", address: undefined, length }
  const version = family === "TCP4" ? 4 : family === "TCP6" ? 6 : 0
  const known =
    version !== 0 &&
    isIP(source) === version &&
    isIP(target) === version &&
    ports.length === 2 &&
    ports.every(isPort)
  return known ? { kind: "found", address: plainAddress(source), length } : WRONG
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535
}

function readVersion2(buffer: Buffer): ProxyHeader {
  const version = (buffer[12] ?? 0) >> 4
  const command = (buffer[12] ?? 0) & 0xf
  const length = 16 + buffer.readUInt16BE(14)
  if (version !== 2 || command > 1 || length > LONGEST_V2) return WRONG
  if (buffer.length < length) return MORE
  if (command === 0) return { kind: "found", address: undefined, length }
  switch ((buffer[13] ?? 0) >> 4) {
    case 1:
      return length < 28 ? WRONG : { kind: "found", address: buffer.subarray(16, 20).join("."), length }
    case 2:
      return length < 52 ? WRONG : { kind: "found", address: address6(buffer.subarray(16, 32)), length }
    default:
      return { kind: "found", address: undefined, length }
  }
}

function address6(bytes: Buffer): string {
  const groups: string[] = []
  for (let i = 0; i < 16; i += 2) groups.push(bytes.readUInt16BE(i).toString(16))
  if (groups.slice(0, 5).every((group) => group === "0") && groups[5] === "ffff")
    return bytes.subarray(12).join(".")
  return groups.join(":")
}
