// Instances that die, hang, answer garbage or half an answer; clients that leave, stall and flood. Never a wrong body, never a
// lost idempotent request, and every request in the ledger once (held by `testGateway`).

import assert from "node:assert/strict"
import { test } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import type { RawClient } from "../testing/raw-sockets.ts"
import { testDocument, testGateway } from "../testing/test-gateway.ts"

const GET = "GET /a HTTP/1.1\r\nHost: birds.example\r\n\r\n"
const POST = "POST /a HTTP/1.1\r\nHost: birds.example\r\nContent-Length: 5\r\n\r\nhello"

async function ask(port: number, request: string): Promise<string> {
  const client = await rawClient(port)
  client.write(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
  const answer = await client.closed()
  client.socket.destroy()
  return answer
}

const resetAll = (connection: RawClient): void => {
  connection.socket.once("data", () => connection.socket.resetAndDestroy())
}

test("an instance that dies before it answers: a GET goes to the next, a POST gets 502", async (t) => {
  const dying = await rawInstance(resetAll)
  const sound = await rawInstance(answering(() => ok("sound")))
  t.after(() => Promise.all([dying.close(), sound.close()]))
  const gateway = await testGateway(t, { ports: [dying.port, sound.port] })
  for (let i = 0; i < 4; i += 1) assert.match(await ask(gateway.port, GET), /200 OK[^]*sound$/)
  const answers = [await ask(gateway.port, POST), await ask(gateway.port, POST)]
  assert.equal(answers.filter((answer) => answer.startsWith("HTTP/1.1 502 ")).length, 1)
  assert.equal(answers.filter((answer) => answer.endsWith("sound")).length, 1)
  assert.deepEqual(gateway.outcomes(), { answered: 5, upstream_failed: 1 })
})

test("a POST with an Idempotency-Key may go to the next instance, with its whole body", async (t) => {
  const dying = await rawInstance(resetAll)
  const bodies: string[] = []
  const sound = await rawInstance((connection) => {
    void connection.until(/\r\n\r\nhello$/).then((text) => {
      bodies.push(text.slice(-5))
      connection.write(ok("done"))
    })
  })
  t.after(() => Promise.all([dying.close(), sound.close()]))
  const gateway = await testGateway(t, { ports: [dying.port, sound.port] })
  assert.match(await ask(gateway.port, POST.replace("\r\n", "\r\nIdempotency-Key: 1\r\n")), /done$/)
  assert.deepEqual(bodies, ["hello"])
})

test("an instance that is not there: any method goes to the next, since nothing was sent", async (t) => {
  const gone = await rawInstance()
  await gone.close()
  const sound = await rawInstance((connection) => {
    connection.socket.on("data", () => connection.write(ok("sound")))
  })
  t.after(() => sound.close())
  const gateway = await testGateway(t, { ports: [gone.port, sound.port] })
  for (const request of [POST, POST, GET, GET]) assert.match(await ask(gateway.port, request), /sound$/)
  assert.deepEqual(gateway.outcomes(), { answered: 4 })
})

test("nobody there at all: 502, and without instances 503 with Retry-After", async (t) => {
  const gone = await rawInstance()
  await gone.close()
  const gateway = await testGateway(t, { ports: [gone.port] })
  assert.match(await ask(gateway.port, GET), /^HTTP\/1\.1 502 [^]*"code":"gateway\.upstream_failed"/)
  const empty = await testGateway(t, { ports: [] })
  assert.match(await ask(empty.port, GET), /^HTTP\/1\.1 503 [^]*retry-after: \d+[^]*"gateway\.no_instance"/)
})

test("before anybody has said what is served: 503 with Retry-After", async (t) => {
  const blank = await testGateway(t, { blank: true })
  assert.match(await ask(blank.port, GET), /^HTTP\/1\.1 503 [^]*retry-after: \d+[^]*"gateway\.no_instance"/)
})

const PATIENT = { route: { retries: { waitForInstance: "10s" } } } as const

test("where a route waits for an instance, any request does, with its body, and is served by the first there is", async (t) => {
  const bodies: string[] = []
  // One request a connection: the second may find the first one's connection unused.
  const sound = await rawInstance((connection) => {
    void connection.until(/(GET [^]*\r\n\r\n|hello)$/).then((text) => {
      bodies.push(text.endsWith("hello") ? "hello" : "")
      connection.write(ok("sound").replace("\r\n", "\r\nConnection: close\r\n"))
    })
  })
  t.after(() => sound.close())
  const gateway = await testGateway(t, { ports: [], ...PATIENT })
  const answers = [ask(gateway.port, GET), ask(gateway.port, POST)]
  while (gateway.sums().inFlight < 2) await new Promise((resolve) => setImmediate(resolve))
  gateway.apply(testDocument({ ports: [sound.port], ...PATIENT }, 2))
  for (const answer of await Promise.all(answers)) assert.match(answer, /200 OK[^]*sound$/)
  assert.deepEqual(bodies.toSorted(), ["", "hello"])
})

const oneConnection = (maxPendingTime: string) => ({
  service: { upstream: { limits: { maxConnections: 1, maxPendingTime } } },
})

test("where all connections of an instance are in use a request waits for one", async (t) => {
  const busy = await rawInstance()
  t.after(() => busy.close())
  const gateway = await testGateway(t, { ports: [busy.port], ...oneConnection("30s") })
  const first = ask(gateway.port, GET)
  const connection = await busy.connection(0)
  await connection.until("\r\n\r\n")
  const second = ask(gateway.port, POST)
  while (gateway.sums().inFlight < 2) await new Promise((resolve) => setImmediate(resolve))
  connection.write(ok("one"))
  assert.match(await first, /one$/)
  await connection.until("hello")
  connection.write(ok("two"))
  assert.match(await second, /two$/)
  assert.deepEqual([busy.connections.length, gateway.outcomes()], [1, { answered: 2 }])
})

test("where none becomes free in time it is refused, and told when to come back", async (t) => {
  const busy = await rawInstance()
  t.after(() => busy.close())
  const gateway = await testGateway(t, { ports: [busy.port], ...oneConnection("50ms") })
  const first = ask(gateway.port, GET)
  const connection = await busy.connection(0)
  await connection.until("\r\n\r\n")
  assert.match(await ask(gateway.port, GET), /^HTTP\/1\.1 503 [^]*retry-after: \d+[^]*"server\.overloaded"/)
  connection.write(ok("one"))
  await first
  assert.deepEqual(gateway.outcomes(), { answered: 1, shed: 1 })
})

test("the only instance dies under a GET: it is answered by the one that follows", async (t) => {
  const { promise: died, resolve: dies } = Promise.withResolvers<void>()
  const dying = await rawInstance((connection) => {
    connection.socket.once("data", () => {
      void dying.close().then(dies)
      connection.socket.resetAndDestroy()
    })
  })
  const sound = await rawInstance(answering(() => ok("sound")))
  t.after(() => sound.close())
  const gateway = await testGateway(t, { ports: [dying.port], ...PATIENT })
  const get = ask(gateway.port, GET)
  await died
  gateway.apply(testDocument({ ports: [sound.port], ...PATIENT }, 2))
  assert.match(await get, /200 OK[^]*sound$/)
})

test("nobody comes: the wait ends with 503; who leaves meanwhile is nobody's request any more", async (t) => {
  const gateway = await testGateway(t, { ports: [], route: { retries: { waitForInstance: "100ms" } } })
  const began = performance.now()
  assert.match(await ask(gateway.port, GET), /^HTTP\/1\.1 503 [^]*"gateway\.no_instance"/)
  assert.ok(performance.now() - began >= 100)
  const client = await rawClient(gateway.port)
  client.write(GET)
  while (gateway.sums().inFlight < 1) await new Promise((resolve) => setImmediate(resolve))
  client.socket.destroy()
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { no_instance: 1, client_gone: 1 })
})

