// The gateway's line to a real social service: sockets, keys in files, revocation, restarts.

import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { createLog, systemClock } from "@aviary/kit"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { createIdentification } from "./identification.ts"
import type { Identification } from "./identification.ts"
import { identitySchema } from "./identity-schema.ts"
import { createServiceLink } from "./service-link.ts"
import type { ServiceNews } from "./service-news.ts"
import { PUBLIC_FILE } from "./public-file.ts"

const SECRET = "a-secret-of-thirty-two-characters"
const log = createLog({ level: "silent" })
const signal = () => AbortSignal.timeout(5_000)

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

describe("identities, with a social service", () => {
  let dir: string
  let aviary: TestAviary
  let identification: Identification
  const purged: (readonly string[] | "all")[] = []
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "aviary-identification-"))
    const socketPath = join(dir, "s.sock")
    identification = createIdentification({
      config: identitySchema.parse({ services: [{ socketPath: join(dir, "nobody.sock") }, { socketPath }] }),
      secret: SECRET,
      stateDir: join(dir, "gateway"),
      onPurge: (tags) => purged.push(tags),
      clock: systemClock,
      log,
    })
    // The gateway first: it must not need the service to start.
    await identification.start()
    aviary = await startAviary({
      clock: "system",
      env: {
        AVIARY_GATEWAY_LISTEN: socketPath,
        AVIARY_GATEWAY_SECRET: SECRET,
        AVIARY_GATEWAY_KEY_SET: join(dir, "gateway", PUBLIC_FILE),
      },
    })
    await until(() => identification.isConnected())
  })
  after(async () => {
    await identification.stop(signal())
    await aviary.stop()
    await rm(dir, { recursive: true })
  })

  const me = async (authorization: string): Promise<number> => {
    const answer = await fetch(`${aviary.url}/api/v1/accounts/verify_credentials`, {
      headers: { authorization },
    })
    await answer.arrayBuffer()
    return answer.status
  }

  it("the service takes what the gateway signs, and refuses what the gateway refuses", async () => {
    const alice = await aviary.member("alice")
    const member = await identification.identify(alice.token)
    assert.ok(member.kind === "member" && String(member.accountId) === alice.id)
    assert.ok(!member.authorization.includes(alice.token))
    assert.equal(await me(member.authorization), 200)
    const bad = await identification.identify("invented")
    assert.equal(await me(bad.authorization), 401)
    const open = await fetch(`${aviary.url}/api/v1/instance`, {
      headers: { authorization: bad.authorization },
    })
    assert.equal(open.status, 200, "public routes do not look at it")
  })

  it("under load a revoked token is refused within a second, and other members do not feel it", async () => {
    const [bob, carol] = [await aviary.member("bob"), await aviary.member("carol")]
    const seen: { of: string; at: number; status: number }[] = []
    let isOver = false
    async function useToken(of: string, token: string): Promise<void> {
      while (!isOver) {
        const at = performance.now()
        const { authorization } = identification.known(token) ?? (await identification.identify(token))
        seen.push({ of, at, status: await me(authorization) })
      }
    }
    const loops = Array.from({ length: 3 }, () => [
      useToken("bob", bob.token),
      useToken("carol", carol.token),
    ]).flat()
    await until(() => seen.length > 60)
    await aviary.social.operator.suspend("bob")
    const revokedAt = performance.now()
    await until(() => seen.filter(({ of, at }) => of === "bob" && at > revokedAt + 50).length > 20)
    isOver = true
    await Promise.all(loops)
    assert.ok(seen.every(({ of, status }) => of === "bob" || status === 200))
    const late = seen.filter(({ of, at }) => of === "bob" && at > revokedAt)
    assert.deepEqual([...new Set(late.map(({ status }) => status))], [401], "the instance knew at once")
    assert.equal(identification.known(bob.token)?.kind, "refused", "and so does the gateway")
  })

  it("a whole minute of requests costs one question and one signature a token", async () => {
    const dora = await aviary.member("dora")
    const before = identification.stats()
    await Promise.all(
      Array.from({ length: 300 }, async () => {
        await identification.identify(dora.token)
        assert.ok(identification.known(dora.token))
      }),
    )
    const { asked, signed } = identification.stats()
    assert.deepEqual([asked - before.asked, signed - before.signed], [1, 1])
  })

  it("hears which kept answers are wrong", async () => {
    const emil = await aviary.member("emil")
    const { body } = await emil.api.post("/api/v1/statuses", { status: "a rook" })
    await aviary.settle()
    const { id } = body as { id: string }
    await emil.api.delete(`/api/v1/statuses/${id}`)
    await until(() => purged.some((tags) => tags !== "all" && tags.includes(`post:${id}`)))
    assert.equal(purged[0], "all", "at the beginning anything may have been missed")
  })
})

