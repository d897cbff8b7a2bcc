// Puts the pieces of an answer together and writes them to a socket at once, without a buffer of its own for each answer: most
// writes leave in the same turn, and then their place is used again. What a socket has not taken yet keeps its place, and the
// slab behind it is freed with the last of those. The pieces are the caller's again after the call.

import type { Socket } from "node:net"

const SLAB_BYTES = 524_288
/** Larger pieces have a buffer of their own. */
const LARGEST = SLAB_BYTES / 4

let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
let used = 0

/** `front` and `back` are latin1. False: wait for `drain`. */
export function writeTogether(socket: Socket, front: string, body: Buffer, back: string): boolean {
  const length = front.length + body.length + back.length
  if (length > LARGEST) {
    return socket.write(Buffer.concat([Buffer.from(front, "latin1"), body, Buffer.from(back, "latin1")]))
  }
  if (used + length > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
    used = 0
  }
  const at = used
  if (front !== "") slab.write(front, at, "latin1")
  slab.set(body, at + front.length)
  if (back !== "") slab.write(back, at + front.length + body.length, "latin1")
  const flowing = socket.write(slab.subarray(at, at + length))
  if (socket.writableLength > 0) used = at + length
  return flowing
}
