// What a request carries to an instance and an answer back to the client, on real sockets: forwarding and internal fields,
// trace context, rewrites, rules, CORS, limits, cohorts, cookies, mirrors, the cache.

import assert from "node:assert/strict"
import { test } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import type { RawInstance } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"

async function ask(port: number, target: string, fields = ""): Promise<string> {
  const client = await rawClient(port)
  client.write(`GET ${target} HTTP/1.1\r\nHost: birds.example\r\n${fields}Connection: close\r\n\r\n`)
  const answer = await client.closed()
  client.socket.destroy()
  return answer
}

/** An instance that answers with the head of the request it got. */
function echo(): Promise<RawInstance> {
  return rawInstance(answering((request) => ok(request)))
}

function valueIn(answer: string, name: string): string[] {
  const body = answer.slice(answer.indexOf("\r\n\r\n") + 4)
  return [...body.matchAll(new RegExp(`^${name}: (.*)\\r$`, "gm"))].map(([, value = ""]) => value)
}

test("forwarding and internal fields of a client are replaced, those of a trusted proxy are continued", async (t) => {
  const instance = await echo()
  t.after(() => instance.close())
  const spoofed =
    "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\nForwarded: for=192.0.2.9\r\n" +
    "X-Real-IP: 192.0.2.9\r\nX-Aviary-Account: 1\r\nX-Request-Id: mine\r\n"
  const open = await testGateway(t, { ports: [instance.port] })
  const untrusted = await ask(open.port, "/", spoofed)
  assert.deepEqual(valueIn(untrusted, "x-forwarded-for"), ["127.0.0.1"])
  assert.deepEqual(valueIn(untrusted, "x-forwarded-proto"), ["http"])
  assert.deepEqual(valueIn(untrusted, "x-forwarded-host"), ["birds.example"])
  assert.deepEqual(valueIn(untrusted, "forwarded"), ['for=127.0.0.1;proto=http;host="birds.example"'])
  assert.doesNotMatch(untrusted, /192\.0\.2\.9|evil|x-aviary|mine/i)
  const behind = await testGateway(t, {
    ports: [instance.port],
    options: { trustedProxies: ["127.0.0.0/8"] },
  })
  const trusted = await ask(behind.port, "/", spoofed)
  assert.deepEqual(valueIn(trusted, "x-forwarded-for"), ["192.0.2.9, 127.0.0.1"])
  assert.deepEqual(valueIn(trusted, "x-forwarded-proto"), ["https"])
  assert.deepEqual(valueIn(trusted, "x-forwarded-host"), ["evil.example"])
  assert.doesNotMatch(trusted, /x-aviary|mine/i)
})