describe("the line to a service", () => {
  /** A service that answers as the test says. */
  async function fakeService(handlers: {
    introspect?: (token: string) => object | undefined
    news?: string[]
  }) {
    const server = createServer((request, response) => {
      if (request.url === "/news") {
        response.writeHead(200)
        for (const line of handlers.news ?? ['{"type":"hello"}']) response.write(`${line}\n`)
        return
      }
      let form = ""
      request.on("data", (chunk) => (form += String(chunk)))
      request.on("end", () => {
        const answer = handlers.introspect?.(new URLSearchParams(form).get("token") ?? "")
        if (answer) response.end(JSON.stringify(answer))
        else response.writeHead(500).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return {
      endpoint: { host: "127.0.0.1", port: (server.address() as AddressInfo).port },
      async stop() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
      cut: () => server.closeAllConnections(),
    }
  }

  function linkTo(endpoints: { host: string; port: number }[]) {
    const news: ServiceNews[] = []
    const link = createServiceLink({
      endpoints,
      secret: undefined,
      onNews: (item) => news.push(item),
      clock: systemClock,
      log,
    })
    return { link, news }
  }

  it("goes to the next service where one fails, and asks for nothing but what RFC 7662 says", async () => {
    const failing = await fakeService({})
    const good = await fakeService({
      introspect: (token) =>
        token === "a+b c" ? { active: false } : { active: true, token_id: "1", client_id: "2", scope: "" },
    })
    const { link } = linkTo([failing.endpoint, good.endpoint])
    assert.deepEqual(await link.introspect("a+b c"), { active: false, reason: "unknown" })
    const other = await link.introspect("x")
    assert.ok(other.active && other.facts.tokenId === 1 && other.facts.accountId === undefined)
    await link.stop(signal())
    await good.stop()
    await assert.rejects(link.introspect("x"))
    await failing.stop()
  })

  it("garbage from a service is no answer", async () => {
    for (const answer of [
      {},
      { active: "yes" },
      { active: true },
      { active: true, token_id: "-1", client_id: "2", scope: "" },
    ]) {
      const service = await fakeService({ introspect: () => answer })
      const { link } = linkTo([service.endpoint])
      await assert.rejects(link.introspect("x"))
      await link.stop(signal())
      await service.stop()
    }
  })

  it("says when news may have been missed, and when they are heard again", async () => {
    const service = await fakeService({})
    const { link, news } = linkTo([service.endpoint])
    await link.start()
    await until(() => link.isConnected())
    service.cut()
    await until(() => news.length === 3)
    assert.deepEqual(
      news.map(({ type }) => type),
      ["complete", "incomplete", "complete"],
    )
    await link.stop(signal())
    await service.stop()
  })

  it("takes news that it cannot read for news that were missed", async () => {
    const service = await fakeService({
      news: ['{"type":"hello"}', '{"type":"access","change":{"of":"token","id":1}}', "?"],
    })
    const { link, news } = linkTo([service.endpoint])
    await link.start()
    await until(() => news.length >= 3)
    assert.deepEqual(news.slice(0, 3), [
      { type: "complete" },
      { type: "change", of: "token", id: 1 },
      { type: "incomplete" },
    ])
    await link.stop(signal())
    await service.stop()
  })
})
