// What lives longer than an answer: WebSockets, streams of events, and how they end when instances or the gateway go.

import assert from "node:assert/strict"
import { test } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import type { RawClient } from "../testing/raw-sockets.ts"
import { testDocument, testGateway } from "../testing/test-gateway.ts"

const UPGRADE =
  "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n" +
  "Sec-WebSocket-Version: 13\r\n\r\n"
const SWITCHING =
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"
/** A text frame as a server sends it. */
const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])
const GOODBYE = "\x88\x02\x03\xf4"

function webSocketInstance() {
  return rawInstance((connection) => {
    void connection.until("\r\n\r\n").then(
      () => connection.write(SWITCHING),
      () => {},
    )
  })
}

async function openWebSocket(port: number): Promise<RawClient> {
  const client = await rawClient(port)
  client.write(UPGRADE)
  const answer = await client.until("\r\n\r\n")
  assert.match(answer, /^HTTP\/1\.1 101 [^]*sec-websocket-accept: x\r\n[^]*upgrade: websocket\r\n/i)
  return client
}

test("a WebSocket passes through both ways, is one request in the ledger, and ends when either side ends", async (t) => {
  const instance = await webSocketInstance()
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await openWebSocket(gateway.port)
  const connection = await instance.connection(0)
  assert.match(connection.received(), /connection: upgrade\r\nupgrade: websocket\r\n/)
  client.write("to the instance")
  await connection.until("to the instance")
  connection.write(frame("to the client"))
  await client.until("to the client")
  assert.equal(gateway.connections().tunnels, 1)
  client.socket.destroy()
  await connection.closed()
  const other = await openWebSocket(gateway.port)
  ;(await instance.connection(1)).socket.destroy()
  await other.closed()
  other.socket.destroy()
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { upgraded: 2 })
})

test("what a client sends right behind its upgrade reaches the instance; large data flows at the slower side's pace", async (t) => {
  const instance = await webSocketInstance()
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write(`${UPGRADE}early`)
  const connection = await instance.connection(0)
  await connection.until("early")
  const large = Buffer.alloc(8_000_000, "x")
  connection.socket.write(large)
  connection.socket.end()
  const received = await client.closed()
  assert.equal(received.length - received.indexOf("\r\n\r\n") - 4, large.length)
  client.socket.destroy()
})

test("upgrade abuse: other protocols, bodies and old versions make ordinary requests, or none", async (t) => {
  const instance = await rawInstance(answering((request) => ok(request)))
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  for (const request of [
    UPGRADE.replace("Upgrade: websocket", "Upgrade: h2c"),
    UPGRADE.replace("Connection: Upgrade", "Connection: keep-alive"),
    UPGRADE.replace("HTTP/1.1", "HTTP/1.0"),
    UPGRADE.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n"),
    UPGRADE.replace("Upgrade: websocket", "Upgrade: websocket, h2c"),
  ]) {
    const client = await rawClient(gateway.port)
    client.write(request)
    const answer = await client.until(/\r\n\r\n[^]*\r\n\r\n/)
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.doesNotMatch(answer.slice(answer.indexOf("\r\n\r\n")), /upgrade:/i)
    client.socket.destroy()
  }
})

test("an instance that refuses the upgrade: its answer is passed on", async (t) => {
  const instance = await rawInstance(
    answering(() => "HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno"),
  )
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write(UPGRADE)
  assert.match(await client.until(/no$/), /^HTTP\/1\.1 401 /)
  client.socket.destroy()
})

