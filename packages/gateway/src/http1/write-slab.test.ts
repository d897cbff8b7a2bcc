// Bytes are read into one buffer for all instances and written out of one for all clients: whoever is slow must still get its
// own answer, byte by byte, whatever passes meanwhile.

import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { rawClient } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"

/** More than the kernel holds for a connection. */
const LARGE = 9_000_000

/** The body of an answer: text that nothing else has, and that tells where it went wrong. */
function bodyOf(name: string, length: number): Buffer {
  const line = createHash("sha256").update(name).digest("hex")
  return Buffer.from(
    Array.from(
      { length: Math.ceil(length / 80) },
      (_, i) => `${String(i).padStart(15, "0")} ${line.slice(0, 63)}\n`,
    )
      .join("")
      .slice(0, length),
  )
}

/** Answers `/name/length` with `bodyOf`; with `/chunked` behind it in chunks, with a length otherwise. */
async function instanceOfBodies(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    const [, name = "", length = "0", chunked] = (request.url ?? "").split("/")
    const body = bodyOf(name, Number(length))
    if (chunked === undefined) response.setHeader("content-length", body.length)
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

for (const framing of ["", "/chunked"]) {
  test(
    `slow clients get their own bytes while others are served${framing}`,
    { timeout: 60_000 },
    async (t) => {
      const gateway = await testGateway(t, { ports: [await instanceOfBodies(t)] })
      const slow = await Promise.all(Array.from({ length: 2 }, () => rawClient(gateway.port)))
      for (const [i, client] of slow.entries()) {
        client.socket.pause()
        client.write(`GET /slow-${i}/${LARGE}${framing} HTTP/1.0\r\nHost: a\r\n\r\n`)
      }
      // Meanwhile many answers of all sizes go through the same buffers.
      for (let i = 0; i < 150; i += 1) {
        const length = (i * 7_919) % 140_000
        const answer = await fetch(`http://127.0.0.1:${gateway.port}/fast-${i}/${length}${framing}`)
        assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bodyOf(`fast-${i}`, length)), `answer ${i}`)
      }
      for (const [i, client] of slow.entries()) {
        client.socket.resume()
        const answer = await client.closed()
        const body = answer.slice(answer.indexOf("\r\n\r\n") + 4)
        assert.ok(
          body === bodyOf(`slow-${i}`, LARGE).toString("latin1"),
          `answer ${i} of ${body.length} bytes`,
        )
        client.socket.destroy()
      }
      assert.deepEqual(gateway.outcomes(), { answered: 152 })
    },
  )
}