test("a trusted proxy may say it by Forwarded, where it does not say it by X-Forwarded-*", async (t) => {
  const instance = await echo()
  t.after(() => instance.close())
  const setting = { ports: [instance.port], options: { trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"] } }
  const gateway = await testGateway(t, {
    ...setting,
    route: { rateLimit: [{ name: "one", key: "address", quota: 1, window: "1h" }] },
  })
  const say = (fields: string) => ask(gateway.port, "/", fields)

  const first = await say(
    'Forwarded: for=192.0.2.1;proto=http, for="[2001:db8::7]:4711";host=birds.test, for="10.1.2.3:80";proto=https;host="a.test:444"\r\n',
  )
  assert.deepEqual(valueIn(first, "x-forwarded-for"), ["192.0.2.1, 2001:db8::7, 10.1.2.3, 127.0.0.1"])
  assert.deepEqual(valueIn(first, "x-forwarded-proto"), ["https"])
  assert.deepEqual(valueIn(first, "x-forwarded-host"), ["a.test:444"])
  assert.match(
    valueIn(first, "forwarded")[0] ?? "",
    /^for=192\.0\.2\.1;.*, for=127\.0\.0\.1;proto=https;host="a\.test:444"$/,
  )
  const isClient = async (fields: string): Promise<boolean> =>
    / 429 /.test((await say(fields)).split("\r\n")[0] ?? "")
  assert.equal(await isClient("Forwarded: for=198.51.100.1, for=10.9.9.9\r\n"), false, "another client")
  assert.equal(await isClient('Forwarded: for="[2001:db8::7]"\r\n'), true, "the client was 2001:db8::7")

  const both = await say("X-Forwarded-For: 192.0.2.50\r\nForwarded: for=192.0.2.66;host=evil.test\r\n")
  assert.deepEqual(valueIn(both, "x-forwarded-for"), ["192.0.2.50, 127.0.0.1"])
  assert.doesNotMatch(both, /192\.0\.2\.66|evil/, "what a client may have written is not passed on")
  const proto = await testGateway(t, setting)
  const passed = await ask(proto.port, "/", "X-Forwarded-Proto: https\r\nForwarded: for=192.0.2.66\r\n")
  assert.deepEqual(valueIn(passed, "x-forwarded-for"), ["127.0.0.1"])
  for (const nothing of [
    'for="192.0.2.66',
    "for=192.0.2.66, for=_hidden",
    "for=192.0.2.66, for=unknown",
    "nonsense",
  ]) {
    const answer = await ask(proto.port, "/", `Forwarded: ${nothing}\r\n`)
    assert.deepEqual(valueIn(answer, "x-forwarded-for"), ["127.0.0.1"], nothing)
  }
})

test("hop-by-hop fields end here, in both directions, and what Connection names with them", async (t) => {
  const instance = await rawInstance(
    answering((request) =>
      ok(request, "connection: x-mine\r\nx-mine: 1\r\nkeep-alive: timeout=9\r\nproxy-authenticate: x\r\n"),
    ),
  )
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const client = await rawClient(gateway.port)
  client.write(
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Secret, Authorization\r\nX-Secret: 1\r\nAuthorization: Bearer abc\r\nTE: trailers\r\n" +
      "Proxy-Authorization: x\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
  )
  const answer = await client.until(/\r\n\r\n[^]*\r\n\r\n$/)
  client.socket.destroy()
  const [head = "", body = ""] = answer.split(/\r\n\r\n/)
  assert.doesNotMatch(head, /x-mine|keep-alive|proxy-/i)
  assert.doesNotMatch(body, /x-secret|^te:|proxy-|upgrade|http2-settings/im)
  assert.match(body, /authorization: Bearer abc/, "who asks cannot be dropped by naming it")
})

test("a trace is continued when it is well-formed, else begun; each request has an id, in the answer too", async (t) => {
  const instance = await echo()
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port] })
  const trace = "0af7651916cd43dd8448eb211c80319c"
  const continued = await ask(
    gateway.port,
    "/",
    `traceparent: 00-${trace}-b7ad6b7169203331-01\r\ntracestate: a=1\r\n`,
  )
  assert.match(
    valueIn(continued, "traceparent")[0] ?? "",
    new RegExp(`^00-${trace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
  )
  assert.deepEqual(valueIn(continued, "tracestate"), ["a=1"])
  for (const wrong of [
    "00-0-0-01",
    `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
    `ff-${trace}-b7ad6b7169203331-01`,
  ]) {
    const begun = await ask(gateway.port, "/", `traceparent: ${wrong}\r\n`)
    assert.match(valueIn(begun, "traceparent")[0] ?? "", /^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  }
  const [id = "none"] = valueIn(continued, "x-request-id")
  assert.match(continued, new RegExp(`\r\nx-request-id: ${id}\r\n`))
})

test("paths that hide dots or slashes are spelled one way before they are matched", async (t) => {
  const instance = await echo()
  t.after(() => instance.close())
  const gateway = await testGateway(t, {
    ports: [instance.port],
    routes: [{ name: "public", service: "social", match: [{ path: "/public/*" }] }],
  })
  assert.match(await ask(gateway.port, "/public/%61"), /GET \/public\/a HTTP/)
  for (const target of ["/public/../admin", "/public/%2e%2e/admin", "/admin"]) {
    assert.match(await ask(gateway.port, target), /^HTTP\/1\.1 40[04] /, target)
  }
})

