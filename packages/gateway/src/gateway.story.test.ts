// The gateway in front of a real social service, as members and strangers meet it: HTTPS with HTTP/2, who asks, kept answers,
// purges, revocation.

import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { connect } from "node:http2"
import type { ClientHttp2Session } from "node:http2"
import { Agent, request as httpsRequest } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { createLog, createMetrics, systemClock } from "@aviary/kit"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { parseRoutingDocument } from "./document/routing-document.ts"
import { createGateway } from "./gateway.ts"
import type { Gateway } from "./gateway-options.ts"
import { createIdentification } from "./identity/identification.ts"
import type { Identification } from "./identity/identification.ts"
import { identitySchema } from "./identity/identity-schema.ts"
import { PUBLIC_FILE } from "./identity/public-file.ts"
import { createHttpsAnswers } from "./tls/https-answers.ts"
import { createTls } from "./tls/tls.ts"
import type { Tls } from "./tls/tls.ts"
import { tlsSchema } from "./tls/tls-schema.ts"

const log = createLog({ level: "silent" })

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

describe("members and strangers behind the gateway", () => {
  let dir: string
  let aviary: TestAviary
  let tls: Tls
  let identification: Identification
  let gateway: Gateway
  let agent: Agent
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "aviary-story-"))
    const socketPath = join(dir, "social.sock")
    tls = await createTls({
      config: tlsSchema.parse({ internal: {} }),
      stateDir: join(dir, "gateway"),
      publicPort: () => gateway.tlsPort,
      clock: systemClock,
      log,
    })
    identification = createIdentification({
      config: identitySchema.parse({ services: [{ socketPath }] }),
      secret: undefined,
      stateDir: join(dir, "gateway"),
      onPurge: (tags) => void gateway.purge(tags),
      clock: systemClock,
      log,
    })
    gateway = createGateway({
      http: { host: "127.0.0.1", port: 0 },
      https: { at: { host: "127.0.0.1", port: 0 }, tls: tls.termination },
      identification,
      localAnswers: createHttpsAnswers(tls),
      hstsFor: (request) => tls.hstsFor(request),
      instanceTls: () => tls.toInstances() ?? {},
      metrics: createMetrics(),
      log,
    })
    aviary = await startAviary({
      clock: "system",
      env: { AVIARY_GATEWAY_LISTEN: socketPath, AVIARY_GATEWAY_KEY_SET: join(dir, "gateway", PUBLIC_FILE) },
    })
    gateway.apply(
      parseRoutingDocument({
        version: 1,
        services: {
          social: {
            instances: [{ id: "a", release: "1", host: "127.0.0.1", port: Number(new URL(aviary.url).port) }],
          },
        },
        routes: [{ name: "all", service: "social", cache: {} }],
      }),
    )
    for (const part of [tls, identification, gateway]) await part.start()
    while (!identification.isConnected()) await new Promise((resolve) => setImmediate(resolve))
    agent = new Agent({ keepAlive: true, ca: tls.authority()?.certificate })
  })
  after(async () => {
    agent.destroy()
    for (const part of [gateway, identification, tls]) await part.stop(AbortSignal.timeout(2_000))
    await aviary.stop()
    await rm(dir, { recursive: true })
  })

  function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { agent, method, headers, host: "localhost", port: gateway.tlsPort, path }
      const asking = httpsRequest(options, (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => (text += chunk))
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
        response.on("error", reject)
      })
      asking.on("error", reject)
      asking.end()
    })
  }
  const as = (member: TestMember) => ({ authorization: `Bearer ${member.token}` })

  async function publish(member: TestMember, status: string): Promise<string> {
    const { body } = await member.api.post("/api/v1/statuses", { status })
    await aviary.settle()
    return (body as { id: string }).id
  }

  it("strangers share an answer, members get their own, and nobody sees the tags", async () => {
    const alice = await aviary.member("alice")
    const id = await publish(alice, "a wren")
    const path = `/api/v1/statuses/${id}`
    const [first, second, own] = [await ask(path), await ask(path), await ask(path, as(alice))]
    assert.equal(first.headers.age, undefined)
    assert.ok(second.headers.age !== undefined, "kept")
    assert.equal(second.text, first.text)
    assert.equal(own.headers.age, undefined)
    assert.equal(own.headers["cache-control"], "private, no-store")
    assert.equal((JSON.parse(own.text) as { favourited: unknown }).favourited, false)
    for (const { headers } of [first, second, own]) assert.equal(headers["cache-tag"], undefined)
    const known = await ask(path, { "if-none-match": String(first.headers.etag) })
    assert.deepEqual([known.status, known.text], [304, ""])
    assert.equal(
      (await ask(`${path}?access_token=${alice.token}`)).headers["cache-control"],
      "private, no-store",
    )
  })

  it("what is deleted is gone for strangers at once", async () => {
    const bob = await aviary.member("bob")
    const id = await publish(bob, "a rook")
    const path = `/api/v1/statuses/${id}`
    for (let i = 0; i < 2; i += 1) assert.equal((await ask(path)).status, 200)
    await bob.api.delete(path)
    await aviary.settle()
    // The line to the gateway is quicker than any of this; what is asserted is that it is not the 15 seconds of the answer.
    const until = performance.now() + 1_000
    while ((await ask(path)).status !== 404) assert.ok(performance.now() < until)
  })

  it("who is suspended is refused at once, and a stranger's bad token does no harm", async () => {
    const carol = await aviary.member("carol")
    const me = "/api/v1/accounts/verify_credentials"
    assert.equal((await ask(me, as(carol))).status, 200)
    await aviary.social.operator.suspend("carol")
    assert.equal((await ask(me, as(carol))).status, 401)
    const invented = { authorization: "Bearer invented" }
    assert.equal((await ask(me, invented)).status, 401)
    assert.equal((await ask("/api/v1/instance", invented)).status, 200)
    const forged = { authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.` }
    assert.equal((await ask(me, forged)).status, 401)
  })

  it("HTTP/2 is spoken, and localhost is told nothing of HSTS, nor sent away from HTTP", async () => {
    const session: ClientHttp2Session = connect(`https://localhost:${gateway.tlsPort}`, {
      ca: tls.authority()?.certificate,
    })
    const status = await new Promise<unknown>((resolve, reject) => {
      session.on("error", reject)
      const stream = session.request({ ":path": "/api/v2/instance" })
      stream.on("response", (headers) => resolve([headers[":status"], headers["strict-transport-security"]]))
      stream.on("error", reject)
      stream.resume()
    })
    assert.deepEqual(status, [200, undefined])
    await new Promise<void>((resolve) => session.close(resolve))
    const plain = await fetch(`http://localhost:${gateway.port}/api/v2/instance`, { redirect: "manual" })
    assert.equal(plain.status, 200)
    await plain.arrayBuffer()
  })
})
