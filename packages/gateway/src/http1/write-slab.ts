// Puts the pieces of an answer together and writes them to a socket at once, without a buffer of its own for each answer: most
// writes leave in the same turn, and then their place is used again. What a socket has not taken yet keeps its place: until it
// tells, where it is asked to (over TLS each write leaves some turns later), else for good, and the slab behind it is freed
// with the last of those. The pieces are the caller's again after the call.

import type { Socket } from "node:net"

/** Writes `front` and `back`, which are latin1, around `body`. False: wait for `drain`. */
export type WriteTogether = (front: string, body: Buffer, back: string) => boolean

const SLAB_BYTES = 524_288
/** Larger pieces have a buffer of their own. */
const LARGEST = SLAB_BYTES / 4

let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
let used = 0
/** Up to here it belongs to sockets that will not tell. */
let kept = 0
/** Writes that will be told of, in this slab or in one before it. */
let lent = 0

/** `onTaken`: called some time after each write, when it has left or never will. */
export function createWriteTogether(socket: Socket, onTaken?: () => void): WriteTogether {
  const taken =
    onTaken &&
    ((): void => {
      lent -= 1
      if (lent === 0) used = kept
      onTaken()
    })

  return (front, body, back) => {
    if (taken) lent += 1
    const length = front.length + body.length + back.length
    if (length > LARGEST) {
      const whole = Buffer.concat([Buffer.from(front, "latin1"), body, Buffer.from(back, "latin1")])
      return socket.write(whole, taken)
    }
    if (used + length > SLAB_BYTES) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
      used = 0
      kept = 0
    }
    const at = used
    if (front !== "") slab.write(front, at, "latin1")
    slab.set(body, at + front.length)
    if (back !== "") slab.write(back, at + front.length + body.length, "latin1")
    const flowing = socket.write(slab.subarray(at, at + length), taken)
    if (socket.writableLength > 0) {
      used = at + length
      if (!taken) kept = used
    }
    return flowing
  }
}