test("rewrites, header rules, hosts and CORS", async (t) => {
  const instance = await echo()
  t.after(() => instance.close())
  const gateway = await testGateway(t, {
    ports: [instance.port],
    routes: [
      {
        name: "old",
        service: "social",
        match: [{ path: "/old/*" }],
        rewrite: { prefix: "/new", host: "inside.example" },
        headers: { request: { set: { "x-from": "gateway" } }, response: { set: { "x-back": "yes" } } },
        cors: { origins: ["https://app.example"] },
      },
    ],
  })
  const answer = await ask(gateway.port, "/old/a?b=c", "X-From: client\r\nOrigin: https://app.example\r\n")
  assert.match(answer, /GET \/new\/a\?b=c HTTP/)
  assert.deepEqual(valueIn(answer, "x-from"), ["gateway"])
  assert.deepEqual(valueIn(answer, "host"), ["inside.example"])
  assert.match(answer, /\r\nx-back: yes\r\n/)
  assert.match(answer, /\r\naccess-control-allow-origin: https:\/\/app\.example\r\n/)
  const client = await rawClient(gateway.port)
  client.write(
    "OPTIONS /old/a HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example\r\nAccess-Control-Request-Method: PUT\r\nConnection: close\r\n\r\n",
  )
  assert.match(await client.closed(), /^HTTP\/1\.1 204 [^]*access-control-allow-methods/)
  client.socket.destroy()
  assert.deepEqual(gateway.outcomes(), { answered: 1, local: 1 })
})

test("limits: 429 with the headers that clients read, from all connections of an address together", async (t) => {
  const instance = await echo()
  t.after(() => instance.close())
  const gateway = await testGateway(t, {
    ports: [instance.port],
    route: { rateLimit: [{ name: "few", quota: 2, window: "1m", algorithm: "fixedWindow" }] },
  })
  const answers = [await ask(gateway.port, "/"), await ask(gateway.port, "/"), await ask(gateway.port, "/")]
  assert.match(answers[0] ?? "", /\r\nx-ratelimit-limit: 2\r\nx-ratelimit-remaining: 1\r\n/)
  assert.match(answers[2] ?? "", /^HTTP\/1\.1 429 [^]*\r\nretry-after: \d+\r\n[^]*"code":"rate\.limited"/)
  assert.deepEqual(gateway.outcomes(), { answered: 2, limited: 1 })
})

test("shaping: requests beyond the pace wait for their turn, and one that leaves meanwhile is not sent", async (t) => {
  const instance = await echo()
  t.after(() => instance.close())
  const gateway = await testGateway(t, {
    ports: [instance.port],
    route: { rateLimit: [{ name: "slow", algorithm: "leakyBucket", quota: 20, window: "1s", burst: 10 }] },
  })
  const started = performance.now()
  const leaving = await rawClient(gateway.port)
  const answers = await Promise.all([1, 2, 3].map(() => ask(gateway.port, "/")))
  assert.ok(answers.every((answer) => answer.startsWith("HTTP/1.1 200 ")))
  assert.ok(performance.now() - started >= 95, "the third came 100 ms after the first")
  leaving.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
  leaving.socket.end()
  await gateway.settled()
  leaving.socket.destroy()
  assert.equal(
    gateway.sums().accepted,
    gateway.sums().outcomes.answered + gateway.sums().outcomes.client_gone,
  )
})

