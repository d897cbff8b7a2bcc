// Who the client is. Only proxies that the operator names are believed about the addresses behind them; everybody else's
// forwarding headers are dropped.

import { BlockList, isIP } from "node:net"
import { AppError } from "@aviary/kit"
import parseForwarded from "forwarded-parse"
import type { Exchange } from "./exchange.ts"
import { headerValue } from "../http1/header-list.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { Client } from "./request-view.ts"
import { plainAddress } from "./request-view.ts"

export interface TrustedProxies {
  trusts(address: string): boolean
}

/** `ranges`: addresses or CIDR ranges. Fails with `config.invalid` for one that is neither. */
export function createTrustedProxies(ranges: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const range of ranges) addRange(list, range)
  if (ranges.length === 0) return { trusts: () => false }
  return {
    trusts(address) {
      const family = isIP(address)
      return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4")
    },
  }
}

function addRange(list: BlockList, range: string): void {
  const [address = "", prefix, more] = range.split("/")
  const version = isIP(address)
  const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix)
  const valid =
    version !== 0 &&
    more === undefined &&
    Number.isInteger(bits) &&
    bits >= 0 &&
    bits <= (version === 6 ? 128 : 32)
  if (!valid) {
    throw new AppError("config.invalid", { count: 1, problems: `${range} is no address and no CIDR range` })
  }
  list.addSubnet(address, bits, version === 6 ? "ipv6" : "ipv4")
}

/** What a trusted proxy said of those behind it. */
interface Said {
  /** Addresses, the nearest last, and whatever else stands among them. */
  readonly hops: readonly string[]
  readonly proto: string | undefined
  readonly authority: string | undefined
  /** For the instance: the addresses, and what `Forwarded` said where that is what is believed. */
  readonly forwardedFor: string | undefined
  readonly forwarded: string | undefined
}

type FoundClient = Client & Pick<Said, "forwardedFor" | "forwarded">

/** The client behind `exchange`: the last address that no trusted proxy vouches for. */
export function clientOf(exchange: Exchange, proxies: TrustedProxies): FoundClient {
  const { remoteAddress: address, secure, authority } = exchange
  if (!proxies.trusts(address)) {
    return { address, secure, authority, forwardedFor: undefined, forwarded: undefined }
  }
  const said = saidBy(exchange.headers)
  return {
    address: behind(said.hops, address, proxies),
    secure: said.proto === undefined ? secure : said.proto.toLowerCase() === "https",
    authority: said.authority || authority,
    forwardedFor: said.forwardedFor,
    forwarded: said.forwarded,
  }
}

/**
 * What the nearest proxy says stands last in each of its fields. `Forwarded` (RFC 7239) is read only where no `X-Forwarded-For`,
 * `-Proto` or `-Host` stands beside it: the usual proxies write those and pass a client's `Forwarded` on as it came, so that with
 * both there it cannot be known to be theirs. One that cannot be read says nothing.
 */
function saidBy(headers: HeaderList): Said {
  const addresses = headerValue(headers, "x-forwarded-for")
  const proto = headerValue(headers, "x-forwarded-proto")
  const host = headerValue(headers, "x-forwarded-host")
  const forwarded = headerValue(headers, "forwarded")
  if (forwarded !== undefined && addresses === undefined && proto === undefined && host === undefined) {
    return saidInForwarded(forwarded)
  }
  return {
    hops: addresses?.split(",") ?? [],
    proto: lastOf(proto),
    authority: lastOf(host),
    forwardedFor: addresses,
    forwarded: undefined,
  }
}

function lastOf(list: string | undefined): string | undefined {
  return list?.slice(list.lastIndexOf(",") + 1).trim()
}

function saidInForwarded(forwarded: string): Said {
  const elements = elementsOf(forwarded)
  const last = elements.at(-1)
  // Names that hide an address (`_hidden`, `unknown`) are not passed on as if they were one.
  const hops = elements.map((element) => addressOf(element["for"] ?? ""))
  const known = hops.slice(hops.findLastIndex((hop) => isIP(hop) === 0) + 1)
  return {
    hops,
    proto: last?.["proto"],
    authority: last?.["host"],
    forwardedFor: known.length === 0 ? undefined : known.join(", "),
    forwarded: last === undefined ? undefined : forwarded,
  }
}

function elementsOf(forwarded: string): readonly Readonly<Record<string, string>>[] {
  try {
    return parseForwarded(forwarded)
  } catch {
    return []
  }
}

/** A node without its port and brackets (RFC 7239 6). */
function addressOf(node: string): string {
  const bracketed = /^\[([^\]]*)\](?::\w+)?$/.exec(node)?.[1]
  return bracketed ?? node.replace(/:\w+$/, "")
}

function behind(hops: readonly string[], nearest: string, proxies: TrustedProxies): string {
  let client = nearest
  for (let i = hops.length - 1; i >= 0; i -= 1) {
    const hop = plainAddress((hops[i] ?? "").trim())
    if (isIP(hop) === 0) break
    client = hop
    if (!proxies.trusts(hop)) break
  }
  return client
}