test("half an answer: the client's connection is cut, and it sees that the body is not whole", async (t) => {
  for (const [head, rest] of [
    ["content-length: 10\r\n", "hello"],
    ["transfer-encoding: chunked\r\n", "5\r\nhello\r\n"],
  ] as const) {
    const instance = await rawInstance((connection) => {
      connection.socket.once("data", () => {
        connection.write(`HTTP/1.1 200 OK\r\n${head}\r\n${rest}`)
        connection.socket.end()
      })
    })
    t.after(() => instance.close())
    const gateway = await testGateway(t, { ports: [instance.port] })
    const client = await rawClient(gateway.port)
    client.write(GET)
    const answer = await client.closed()
    client.socket.destroy()
    assert.doesNotMatch(answer, /0\r\n\r\n$/)
    assert.ok(!answer.endsWith("hellohello"))
    await gateway.settled()
    assert.deepEqual(gateway.outcomes(), { broken_answer: 1 })
  }
})

test("an answer that ends with the connection is passed on whole, and cut when that was a reset", async (t) => {
  const instance = await rawInstance((connection, nth) => {
    connection.socket.once("data", () => {
      connection.write("HTTP/1.1 200 OK\r\n\r\nuntil the end")
      if (nth === 0) connection.socket.end()
      else setTimeout(() => connection.socket.resetAndDestroy(), 20)
    })
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port], route: { retries: { attempts: 1 } } })
  assert.match(await ask(gateway.port, GET), /transfer-encoding: chunked[^]*until the end\r\n0\r\n\r\n$/)
  assert.doesNotMatch(await ask(gateway.port, GET), /0\r\n\r\n$/)
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { answered: 1, broken_answer: 1 })
})