test("events reach the client one by one, beyond the time for a whole answer, and end after silence", async (t) => {
  const instance = await rawInstance((connection) => {
    void connection.until("\r\n\r\n").then(
      () =>
        connection.write(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
        ),
      () => {},
    )
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, {
    service: {
      instances: [{ id: "a", release: "1", host: "127.0.0.1", port: instance.port }],
      upstream: { timeouts: { total: "50ms", idle: "120ms" } },
    },
  })
  const client = await rawClient(gateway.port)
  client.write("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
  await client.until("text/event-stream")
  const connection = await instance.connection(0)
  const started = performance.now()
  for (const event of ["one", "two", "three"]) {
    connection.write(`${event.length.toString(16)}\r\n${event}\r\n`)
    await client.until(event)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
  assert.ok(performance.now() - started > 60)
  await client.closed()
  client.socket.destroy()
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { broken_answer: 1 })
})

test("an instance that drains: its WebSockets are told to come back between two frames, others stay", async (t) => {
  const instances = await Promise.all([webSocketInstance(), webSocketInstance()])
  t.after(() => Promise.all(instances.map((instance) => instance.close())))
  const ports = instances.map(({ port }) => port)
  const gateway = await testGateway(t, { ports })
  const [first, second] = [await openWebSocket(gateway.port), await openWebSocket(gateway.port)]
  const connection = await instances[0].connection(0)
  const leaving = connection.received() === "" ? second : first
  const whole = frame("half and half")
  connection.write(whole.subarray(0, 5))
  await leaving.until("hal")
  const document = testDocument({ ports }, 2)
  const [draining] = document.services.social?.instances ?? []
  assert.ok(draining)
  Object.assign(draining, { draining: true })
  gateway.apply(document)
  connection.write(whole.subarray(5))
  const text = await leaving.closed()
  assert.ok(text.endsWith(`half and half${GOODBYE}`), JSON.stringify(text.slice(-30)))
  leaving.socket.destroy()
  while (gateway.connections().tunnels > 1) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(gateway.connections().tunnels, 1)
  const staying = leaving === first ? second : first
  staying.socket.destroy()
})

test("a gateway that stops: answers end, keep-alive clients are told, WebSockets are sent away, nothing is cut", async (t) => {
  const instance = await rawInstance((connection) => {
    void connection.until("\r\n\r\n").then(
      (request) =>
        connection.write(
          request.includes("websocket") ? SWITCHING : "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello",
        ),
      () => {},
    )
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const busy = await rawClient(gateway.port)
  busy.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
  await busy.until("hello")
  const webSocket = await openWebSocket(gateway.port)
  const quiet = await rawClient(gateway.port)
  quiet.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
  await quiet.until("hello")
  const stopped = gateway.stop(AbortSignal.timeout(5_000))
  assert.ok((await webSocket.closed()).endsWith(GOODBYE))
  webSocket.socket.destroy()
  for (const connection of instance.connections) {
    if (!connection.received().includes("websocket")) connection.write("world")
  }
  assert.match(await busy.closed(), /helloworld$/)
  assert.match(await quiet.closed(), /helloworld$/)
  for (const { socket } of [busy, quiet]) socket.destroy()
  await stopped
  assert.deepEqual(gateway.outcomes(), { answered: 2, upgraded: 1 })
})

test("streams of events end politely with the gateway, so that apps come back to the next one", async (t) => {
  const instance = await rawInstance((connection) => {
    void connection.until("\r\n\r\n").then(
      () =>
        connection.write(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n",
        ),
      () => {},
    )
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
  await client.until("one")
  const stopped = gateway.stop(AbortSignal.timeout(5_000))
  assert.match(await client.closed(), /one\r\n0\r\n\r\n$/)
  client.socket.destroy()
  await stopped
  assert.deepEqual(gateway.outcomes(), { answered: 1 })
})

test("a quiet connection of a gateway that stops may ask once more, and is told to close then", async (t) => {
  const instance = await rawInstance(answering(() => ok("yes")))
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
  await client.until("yes")
  const stopped = gateway.stop(AbortSignal.timeout(5_000))
  await new Promise((resolve) => setImmediate(resolve))
  client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
  const answers = await client.closed()
  client.socket.destroy()
  await stopped
  assert.match(answers, /yes[^]*connection: close\r\n\r\nyes$/)
})
