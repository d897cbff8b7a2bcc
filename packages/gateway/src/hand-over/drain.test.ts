// What a gateway that goes does with its open connections: a client that was told it may ask again is answered once more.

import assert from "node:assert/strict"
import { test } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"

const REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

test("an answer that began before the gateway went has not told to close, so the connection is good for one more", async (t) => {
  const instance = await rawInstance()
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write(REQUEST)
  const upstream = await instance.connection(0)
  await upstream.until("\r\n\r\n")
  upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfirst")
  assert.doesNotMatch(await client.until("first"), /connection: close/i)
  const stopped = gateway.stop(AbortSignal.timeout(5_000))
  upstream.write("half")
  await client.until("firsthalf")
  client.write(REQUEST)
  await upstream.until(/\r\n\r\n[^]*\r\n\r\n/)
  upstream.write(ok("second"))
  const all = await client.closed()
  assert.equal(client.isReset, false)
  assert.match(all, /firsthalfHTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*second$/i)
  client.socket.destroy()
  await stopped
})

test("a quiet connection may ask once more", async (t) => {
  const instance = await rawInstance(answering(() => ok("answered")))
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write(REQUEST)
  await client.until("answered")
  const stopped = gateway.stop(AbortSignal.timeout(5_000))
  client.write(REQUEST)
  assert.match(await client.closed(), /answeredHTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*answered$/i)
  client.socket.destroy()
  await stopped
})
