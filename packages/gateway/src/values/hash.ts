// One hash for every decision that must be the same everywhere and for ever: rings, splits, overflow buckets. Never used
// where an attacker's collision would do harm (keys, tokens, signatures).
//
// MurmurHash3 x86 32 bit (Austin Appleby, public domain) over the UTF-8 bytes, so that any other program can repeat it.

const C1 = 0xcc9e2d51
const C2 = 0x1b873593

/** The hash of a text, 0 … 2³²−1. `seed` makes independent hashes of the same text; default 0. */
export function hash32(text: string, seed = 0): number {
  const { length } = text
  const whole = length & ~3
  let hash = seed | 0
  let seen = 0
  for (let at = 0; at < whole; at += 4) {
    const a = text.charCodeAt(at)
    const b = text.charCodeAt(at + 1)
    const c = text.charCodeAt(at + 2)
    const d = text.charCodeAt(at + 3)
    seen |= a | b | c | d
    hash = mixBlock(hash, a | (b << 8) | (c << 16) | (d << 24))
  }
  let tail = 0
  for (let at = length - 1; at >= whole; at -= 1) {
    const unit = text.charCodeAt(at)
    seen |= unit
    tail = (tail << 8) | unit
  }
  // Text beyond ASCII is rare in keys; its bytes are not its code units, so it goes the long way.
  if (seen > 127) return hashBytes(Buffer.from(text), seed)
  return finish(hash ^ scramble(tail), length)
}

function hashBytes(bytes: Buffer, seed: number): number {
  const whole = bytes.length & ~3
  let hash = seed | 0
  for (let at = 0; at < whole; at += 4) hash = mixBlock(hash, bytes.readInt32LE(at))
  let tail = 0
  for (let at = bytes.length - 1; at >= whole; at -= 1) tail = (tail << 8) | (bytes[at] ?? 0)
  return finish(hash ^ scramble(tail), bytes.length)
}

function scramble(block: number): number {
  const product = Math.imul(block, C1)
  return Math.imul((product << 15) | (product >>> 17), C2)
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

function finish(hash: number, length: number): number {
  let mixed = hash ^ length
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
