// Whether an address is one of the public internet. What a client names as its push service is asked for by this server: without
// this anybody could have it knock on doors behind the firewall. Pure, but for the resolver.
// Source: the IANA special-purpose address registries for IPv4 and IPv6.

import { lookup } from "node:dns"
import type { LookupAddress, LookupOptions } from "node:dns"
import { BlockList, isIP } from "node:net"

const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12],
  ["192.0.0.0", 24], ["192.0.2.0", 24], ["192.88.99.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15],
  ["198.51.100.0", 24], ["203.0.113.0", 24], ["224.0.0.0", 4], ["240.0.0.0", 4],
] // prettier-ignore

// Of global unicast, what is set aside or leads to an IPv4 address inside. All else outside 2000::/3 is not public anyway.
const NOT_PUBLIC_V6: readonly (readonly [string, number])[] = [
  ["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["3fff::", 20],
] // prettier-ignore

const v4 = new BlockList()
for (const [net, bits] of NOT_PUBLIC_V4) v4.addSubnet(net, bits, "ipv4")
const v6 = new BlockList()
for (const [net, bits] of NOT_PUBLIC_V6) v6.addSubnet(net, bits, "ipv6")
const global = new BlockList()
global.addSubnet("2000::", 3, "ipv6")

/** False for what is no address at all. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !v4.check(address, "ipv4")
  return family === 6 && global.check(address, "ipv6") && !v6.check(address, "ipv6")
}

/** The address was not one of the public internet. */
export class NotPublic extends Error {
  constructor(host: string) {
    super(`${host} is not on the public internet`)
  }
}

type Answer = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

/**
 * A resolver for sockets that gives public addresses only: it fails with `NotPublic` where any of a name's addresses is not. What
 * it gives is what is connected to, so that a name cannot answer differently the second time. Sockets do not ask it about a host
 * that is an address already; check those by `isPublicAddress`.
 */
export function lookupPublic(host: string, options: LookupOptions, answer: Answer): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return answer(error, [])
    const [first] = addresses
    if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      return answer(new NotPublic(host), [])
    if (options.all) answer(null, addresses)
    else answer(null, first.address, first.family)
  })
}
