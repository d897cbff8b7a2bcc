// HTTP/2 over TLS, with Node's client for what is ordinary and bare frames for what is not.

import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { connect as connectHttp2, constants } from "node:http2"
import type {
  ClientHttp2Session,
  SecureClientSessionOptions,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
} from "node:http2"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import type { TestContext } from "node:test"
import { connect as connectTls } from "node:tls"
import { answering, follow, ok, rawInstance } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"
import type { TestGateway, TestSetting } from "../testing/test-gateway.ts"
import { openInternalAuthority } from "../tls/internal-authority.ts"

let dir: string
let ca: string
let tls: { cert: string; key: string }

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "aviary-h2-"))
  const authority = await openInternalAuthority({ dir, name: "Test", now: Date.now })
  const leaf = await authority.issue({ names: ["localhost"], usage: "server", lifetimeMs: 86_400_000 })
  ca = authority.certificate
  tls = { cert: leaf.chain, key: leaf.key }
})

after(() => rm(dir, { recursive: true }))

function tlsGateway(t: TestContext, setting: TestSetting): Promise<TestGateway> {
  const https = { at: { host: "127.0.0.1", port: 0 }, tls }
  return testGateway(t, { ...setting, options: { https, ...setting.options } })
}

function session(t: TestContext, gateway: TestGateway): ClientHttp2Session {
  const client = connectHttp2(`https://localhost:${gateway.tlsPort}`, {
    ca,
    lookup: loopback,
  } as SecureClientSessionOptions)
  client.on("error", () => {})
  t.after(() => client.destroy())
  return client
}

function loopback(_name: string, options: { all?: boolean }, done: (...args: unknown[]) => void): void {
  if (options.all === true) done(null, [{ address: "127.0.0.1", family: 4 }])
  else done(null, "127.0.0.1", 4)
}

interface Answer {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly code: number
}

function ask(client: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Answer> {
  return new Promise((resolve) => {
    const stream = client.request(headers, { endStream: body === undefined })
    let text = ""
    let got: IncomingHttpHeaders = {}
    stream.setEncoding("latin1")
    stream.on("response", (response) => (got = response))
    stream.on("data", (chunk: string) => (text += chunk))
    stream.on("error", () => {})
    stream.on("close", () => resolve({ headers: got, body: text, code: stream.rstCode }))
    if (body !== undefined) stream.end(body)
  })
}

test("many streams of one connection, with bodies, become requests of HTTP/1.1 and back", async (t) => {
  const instance = await rawInstance((connection) => {
    connection.socket.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("\r\n\r\n")) connection.write(ok(connection.received()))
    })
  })
  t.after(() => instance.close())
  const gateway = await tlsGateway(t, { ports: [instance.port] })
  const client = session(t, gateway)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      ask(client, { ":path": `/${i}`, cookie: ["a=1", "b=2"], "x-a": "1" }),
    ),
  )
  for (const [i, { headers, body }] of answers.entries()) {
    assert.equal(headers[":status"], 200)
    assert.match(body, new RegExp(`GET /${i} HTTP/1.1\r\nhost: localhost:${gateway.tlsPort}\r\n`))
    assert.match(body, /\r\ncookie: a=1; b=2\r\n[^]*x-forwarded-proto: https\r\n/)
  }
  const posted = await ask(client, { ":path": "/", ":method": "POST" }, "hello")
  assert.match(posted.body, /transfer-encoding: chunked\r\n\r\n/)
  assert.equal(gateway.connections().clients, 1)
  client.close()
})

test("HTTP/1.1 over TLS on the same port, and HEAD, 304, large answers and broken ones over HTTP/2", async (t) => {
  const instance = await rawInstance(
    answering((request) => {
      if (request.startsWith("HEAD")) return "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"
      if (request.includes("/304")) return "HTTP/1.1 304 Not Modified\r\netag: a\r\n\r\n"
      if (request.includes("/large")) return ok("x".repeat(2_000_000))
      return ok("plain")
    }),
  )
  const half = await rawInstance((connection) => {
    connection.socket.once("data", () => {
      connection.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello")
      connection.socket.end()
    })
  })
  t.after(() => Promise.all([instance.close(), half.close()]))
  const gateway = await tlsGateway(t, {
    ports: [instance.port],
    services: { half: { instances: [{ id: "half", release: "1", host: "127.0.0.1", port: half.port }] } },
    routes: [
      { name: "half", service: "half", match: [{ path: "/half" }] },
      { name: "all", service: "social" },
    ],
  })
  const socket = connectTls({
    port: gateway.tlsPort,
    host: "127.0.0.1",
    servername: "localhost",
    ca,
    ALPNProtocols: ["http/1.1"],
  })
  const old = follow(socket)
  old.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
  assert.match(await old.closed(), /^HTTP\/1\.1 200 [^]*plain$/)
  socket.destroy()
  const client = session(t, gateway)
  const head = await ask(client, { ":path": "/", ":method": "HEAD" })
  assert.equal(head.headers["content-length"], "5")
  assert.equal((await ask(client, { ":path": "/304" })).headers[":status"], 304)
  assert.equal((await ask(client, { ":path": "/large" })).body.length, 2_000_000)
  const broken = await ask(client, { ":path": "/half" })
  assert.notEqual(broken.code, constants.NGHTTP2_NO_ERROR)
  client.close()
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { answered: 4, broken_answer: 1 })
})