const garbage: Readonly<Record<string, string>> = {
  noise: "\x00\x01\x02 hello\r\n\r\n",
  "no status": "HTTP/1.1 OK\r\n\r\n",
  "a status of two digits": "HTTP/1.1 20 OK\r\n\r\n",
  "two lengths": "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
  "length and chunked": "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  "a folded line": "HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n",
  "an endless head": `HTTP/1.1 200 OK\r\nx: ${"a".repeat(70_000)}\r\n\r\n`,
  "half a head": "HTTP/1.1 200 OK\r\nx: a",
  "an upgrade nobody asked for":
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
}

for (const [name, bytes] of Object.entries(garbage)) {
  test(`an instance that answers ${name}: 502`, async (t) => {
    const instance = await rawInstance((connection) => {
      connection.socket.once("data", () => {
        connection.write(Buffer.from(bytes, "latin1"))
        connection.socket.end()
      })
    })
    t.after(() => instance.close())
    const gateway = await testGateway(t, { ports: [instance.port], route: { retries: { attempts: 1 } } })
    assert.match(await ask(gateway.port, GET), /^HTTP\/1\.1 502 /)
    assert.deepEqual(gateway.outcomes(), { upstream_failed: 1 })
  })
}

test("what an instance says behind its answer, or unasked, never becomes another request's answer", async (t) => {
  const instance = await rawInstance((connection, nth) => {
    connection.socket.on("data", () =>
      connection.write(nth === 0 ? `${ok("first")}${ok("poison")}` : ok("second")),
    )
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  assert.match(await ask(gateway.port, GET), /first$/)
  assert.match(await ask(gateway.port, GET), /second$/)
  assert.equal(instance.connections.length, 2)
})

test("an instance that hangs: 504 after the time for the head; one that stops midway: cut after the idle time", async (t) => {
  const hanging = await rawInstance()
  const stopping = await rawInstance((connection) => {
    connection.socket.once("data", () =>
      connection.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello"),
    )
  })
  t.after(() => Promise.all([hanging.close(), stopping.close()]))
  const upstream = { timeouts: { headers: "60ms", idle: "60ms" } }
  const silent = await testGateway(t, { ports: [hanging.port], service: instanceOf(hanging.port, upstream) })
  assert.match(await ask(silent.port, POST), /^HTTP\/1\.1 504 [^]*"gateway\.upstream_timeout"/)
  const half = await testGateway(t, { ports: [], service: instanceOf(stopping.port, upstream) })
  assert.match(await ask(half.port, GET), /hello$/)
  await half.settled()
  assert.deepEqual(half.outcomes(), { broken_answer: 1 })
})

function instanceOf(port: number, upstream: object): object {
  return { instances: [{ id: "a", release: "1", host: "127.0.0.1", port }], upstream }
}

test("a reused connection that the instance closes at that moment: the request goes over a new one", async (t) => {
  const instance = await rawInstance((connection, nth) => {
    let requests = 0
    connection.socket.on("data", () => {
      requests += 1
      // The second request of the first connection meets its close.
      if (nth === 0 && requests === 2) connection.socket.destroy()
      else connection.write(ok(`connection ${nth}`))
    })
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  assert.match(await ask(gateway.port, GET), /connection 0$/)
  assert.match(await ask(gateway.port, GET), /connection 1$/)
  assert.deepEqual(gateway.outcomes(), { answered: 2 })
})

test("connections are kept shorter than the instance keeps them", async (t) => {
  const instance = await rawInstance(answering(() => ok("a", "keep-alive: timeout=1\r\n")))
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  await ask(gateway.port, GET)
  const connection = await instance.connection(0)
  await connection.closed()
  assert.match(await ask(gateway.port, GET), /a$/)
  assert.equal(instance.connections.length, 2)
})

test("an early answer to an unfinished upload reaches the client; the rest of the upload does not reach anybody", async (t) => {
  const instance = await rawInstance((connection) => {
    connection.socket.once("data", () => connection.write(ok("enough")))
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write("POST /a HTTP/1.1\r\nHost: b.example\r\nContent-Length: 100000\r\n\r\nbegin")
  assert.match(await client.until("enough"), /connection: close/)
  await client.closed()
  client.socket.destroy()
})

test("a body beyond the limit: 413, by its length at once and by counting when chunked", async (t) => {
  const instance = await rawInstance()
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port], route: { maxBodyBytes: 10 } })
  const head = "POST /a HTTP/1.1\r\nHost: b.example\r\n"
  assert.match(await ask(gateway.port, `${head}Content-Length: 11\r\n\r\n`), /^HTTP\/1\.1 413 /)
  assert.equal(instance.connections.length, 0)
  const chunked = `${head}Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n`
  assert.match(await ask(gateway.port, chunked), /^HTTP\/1\.1 413 [^]*"input\.too_large"/)
  assert.deepEqual(gateway.outcomes(), { too_large: 2 })
})

test("a client that waits for 100 Continue gets it when its body is wanted, and not when it is refused", async (t) => {
  const instance = await rawInstance((connection) => {
    void connection.until("hello").then(() => connection.write(ok("thanks")))
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port], route: { maxBodyBytes: 10 } })
  const client = await rawClient(gateway.port)
  client.write("POST /a HTTP/1.1\r\nHost: b.example\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
  await client.until("100 Continue\r\n\r\n")
  client.write("hello")
  await client.until("thanks")
  assert.doesNotMatch(instance.connections[0]?.received() ?? "", /expect/i)
  client.socket.destroy()
  const refused = await ask(
    gateway.port,
    "POST /a HTTP/1.1\r\nHost: b.example\r\nExpect: 100-continue\r\nContent-Length: 500\r\n\r\n",
  )
  assert.match(refused, /^HTTP\/1\.1 413 /)
})

test("a client that leaves: the instance's connection is closed, and that is the instance's fault in no figure", async (t) => {
  const instance = await rawInstance()
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write(GET)
  const connection = await instance.connection(0)
  await connection.until("\r\n\r\n")
  client.socket.destroy()
  await connection.closed()
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { client_gone: 1 })
})

const limits = {
  headMs: 60,
  idleMs: 60,
  bodyIdleMs: 60,
  requestMs: 200,
  writeIdleMs: 80,
  maxHeadBytes: 2_000,
}

test("slow heads and slow bodies: 408; a connection that says nothing is closed", async (t) => {
  const instance = await rawInstance()
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port], options: { limits } })
  const mute = await rawClient(gateway.port)
  assert.equal(await mute.closed(), "")
  const slowHead = await rawClient(gateway.port)
  slowHead.write("GET / HTTP/1.1\r\nHo")
  assert.match(await slowHead.closed(), /^HTTP\/1\.1 408 [^]*"gateway\.request_timeout"/)
  const slowBody = await rawClient(gateway.port)
  slowBody.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
  assert.match(await slowBody.closed(), /^HTTP\/1\.1 408 /)
  for (const { socket } of [mute, slowHead, slowBody]) socket.destroy()
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { malformed: 2 })
})

