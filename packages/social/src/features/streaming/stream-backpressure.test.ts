// Slow readers over real sockets, without a database: frames come straight from the hub.

import assert from "node:assert/strict"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { after, before, test } from "node:test"
import { createLog } from "@aviary/kit"
import type { StreamLimits } from "./stream-connection.ts"
import { streamLimits } from "./stream-connection.ts"
import { createStreamHub } from "./stream-hub.ts"
import type { StreamHub } from "./stream-hub.ts"
import { openSocket, roundTrip } from "./stream-client.testing.ts"
import { createWebSocketStreams } from "./web-socket-streams.ts"

const limits: StreamLimits = { ...streamLimits, bufferedBytes: 256 * 1_024 }
const hub: StreamHub = createStreamHub()
const streams = createWebSocketStreams({
  hub,
  limits,
  authenticate: () => Promise.reject(new Error("no tokens here")),
  log: createLog({ level: "silent" }),
})
const server = createServer().on("upgrade", (request, socket, head) => streams.upgrade(request, socket, head))
let url = ""

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(async () => {
  hub.endAll("stopping")
  await streams.stop()
  await new Promise((resolve) => server.close(resolve))
})

const topic = { kind: "public", key: "all" } as const
const payload = "x".repeat(32 * 1_024)

/** Lets sockets write what was sent. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test("a slow reader is told and dropped, others get everything, and nothing is kept", async () => {
  const slow = await openSocket(url, { query: "?stream=public" })
  const quick = await openSocket(url, { query: "?stream=public" })
  await Promise.all([roundTrip(slow), roundTrip(quick)])
  slow.ws.pause()
  let sent = 0
  // Sent at the pace of the quick one, as events are; the kernel takes some megabytes for the slow one before it is noticed.
  while ([...hub.listeners(topic)].length > 1) {
    assert.ok(sent < 5_000, "a slow reader was never dropped")
    hub.publish(topic, "update", payload)
    sent += 1
    await quick.next((frame) => frame.event === "update")
  }
  slow.ws.resume()
  assert.deepEqual(await slow.closed(), { code: 1013, reason: "The connection is too slow" })
  hub.publish(topic, "update", payload)
  await quick.next((frame) => frame.event === "update")
  assert.equal(quick.received.filter((frame) => frame.event === "update").length, sent + 1)
  quick.ws.terminate()
  await quick.closed()
  while (hub.connections().size > 0) await breathe()
})

test("thousands of events at once are not buffered without bound", async () => {
  const reader = await openSocket(url, { query: "?stream=public" })
  await roundTrip(reader)
  const [listener] = [...hub.listeners(topic)]
  assert.ok(listener)
  const before = process.memoryUsage().arrayBuffers
  for (let index = 0; index < 5_000; index += 1) hub.publish(topic, "update", payload)
  const grown = process.memoryUsage().arrayBuffers - before
  assert.equal([...hub.listeners(topic)].length, 0)
  // 160 MB were published in one go; a quarter of a megabyte, and the frame that went over it, may wait.
  assert.ok(grown < 8 * limits.bufferedBytes, `${grown} bytes`)
  assert.equal((await reader.closed()).code, 1013)
})

test("a client that asks for nonsense and reads no answers is dropped", async () => {
  const client = await openSocket(url)
  client.ws.pause()
  let sent = 0
  while (hub.connections().size > 0) {
    assert.ok(sent < 1_000_000, "answers that nobody reads were kept")
    for (let index = 0; index < 1_000; index += 1) client.send("{")
    sent += 1_000
    await breathe()
  }
  client.ws.resume()
  assert.equal((await client.closed()).code, 1006)
})