test("a split sends each visitor to one release, the header to the wanted one, and counts by arm", async (t) => {
  const [stable, canary] = await Promise.all(
    ["stable", "canary"].map((name) => rawInstance(answering(() => ok(name)))),
  )
  assert.ok(stable && canary)
  t.after(() => Promise.all([stable.close(), canary.close()]))
  const at = (id: string, port: number) => ({ id, release: id, host: "127.0.0.1", port })
  const gateway = await testGateway(t, {
    service: {
      instances: [at("v1", stable.port), at("v2", canary.port)],
      split: {
        default: { release: "v1" },
        arms: [{ name: "canary", release: "v2", weight: 0.5 }],
        stickiness: { by: "cookie" },
        headerRoutes: [{ header: "x-preview", value: "1", arm: "canary" }],
      },
    },
  })
  const first = await ask(gateway.port, "/")
  const cookie = /set-cookie: (aviary-cohort=[^;]+)/.exec(first)?.[1]
  assert.ok(cookie)
  const mine = first.endsWith("canary") ? /canary$/ : /stable$/
  for (let i = 0; i < 5; i += 1) assert.match(await ask(gateway.port, "/", `Cookie: ${cookie}\r\n`), mine)
  assert.match(await ask(gateway.port, "/", "X-Preview: 1\r\n"), /canary$/)
  const figures = await gateway.metrics.text()
  assert.match(
    figures,
    /aviary_gateway_requests_total\{[^}]*release="v2",instance="v2",arm="canary",outcome="answered"/,
  )
})

test("a canary whose only instance is ejected: its visitors get the default release, and the figures say so", async (t) => {
  const stable = await rawInstance(answering(() => ok("v1")))
  const canary = await rawInstance(answering(() => "HTTP/1.1 500 Oh\r\ncontent-length: 2\r\n\r\nv2"))
  t.after(() => Promise.all([stable.close(), canary.close()]))
  const at = (id: string, port: number) => ({ id, release: id, host: "127.0.0.1", port })
  const gateway = await testGateway(t, {
    service: {
      instances: [at("v1", stable.port), at("v2", canary.port)],
      upstream: { healthCheck: { passive: { consecutiveErrors: 5, baseEjection: "1h" } } },
      split: { default: { release: "v1" }, arms: [{ name: "canary", release: "v2", weight: 1 }] },
    },
  })
  for (let i = 0; i < 5; i += 1) assert.match(await ask(gateway.port, "/"), /v2$/)
  for (let i = 0; i < 10; i += 1) assert.match(await ask(gateway.port, "/"), /200 OK[^]*v1$/)
  assert.match(
    await gateway.metrics.text(),
    /aviary_gateway_requests_total\{[^}]*release="v1",instance="v1",arm="canary",outcome="answered"[^}]*\} 10/,
  )
})

test("a release without an instance: the others answer", async (t) => {
  const stable = await rawInstance(answering(() => ok("stable")))
  t.after(() => stable.close())
  const gateway = await testGateway(t, {
    service: {
      instances: [{ id: "a", release: "v1", host: "127.0.0.1", port: stable.port }],
      split: { default: { release: "v1" }, arms: [{ name: "canary", release: "v2", weight: 1 }] },
    },
  })
  assert.match(await ask(gateway.port, "/"), /stable$/)
})

test("a sticky cookie keeps a browser on its instance, and gives it another when that is gone", async (t) => {
  const instances = await Promise.all(["a", "b"].map((name) => rawInstance(answering(() => ok(name)))))
  t.after(() => Promise.all(instances.map((one) => one.close())))
  const gateway = await testGateway(t, {
    service: {
      instances: instances.map(({ port }, i) => ({ id: `i${i}`, release: "1", host: "127.0.0.1", port })),
      upstream: { sticky: {}, loadBalancer: { algorithm: "roundRobin" } },
    },
  })
  const first = await ask(gateway.port, "/")
  const cookie = /set-cookie: (aviary-instance=[^;]+)/.exec(first)?.[1]
  const body = first.slice(-1)
  for (let i = 0; i < 4; i += 1)
    assert.equal((await ask(gateway.port, "/", `Cookie: ${cookie}\r\n`)).slice(-1), body)
  await instances[body === "a" ? 0 : 1]?.close()
  assert.equal((await ask(gateway.port, "/", `Cookie: ${cookie}\r\n`)).slice(-1), body === "a" ? "b" : "a")
})