test("a head that drips is not saved by each drop", async (t) => {
  const gateway = await testGateway(t, { options: { limits } })
  const client = await rawClient(gateway.port)
  const drip = setInterval(() => client.write("x"), 10)
  t.after(() => clearInterval(drip))
  client.write("GET / HTTP/1.1\r\nX-A: ")
  assert.match(await client.closed(), /^HTTP\/1\.1 408 /)
  client.socket.destroy()
})

test("header floods: 431 by size and by number", async (t) => {
  const gateway = await testGateway(t, { options: { limits: { ...limits, maxHeaderFields: 10 } } })
  const large = `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${"a".repeat(3_000)}\r\n\r\n`
  assert.match(await ask(gateway.port, large), /^HTTP\/1\.1 431 [^]*"gateway\.headers_too_large"/)
  const many = `GET / HTTP/1.1\r\nHost: a\r\n${"X-A: a\r\n".repeat(11)}\r\n`
  assert.match(await ask(gateway.port, many), /^HTTP\/1\.1 431 /)
  assert.deepEqual(gateway.outcomes(), { malformed: 2 })
})

test("a client that takes nothing of its answer is cut off, and the instance waits instead of our memory", async (t) => {
  let written = 0
  const instance = await rawInstance((connection) => {
    connection.socket.once("data", () => {
      connection.socket.write("HTTP/1.1 200 OK\r\ncontent-length: 500000000\r\n\r\n")
      const piece = Buffer.alloc(65_536)
      const more = (): void => {
        while (!connection.socket.destroyed && connection.socket.write(piece)) written += piece.length
      }
      connection.socket.on("drain", more)
      more()
    })
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port], options: { limits } })
  const client = await rawClient(gateway.port)
  client.socket.pause()
  client.write(GET)
  await (await instance.connection(0)).closed()
  client.socket.destroy()
  assert.ok(written < 30_000_000, `${written} bytes were taken in`)
  await gateway.settled()
  assert.deepEqual(gateway.outcomes(), { client_gone: 1 })
})

