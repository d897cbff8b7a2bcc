// mTLS between the gateway and an instance on another machine: the instance's listener lets in who shows a certificate of the
// gateway's authority, and nobody else.

import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { once } from "node:events"
import { Agent, get } from "node:https"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import type { AgentOptions } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { createLog, systemClock } from "@aviary/kit"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { createServiceLink } from "../identity/service-link.ts"
import { createTls } from "./tls.ts"
import type { Tls } from "./tls.ts"
import { tlsSchema } from "./tls-schema.ts"

const log = createLog({ level: "silent" })
const DAY = 86_400_000
const SECRET = "a-secret-of-thirty-two-characters"

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1")
  await once(probe, "listening")
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, "close")
  return port
}

describe("an instance on another machine", () => {
  let dir: string
  let tls: Tls
  let aviary: TestAviary
  let gatewayPort: number
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "aviary-instances-"))
    tls = await createTls({
      config: tlsSchema.parse({ internal: {} }),
      stateDir: join(dir, "gateway"),
      publicPort: () => 443,
      clock: systemClock,
      log,
    })
    await tls.start()
    await giveCertificate("social-2.test")
    gatewayPort = await freePort()
    aviary = await startAviary({
      env: {
        AVIARY_HTTP_TLS_CERTIFICATE: join(dir, "instance.pem"),
        AVIARY_HTTP_TLS_KEY: join(dir, "instance.key"),
        AVIARY_HTTP_TLS_CLIENTS: tls.authority()?.file ?? "",
        AVIARY_GATEWAY_LISTEN: `127.0.0.1:${gatewayPort}`,
        AVIARY_GATEWAY_SECRET: SECRET,
      },
    })
  })
  after(async () => {
    await aviary.stop()
    await tls.stop(AbortSignal.timeout(1_000))
    await rm(dir, { recursive: true })
  })

  async function giveCertificate(name: string): Promise<void> {
    const certificate = await tls.authority()?.issue({ names: [name], usage: "server", lifetimeMs: DAY })
    await writeFile(join(dir, "instance.pem"), certificate?.chain ?? "")
    await writeFile(join(dir, "instance.key"), certificate?.key ?? "")
  }

  /** The status of an answer, or the code of what went wrong. */
  function ask(options: AgentOptions): Promise<number | string> {
    const agent = new Agent(options)
    return new Promise((resolve) => {
      const asking = get(`${aviary.url}/api/v1/instance`, { agent }, (response) => {
        response.resume()
        response.on("end", () => resolve(response.statusCode ?? 0))
      })
      asking.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    }).finally(() => agent.destroy()) as Promise<number | string>
  }

  it("answers the gateway, under the name that its certificate carries", async () => {
    assert.match(aviary.url, /^https:/)
    assert.equal(await ask({ ...tls.toInstances(), servername: "social-2.test" }), 200)
    assert.equal(
      await ask({ ...tls.toInstances(), servername: "social-3.test" }),
      "ERR_TLS_CERT_ALTNAME_INVALID",
    )
  })

  it("answers nobody without a certificate of the gateway's authority", async () => {
    const ca = tls.authority()?.certificate ?? ""
    assert.equal(typeof (await ask({ ca, servername: "social-2.test" })), "string")
    const other = await createTls({
      config: tlsSchema.parse({ internal: {} }),
      stateDir: join(dir, "other"),
      publicPort: () => 443,
      clock: systemClock,
      log,
    })
    await other.start()
    assert.equal(typeof (await ask({ ...other.toInstances(), ca, servername: "social-2.test" })), "string")
    await other.stop(AbortSignal.timeout(1_000))
  })

  it("tells gateways about tokens by TLS, under the same rule", async () => {
    const news: string[] = []
    const link = (tlsOptions: () => object) =>
      createServiceLink({
        endpoints: [{ host: "127.0.0.1", port: gatewayPort, tls: { serverName: "social-2.test" } }],
        secret: SECRET,
        tlsOptions,
        onNews: ({ type }) => news.push(type),
        clock: systemClock,
        log,
      })
    const own = link(() => tls.toInstances() ?? {})
    await own.start()
    assert.deepEqual(await own.introspect("invented"), { active: false, reason: "unknown" })
    while (!own.isConnected()) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(news[0], "complete")
    await own.stop(AbortSignal.timeout(1_000))
    const stranger = link(() => ({ ca: tls.authority()?.certificate }))
    await assert.rejects(stranger.introspect("invented"))
    await stranger.stop(AbortSignal.timeout(1_000))
  })

  it("reads its files again when they change, and goes on with the old ones when they are broken", async () => {
    const serves = (servername: string) => ask({ ...tls.toInstances(), servername })
    await writeFile(join(dir, "instance.pem"), "nonsense")
    aviary.clock.advance(10_000)
    assert.equal(await serves("social-2.test"), 200)
    await giveCertificate("social-9.test")
    while ((await serves("social-9.test")) !== 200) aviary.clock.advance(10_000)
    assert.equal(await serves("social-2.test"), "ERR_TLS_CERT_ALTNAME_INVALID")
  })
})
