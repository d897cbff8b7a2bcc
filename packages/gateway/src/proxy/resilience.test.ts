// Health, breaker, retries and hedging as their effects show on real sockets; their decisions have tests of their own.

import assert from "node:assert/strict"
import { test } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import type { TestGateway } from "../testing/test-gateway.ts"
import { testGateway } from "../testing/test-gateway.ts"

async function ask(port: number, method = "GET"): Promise<string> {
  const client = await rawClient(port)
  const body = method === "GET" ? "" : "Content-Length: 2\r\n"
  client.write(
    `${method} / HTTP/1.1\r\nHost: a\r\n${body}Connection: close\r\n\r\n${method === "GET" ? "" : "hi"}`,
  )
  const answer = await client.closed()
  client.socket.destroy()
  return answer
}

const failing = (status: string, extra = "") =>
  answering(() => `HTTP/1.1 ${status}\r\n${extra}content-length: 3\r\n\r\nbad`)

function instances(...ports: number[]) {
  return ports.map((port, i) => ({ id: String.fromCharCode(97 + i), release: "1", host: "127.0.0.1", port }))
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}

function statusOf(gateway: TestGateway, id: string) {
  return gateway.status().services.social?.instances.find((instance) => instance.id === id)
}

test("an instance that answers 503 is passed over; a POST only when it says that it did nothing", async (t) => {
  const sick = await rawInstance(failing("503 Service Unavailable"))
  const stopping = await rawInstance(failing("503 Service Unavailable", "x-aviary-unprocessed: 1\r\n"))
  const well = await rawInstance((connection) => {
    let answered = 0
    connection.socket.on("data", () => {
      const whole = connection.received().match(/GET [^]*?\r\n\r\n|\r\n\r\nhi/g)?.length ?? 0
      for (; answered < whole; answered += 1) connection.write(ok("well"))
    })
  })
  t.after(() => Promise.all([sick.close(), stopping.close(), well.close()]))
  const gateway = await testGateway(t, { ports: [sick.port, well.port] })
  for (let i = 0; i < 2; i += 1) assert.match(await ask(gateway.port), /well$/)
  const posts = [await ask(gateway.port, "POST"), await ask(gateway.port, "POST")]
  assert.equal(posts.filter((answer) => answer.startsWith("HTTP/1.1 503 ")).length, 1)
  const polite = await testGateway(t, { ports: [stopping.port, well.port] })
  for (let i = 0; i < 4; i += 1) {
    const answer = await ask(polite.port, "POST")
    assert.match(answer, /well$/)
    assert.doesNotMatch(answer, /x-aviary/)
  }
})

test("an instance that fails its questions gets no requests, and gets them again when it is well", async (t) => {
  let isWell = true
  const moody = await rawInstance(
    answering((request) =>
      request.includes("/health/ready") && !isWell
        ? "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"
        : ok("moody"),
    ),
  )
  const steady = await rawInstance(answering(() => ok("steady")))
  t.after(() => Promise.all([moody.close(), steady.close()]))
  const gateway = await testGateway(t, {
    service: {
      instances: instances(moody.port, steady.port),
      upstream: {
        loadBalancer: { algorithm: "roundRobin" },
        healthCheck: { active: { interval: 50, timeout: 40, unhealthyThreshold: 1, healthyThreshold: 1 } },
      },
    },
  })
  await until(
    () => statusOf(gateway, "a")?.status === "healthy" && statusOf(gateway, "b")?.status === "healthy",
  )
  isWell = false
  await until(() => statusOf(gateway, "a")?.eligible === false)
  for (let i = 0; i < 4; i += 1) assert.match(await ask(gateway.port), /steady$/)
  isWell = true
  await until(() => statusOf(gateway, "a")?.eligible === true)
  await until(async () => (await ask(gateway.port)).endsWith("moody"))
})

test("of two instances the one that fails is ejected by the requests themselves", async (t) => {
  const sick = await rawInstance(failing("500 Internal Server Error"))
  const well = await rawInstance(answering(() => ok("well")))
  t.after(() => Promise.all([sick.close(), well.close()]))
  const gateway = await testGateway(t, {
    service: {
      instances: instances(sick.port, well.port),
      upstream: {
        loadBalancer: { algorithm: "roundRobin" },
        healthCheck: { passive: { consecutiveErrors: 3, baseEjection: "10s" } },
      },
    },
  })
  for (let i = 0; i < 8; i += 1) await ask(gateway.port)
  assert.equal(statusOf(gateway, "a")?.ejected, true)
  for (let i = 0; i < 4; i += 1) assert.match(await ask(gateway.port), /well$/)
  assert.match(await gateway.metrics.text(), /health_events_total\{[^}]*instance="a",what="ejected"[^}]*\} 1/)
})

test("the breaker opens on failures, refuses without asking, and closes after trials that pass", async (t) => {
  let isWell = false
  let asked = 0
  const instance = await rawInstance(
    answering(() => {
      asked += 1
      return isWell ? ok("well") : "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"
    }),
  )
  t.after(() => instance.close())
  const gateway = await testGateway(t, {
    service: {
      instances: instances(instance.port),
      upstream: {
        circuitBreaker: { minRequests: 4, failureRatio: 0.5, openFor: 100, halfOpenCalls: 1, window: 1_000 },
      },
    },
  })
  for (let i = 0; i < 4; i += 1) assert.match(await ask(gateway.port), /^HTTP\/1\.1 500 /)
  assert.match(await ask(gateway.port), /^HTTP\/1\.1 503 [^]*gateway\.no_instance/)
  assert.equal(asked, 4)
  assert.equal(gateway.status().services.social?.breaker, "open")
  isWell = true
  await until(async () => (await ask(gateway.port)).endsWith("well"))
  assert.equal(gateway.status().services.social?.breaker, "closed")
})

test("a slow request gets a second copy; the first answer wins, and the other is given up", async (t) => {
  const slow = await rawInstance()
  const quick = await rawInstance(answering(() => ok("quick")))
  t.after(() => Promise.all([slow.close(), quick.close()]))
  const gateway = await testGateway(t, {
    ports: [slow.port, quick.port],
    route: { hedge: { after: 20, maxPercent: 100 } },
  })
  assert.match(await ask(gateway.port), /quick$/)
  await (await slow.connection(0)).closed()
  assert.deepEqual(gateway.outcomes(), { answered: 1 })
})

test("retries on answers are bounded by the budget, so that an overload is not fed", async (t) => {
  const both = await Promise.all([1, 2].map(() => rawInstance(failing("503 Service Unavailable"))))
  t.after(() => Promise.all(both.map((one) => one.close())))
  const gateway = await testGateway(t, {
    ports: both.map(({ port }) => port),
    route: { retries: { budget: { percent: 0, minConcurrent: 2 } } },
  })
  for (let i = 0; i < 20; i += 1) assert.match(await ask(gateway.port), /^HTTP\/1\.1 503 /)
  const attempts = both.reduce(
    (sum, one) =>
      sum +
      one.connections.reduce((n, connection) => n + connection.received().split("\r\n\r\n").length - 1, 0),
    0,
  )
  assert.equal(attempts, 22)
})