test("requests sent ahead are answered in order, each once", async (t) => {
  const instance = await rawInstance(answering((request) => ok(/GET (\S+)/.exec(request)?.[1] ?? "")))
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write(Array.from({ length: 50 }, (_, i) => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join(""))
  const answers = await client.until(/\/49$/)
  client.socket.destroy()
  assert.deepEqual(
    [...answers.matchAll(/\r\n\r\n\/(\d+)/g)].map(([, n]) => Number(n)),
    Array.from({ length: 50 }, (_, i) => i),
  )
})

test("requests with bodies follow each other on one connection, however their bytes are cut", async (t) => {
  const instance = await rawInstance((connection) => {
    let seen = 0
    connection.socket.on("data", () => {
      const bodies = connection.received().split("hello").length - 1
      for (; seen < bodies; seen += 1) connection.write(ok(`answer ${seen}`))
    })
  })
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  const half = POST.length - 3
  for (let i = 0; i < 6; i += 2) {
    client.write(POST)
    await client.until(`answer ${i}`)
    client.write(POST.slice(0, half))
    await new Promise((resolve) => setImmediate(resolve))
    client.write(POST.slice(half))
    await client.until(`answer ${i + 1}`)
  }
  client.socket.destroy()
  assert.deepEqual(gateway.outcomes(), { answered: 6 })
})
