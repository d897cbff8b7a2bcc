// Who the client is. Only proxies that the operator names are believed about the addresses behind them; everybody else's
// forwarding headers are dropped.

import { BlockList, isIP } from "node:net"
import { AppError } from "@aviary/kit"
import type { Exchange } from "./exchange.ts"
import { headerValue } from "../http1/header-list.ts"
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

/** The client behind `exchange`: the last address that no trusted proxy vouches for. */
export function clientOf(
  exchange: Exchange,
  proxies: TrustedProxies,
): Client & { readonly trusted: boolean } {
  const { remoteAddress: address, secure, authority } = exchange
  if (!proxies.trusts(address)) return { address, secure, authority, trusted: false }
  const proto = headerValue(exchange.headers, "x-forwarded-proto")?.split(",").at(-1)?.trim()
  return {
    address: behind(headerValue(exchange.headers, "x-forwarded-for"), address, proxies),
    secure: proto === undefined ? secure : proto === "https",
    authority: headerValue(exchange.headers, "x-forwarded-host")?.split(",").at(-1)?.trim() || authority,
    trusted: true,
  }
}

function behind(forwardedFor: string | undefined, nearest: string, proxies: TrustedProxies): string {
  let client = nearest
  const hops = forwardedFor?.split(",") ?? []
  for (let i = hops.length - 1; i >= 0; i -= 1) {
    const hop = plainAddress((hops[i] ?? "").trim())
    if (isIP(hop) === 0) break
    client = hop
    if (!proxies.trusts(hop)) break
  }
  return client
}
