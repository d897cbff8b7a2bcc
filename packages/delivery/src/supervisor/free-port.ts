// A free port on this machine's loopback for an instance. Below the range that the system hands out for outgoing connections,
// so that none of those takes it between now and when the instance listens.

import { randomInt } from "node:crypto"
import { createServer } from "node:net"

const FIRST = 20_000
const LAST = 32_000
const TRIES = 200

/** `taken`: ports that are spoken for though nobody listens yet. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let i = 0; i < TRIES; i += 1) {
    const port = randomInt(FIRST, LAST)
    if (!taken.has(port) && (await canListen(port))) return port
  }
  throw new Error(`there is no free port from ${FIRST} to ${LAST}`)
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once("error", () => resolve(false))
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
