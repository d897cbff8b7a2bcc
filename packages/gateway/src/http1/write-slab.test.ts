// Bytes are read into one buffer for all instances and written out of one for all clients: whoever is slow must still get its
// own answer, byte by byte, whatever passes meanwhile.

import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { Agent, request } from "node:https"
import type { AddressInfo, Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { connect as connectTls } from "node:tls"
import { follow, rawClient } from "../testing/raw-sockets.ts"
import type { RawClient } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"
import { openInternalAuthority } from "../tls/internal-authority.ts"

/** More than the kernel holds for a connection. */
const LARGE = 9_000_000

/** Several of them come with one read. */
const PIECE = 9_000

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
async function instanceOfBodies(t: TestContext): Promise<{ port: number; stalled(): Promise<void> }> {
  const sockets: Socket[] = []
  const server = createServer((request, response): unknown => {
    const [, name = "", length = "0", chunked] = (request.url ?? "").split("/")
    const body = bodyOf(name, Number(length))
    if (chunked === undefined) {
      response.setHeader("content-length", body.length)
      return response.end(body)
    }
    for (let at = 0; at < body.length; at += PIECE) response.write(body.subarray(at, at + PIECE))
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  t.after(() => server.close())
  server.on("connection", (socket) => sockets.push(socket))
  const sent = (): number => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)
  return {
    port: (server.address() as AddressInfo).port,
    /** Resolves when it has begun to answer, and nobody takes any more. */
    async stalled() {
      for (let before = -1, same = 0; same < 3;) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        const now = sent()
        same = now > 0 && now === before ? same + 1 : 0
        before = now
      }
    },
  }
}

for (const framing of ["", "/chunked"]) {
  test(
    `slow clients get their own bytes while others are served${framing}`,
    { timeout: 60_000 },
    async (t) => {
      const gateway = await testGateway(t, { ports: [(await instanceOfBodies(t)).port] })
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

async function localCertificate(t: TestContext): Promise<{ ca: string; cert: string; key: string }> {
  const dir = mkdtempSync(join(tmpdir(), "aviary-slab-"))
  t.after(() => rmSync(dir, { recursive: true }))
  const authority = await openInternalAuthority({ dir, name: "Test", now: Date.now })
  const leaf = await authority.issue({ names: ["localhost"], usage: "server", lifetimeMs: 86_400_000 })
  return { ca: authority.certificate, cert: leaf.chain, key: leaf.key }
}

for (const others of ["none", "plain"]) {
  test(
    `over TLS, where no write leaves in its turn, everybody gets their own bytes; slow without TLS: ${others}`,
    { timeout: 60_000 },
    async (t) => {
      const { ca, cert, key } = await localCertificate(t)
      const instance = await instanceOfBodies(t)
      const gateway = await testGateway(t, {
        ports: [instance.port],
        options: { https: { at: { host: "127.0.0.1", port: 0 }, tls: { cert, key } } },
      })
      const at = { host: "127.0.0.1", port: gateway.tlsPort, servername: "localhost", ca }
      const secure = async (): Promise<RawClient> => {
        const socket = connectTls(at)
        await once(socket, "secureConnect")
        return follow(socket)
      }
      const [slow, leaving] = [await secure(), await secure()]
      // Of these the slab hears late or not at all, and never of those without TLS, whose places would protect the others.
      const plain = others === "plain" ? [await rawClient(gateway.port)] : []
      for (const client of [slow, leaving, ...plain]) {
        client.socket.pause()
        client.write(`GET /slow/${LARGE}/chunked HTTP/1.0\r\nHost: a\r\n\r\n`)
      }
      await instance.stalled()
      const agent = new Agent({ keepAlive: true, maxSockets: 8 })
      t.after(() => agent.destroy())
      const bytes = (path: string): Promise<Buffer> =>
        new Promise((resolve, reject) => {
          const asked = request({ ...at, agent, path }, (answer) => {
            const chunks: Buffer[] = []
            answer.on("data", (chunk: Buffer) => chunks.push(chunk))
            answer.on("end", () => resolve(Buffer.concat(chunks)))
          })
          asked.on("error", reject).end()
        })
      await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const length = (i * 7_919) % 140_000
          const body = await bytes(`/fast-${i}/${length}`)
          assert.ok(body.equals(bodyOf(`fast-${i}`, length)), `answer ${i}`)
          if (i === 50) leaving.socket.destroy()
        }),
      )
      for (const client of [slow, ...plain]) {
        client.socket.resume()
        const answer = await client.closed()
        const body = answer.slice(answer.indexOf("\r\n\r\n") + 4)
        assert.ok(body === bodyOf("slow", LARGE).toString("latin1"), `answer of ${body.length} bytes`)
        client.socket.destroy()
      }
      await gateway.settled()
      assert.deepEqual(gateway.outcomes(), { answered: 101 + plain.length, client_gone: 1 })
    },
  )
}
