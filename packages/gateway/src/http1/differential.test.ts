// The strict reader against Node's: on messages that are made up and bent, whatever ours accepts Node accepts too and
// understands in the same way. (Node is laxer; what it alone accepts is no fault.) Repeat a failure with its seed.

import assert from "node:assert/strict"
import { createServer, METHODS } from "node:http"
import type { AddressInfo } from "node:net"
import { after, before, test } from "node:test"
import fc from "fast-check"
import { parseRequestHead } from "./head.ts"
import { headerValue } from "./header-list.ts"
import { MessageError } from "./message-error.ts"
import { MessageReader } from "./message-reader.ts"
import { rawClient } from "../testing/raw-sockets.ts"

interface Seen {
  method: string
  url: string
  body: string
  fields: [string, string][]
}

const server = createServer({ insecureHTTPParser: false, requireHostHeader: true }, (request, response) => {
  let body = ""
  request.setEncoding("latin1")
  request.on("data", (chunk: string) => (body += chunk))
  request.on("end", () => {
    const fields: [string, string][] = []
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      fields.push([(request.rawHeaders[i] ?? "").toLowerCase(), request.rawHeaders[i + 1] ?? ""])
    }
    seen.push({ method: request.method ?? "", url: request.url ?? "", body, fields })
    response.end()
  })
})
let seen: Seen[] = []

before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)))
after(() => {
  server.closeAllConnections()
  server.close()
})

/** What Node makes of the bytes. */
async function readByNode(bytes: Buffer): Promise<Seen[]> {
  seen = []
  const client = await rawClient((server.address() as AddressInfo).port)
  client.write(bytes)
  client.socket.end()
  await client.closed()
  client.socket.destroy()
  return seen
}

/** What we make of them, however they are cut; undefined when they are refused. */
function readByUs(bytes: Buffer, cuts: readonly number[]): Seen[] | undefined {
  const messages: Seen[] = []
  let current: Seen | undefined
  const reader: MessageReader = new MessageReader(
    {
      onHead(text) {
        const head = parseRequestHead(text, 100)
        const fields: [string, string][] = []
        for (let i = 0; i < head.headers.length; i += 2)
          fields.push([head.headers[i] ?? "", head.headers[i + 1] ?? ""])
        current = { method: head.method, url: head.target, body: "", fields }
        assert.ok(
          head.authority === "" || headerValue(head.headers, "host") !== undefined || text.includes("://"),
        )
        return head
      },
      onData(data) {
        if (current) current.body += data.toString("latin1")
      },
      onEnd() {
        if (current) messages.push(current)
        current = undefined
      },
    },
    16_384,
  )
  try {
    let from = 0
    for (const cut of [...new Set(cuts)].sort((a, b) => a - b)) {
      if (cut <= from || cut >= bytes.length) continue
      reader.feed(Buffer.from(bytes.subarray(from, cut)))
      from = cut
    }
    reader.feed(Buffer.from(bytes.subarray(from)))
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
  return reader.midMessage ? undefined : messages
}

const PIECES = [
  "GET",
  "POST",
  "PUT",
  "OPTIONS",
  "CONNECT",
  " ",
  "  ",
  "\t",
  "/",
  "/a?b=c",
  "*",
  "http://h/x",
  "//h/x",
  "/%zz",
  "/\\",
  " HTTP/1.1",
  " HTTP/1.0",
  " HTTP/1.2",
  "HTTP/1.1",
  "\r\n",
  "\r\n\r\n",
  "\n",
  "\r",
  "Host: h\r\n",
  "Host: h",
  "Host:\r\n",
  "Host : h\r\n",
  "Host: a b\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: 0\r\n",
  "Content-Length: 05\r\n",
  "Content-Length: 5, 5\r\n",
  "Content-Length: -1\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: Chunked\r\n",
  "Transfer-Encoding: gzip\r\n",
  "Transfer-Encoding:chunked \r\n",
  "X-A: b\r\n",
  "X-A: \r\n",
  " X-A: b\r\n",
  ":\r\n",
  "X: \x00\r\n",
  "X: \xff\r\n",
  "X: \x7f\r\n",
  "hello",
  "5\r\nhello\r\n",
  "5;a=b\r\nhello\r\n",
  "0\r\n\r\n",
  "0\r\nX: y\r\n\r\n",
  "00\r\n\r\n",
  "5 \r\nhello\r\n",
  "Expect: 100-continue\r\n",
  "Connection: close\r\n",
  "Upgrade: websocket\r\n",
] as const

/** Mostly well-formed, with pieces put in, left out or exchanged. */
const message = fc
  .record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
    target: fc.constantFrom("/", "/a?b=c", "/x/y", "http://h/x"),
    fields: fc.array(
      fc.constantFrom("X-A: b\r\n", "X-B:c\r\n", "Cookie: a=b\r\n", "X-C: \xe9\r\n", "X-D:\t d \t\r\n"),
      { maxLength: 4 },
    ),
    body: fc.constantFrom(
      "\r\n",
      "Content-Length: 5\r\n\r\nhello",
      "Content-Length: 0\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nX-T: 1\r\n\r\n",
    ),
    bends: fc.array(fc.record({ at: fc.nat(200), drop: fc.nat(3), put: fc.constantFrom("", ...PIECES) }), {
      maxLength: 2,
    }),
  })
  .map(({ method, target, fields, body, bends }) => {
    let text = `${method} ${target} HTTP/1.1\r\nHost: h\r\n${fields.join("")}${body}`
    for (const { at, drop, put } of bends) {
      const place = at % (text.length + 1)
      text = text.slice(0, place) + put + text.slice(place + drop)
    }
    return text
  })

test("whatever is accepted here, Node understands in the same way", { timeout: 120_000 }, async () => {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(400), { maxLength: 5 }),
      async (messages, cuts) => {
        const bytes = Buffer.from(messages.join(""), "latin1")
        const ours = readByUs(bytes, cuts)
        if (!ours || ours.length === 0) return
        // Node ends where the client says close, or where it answers before a body; the rest is as if it had not come.
        const closes = ours.findIndex(({ fields }) =>
          fields.some(([name, value]) => name === "connection" && value === "close"),
        )
        const wanted = closes < 0 ? ours : ours.slice(0, closes + 1)
        if (wanted.some(({ fields }) => fields.some(([name]) => name === "upgrade" || name === "expect")))
          return
        // Node knows a list of methods; those it does not know it refuses.
        if (wanted.some(({ method }) => !METHODS.includes(method))) return
        accepted += wanted.length
        const theirs = await readByNode(bytes)
        assert.deepEqual(
          theirs.slice(0, wanted.length).map(({ method, body, fields }) => ({ method, body, fields })),
          wanted.map(({ method, body, fields }) => ({ method, body, fields })),
        )
      },
    ),
    { numRuns: 1_500 },
  )
  assert.ok(accepted > 100, `${accepted} messages were compared`)
})

test("how the bytes are cut changes nothing", () => {
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(400), { maxLength: 12 }),
      (messages, cuts) => {
        const bytes = Buffer.from(messages.join(""), "latin1")
        assert.deepEqual(readByUs(bytes, cuts), readByUs(bytes, []))
      },
    ),
    { numRuns: 3_000 },
  )
})

test("noise never throws anything but a refusal", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }),
      fc.array(fc.nat(200), { maxLength: 4 }),
      (pieces, cuts) => {
        readByUs(Buffer.from(pieces.join(""), "latin1"), cuts)
      },
    ),
    { numRuns: 5_000 },
  )
})