test("a route that moves to a new service, and copies of requests for a third", async (t) => {
  const [old, next, shadow] = await Promise.all(
    ["old", "next", "shadow"].map((name) => rawInstance(answering(() => ok(name)))),
  )
  assert.ok(old && next && shadow)
  t.after(() => Promise.all([old.close(), next.close(), shadow.close()]))
  const service = (id: string, port: number) => ({
    instances: [{ id, release: id, host: "127.0.0.1", port }],
  })
  const gateway = await testGateway(t, {
    service: service("old", old.port),
    services: { next: service("next", next.port), shadow: service("shadow", shadow.port) },
    route: { strangler: { to: "next", weight: 1 }, mirror: { to: "shadow" } },
  })
  assert.match(await ask(gateway.port, "/copied?x=1"), /next$/)
  assert.match(await (await shadow.connection(0)).until("\r\n\r\n"), /^GET \/copied\?x=1 HTTP/)
  assert.equal(old.connections.length, 0)
  assert.deepEqual(gateway.outcomes(), { answered: 1 }, "a copy is no request of a client")
})

test("the cache answers, refreshes behind the client's back, and is purged by tag", async (t) => {
  let made = 0
  const instance = await rawInstance(
    answering(() => {
      made += 1
      return ok(`page ${made}`, "cache-control: public, max-age=60\r\ncache-tag: birds\r\n")
    }),
  )
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port], route: { cache: {} } })
  const first = await ask(gateway.port, "/page")
  assert.match(first, /page 1$/)
  assert.doesNotMatch(first, /cache-tag/)
  const second = await ask(gateway.port, "/page")
  assert.match(second, /\r\nage: \d+\r\n[^]*page 1$/)
  assert.match(await ask(gateway.port, "/page", "Authorization: Bearer x\r\n"), /page 2$/)
  assert.equal(gateway.purge(["birds"]), 1)
  assert.match(await ask(gateway.port, "/page"), /page 3$/)
  assert.deepEqual(gateway.outcomes(), { answered: 3, cached: 1 })
})

test("many at once for one page are one question to the instance", async (t) => {
  const instance = await rawInstance()
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port], route: { cache: {} } })
  const asked = Array.from({ length: 10 }, () => ask(gateway.port, "/page"))
  const connection = await instance.connection(0)
  await connection.until("\r\n\r\n")
  connection.write(ok("one page", "cache-control: public, max-age=60\r\n"))
  for (const answer of await Promise.all(asked)) assert.match(answer, /one page$/)
  assert.equal(instance.connections.length, 1)
})

test("a bounded service: those beyond it wait, those beyond the queue get 503, and a place is passed on", async (t) => {
  const instance = await rawInstance()
  t.after(() => instance.close())
  const gateway = await testGateway(t, {
    ports: [],
    service: {
      instances: [{ id: "a", release: "1", host: "127.0.0.1", port: instance.port }],
      upstream: { limits: { maxRequests: 2, maxPending: 2, maxPendingTime: "5s" } },
    },
    route: { importance: "critical" },
  })
  const asked = Array.from({ length: 6 }, () => ask(gateway.port, "/"))
  const refused = await Promise.race(asked)
  assert.match(refused, /^HTTP\/1\.1 503 [^]*"server\.overloaded"/)
  for (let n = 0; gateway.sums().inFlight > 0; n += 1) {
    const connection = await instance.connection(Math.min(n, instance.connections.length - 1))
    for (const one of instance.connections) {
      const requests = one.received().split("\r\n\r\n").length - 1
      const answered = answeredBy.get(one) ?? 0
      for (let i = answered; i < requests; i += 1) one.write(ok("done"))
      answeredBy.set(one, requests)
    }
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(connection)
  }
  const answers = await Promise.all(asked)
  assert.equal(answers.filter((answer) => answer.endsWith("done")).length, gateway.sums().outcomes.answered)
  assert.equal(gateway.sums().outcomes.answered + gateway.sums().outcomes.shed, 6)
  assert.ok(gateway.sums().outcomes.shed >= 2)
})

const answeredBy = new WeakMap<object, number>()
