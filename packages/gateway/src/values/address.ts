// What of a client's address counts as one visitor. Never decides whether an address is to be believed; that is settled
// before (trusted proxies).

/**
 * The address under which a client is counted: IPv4 whole, IPv6 by its /64 (the first four groups), which is what a provider
 * gives one customer (RFC 6177, BCP 157). Anything that is no address is returned as it is.
 */
export function addressKey(address: string): string {
  return address.includes(":") ? ipv6Prefix(address, 4) : address
}

/** The network around it: IPv4 by its /24, IPv6 by its /48; the first three parts of either. */
export function networkKey(address: string): string {
  if (address.includes(":")) return ipv6Prefix(address, 3)
  const end = address.lastIndexOf(".")
  return end < 0 ? address : address.slice(0, end)
}

const COLON = 58
const ZERO = 48
const NINE = 57
const A = 97
const F = 102

/** The first `groups` groups of 16 bits, without leading zeros, so that each spelling of a prefix gives one key. */
function ipv6Prefix(address: string, groups: number): string {
  const end = plainPrefixEnd(address, groups)
  return end === undefined ? spelledOutPrefix(address, groups) : address.slice(0, end)
}

/** Where the prefix ends, if it is spelled in the usual way already and nothing of it is left out. */
function plainPrefixEnd(address: string, groups: number): number | undefined {
  let found = 0
  let start = 0
  for (let at = 0; at < address.length; at += 1) {
    const unit = address.charCodeAt(at)
    if (unit === COLON) {
      if (at === start || (at > start + 1 && address.charCodeAt(start) === ZERO)) return undefined
      found += 1
      if (found === groups) return at
      start = at + 1
    } else if (!((unit >= ZERO && unit <= NINE) || (unit >= A && unit <= F))) return undefined
  }
  return undefined
}

function spelledOutPrefix(address: string, groups: number): string {
  const zone = address.indexOf("%")
  const bare = zone < 0 ? address : address.slice(0, zone)
  const gap = bare.indexOf("::")
  const head = splitGroups(gap < 0 ? bare : bare.slice(0, gap))
  if (gap >= 0) {
    const tail = splitGroups(bare.slice(gap + 2))
    // A dotted IPv4 at the end stands for two groups.
    const tailLength = tail.length + (tail.at(-1)?.includes(".") === true ? 1 : 0)
    for (let missing = 8 - head.length - tailLength; missing > 0; missing -= 1) head.push("0")
    head.push(...tail)
  }
  const kept = head.slice(0, groups).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
  return kept.join(":")
}

function splitGroups(text: string): string[] {
  return text === "" ? [] : text.split(":")
}