test("what would be two things in HTTP/1.1 is refused, or its stream is", async (t) => {
  const instance = await rawInstance(answering((request) => ok(request)))
  t.after(() => instance.close())
  const gateway = await tlsGateway(t, { ports: [instance.port] })
  const client = session(t, gateway)
  const wrong: OutgoingHttpHeaders[] = [
    { ":path": "/a b" },
    { ":path": "/a#b" },
    { ":path": "a" },
    { ":method": "GE T" },
    { ":authority": "localhost", host: "other.example" },
  ]
  for (const headers of wrong) {
    const { headers: got, code } = await ask(client, { ":path": "/", ...headers })
    assert.ok(got[":status"]?.toString() === "400" || code !== 0, JSON.stringify(headers))
  }
  client.close()
  assert.equal(instance.connections.length, 0)
})

test("a stream that is reset leaves the others alone, and its request ends at the instance", async (t) => {
  const instance = await rawInstance()
  t.after(() => instance.close())
  const gateway = await tlsGateway(t, { ports: [instance.port] })
  const client = session(t, gateway)
  const left = client.request({ ":path": "/left" })
  left.on("error", () => {})
  const stays = ask(client, { ":path": "/stays" })
  const connections = [await instance.connection(0), await instance.connection(1)]
  for (const connection of connections) await connection.until("\r\n\r\n")
  left.close(constants.NGHTTP2_CANCEL)
  const [gone, open] = connections[0]?.received().includes("/left") ? connections : connections.toReversed()
  await gone?.closed()
  open?.write(ok("still here"))
  assert.equal((await stays).body, "still here")
  client.close()
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { answered: 1, client_gone: 1 })
})

// Bare frames (RFC 9113 4.1).

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** GET https://localhost/ by indexed fields and a literal authority (RFC 7541). */
const HEAD_BLOCK = Buffer.concat([Buffer.from([0x82, 0x87, 0x84, 0x41, 0x09]), Buffer.from("localhost")])

const floods: Readonly<Record<string, (n: number) => Buffer>> = {
  "rapid resets": (n) =>
    Buffer.concat([frame(1, 0x5, 2 * n + 1, HEAD_BLOCK), frame(3, 0, 2 * n + 1, Buffer.from([0, 0, 0, 8]))]),
  settings: () => frame(4, 0, 0),
  pings: () => frame(6, 0, 0, Buffer.alloc(8)),
  continuations: (n) =>
    n === 0
      ? frame(1, 0x1, 1, HEAD_BLOCK)
      : frame(9, 0, 1, Buffer.concat([Buffer.from([0x00, 0x01, 0x61, 0x7f, 0x01]), Buffer.alloc(128, "b")])),
  "empty data": (n) =>
    n === 0 ? frame(1, 0x4, 1, Buffer.concat([Buffer.from([0x83]), HEAD_BLOCK.subarray(1)])) : frame(0, 0, 1),
}

for (const [name, make] of Object.entries(floods)) {
  test(`a flood of ${name} costs the one who sends it the connection, and others do not feel it`, async (t) => {
    const instance = await rawInstance(answering(() => ok("calm")))
    t.after(() => instance.close())
    const gateway = await tlsGateway(t, {
      ports: [instance.port],
      options: { limits: { bodyIdleMs: 500, requestMs: 1_000 } },
    })
    const socket = connectTls({
      port: gateway.tlsPort,
      host: "127.0.0.1",
      servername: "localhost",
      ca,
      ALPNProtocols: ["h2"],
    })
    const attacker = follow(socket)
    await new Promise((resolve) => socket.once("secureConnect", resolve))
    attacker.write(Buffer.concat([PREFACE, frame(4, 0, 0)]))
    let ended = false
    socket.on("close", () => (ended = true))
    socket.on("error", () => (ended = true))
    for (let n = 0; n < 40_000 && !ended; n += 1) {
      const flows = socket.write(make(n))
      if (n % 100 === 99) await new Promise((resolve) => setImmediate(resolve))
      if (!flows && n % 1_000 === 999) {
        await Promise.race([
          new Promise((resolve) => socket.once("drain", resolve)),
          new Promise((resolve) => socket.once("close", resolve)),
          new Promise((resolve) => setTimeout(resolve, 200)),
        ])
      }
    }
    await attacker.closed()
    socket.destroy()
    const client = session(t, gateway)
    assert.equal((await ask(client, { ":path": "/" })).body, "calm")
    client.close()
  })
}

test("going away: clients are told, and what they had asked is answered", async (t) => {
  const instance = await rawInstance()
  t.after(() => instance.close())
  const gateway = await tlsGateway(t, { ports: [instance.port] })
  const client = session(t, gateway)
  const asked = ask(client, { ":path": "/" })
  const connection = await instance.connection(0)
  await connection.until("\r\n\r\n")
  const told = new Promise((resolve) => client.once("goaway", resolve))
  const stopped = gateway.stop(AbortSignal.timeout(5_000))
  await told
  connection.write(ok("to the end"))
  assert.equal((await asked).body, "to the end")
  await stopped
  assert.deepEqual(gateway.outcomes(), { answered: 1 })
})
