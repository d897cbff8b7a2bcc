import assert from "node:assert/strict"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import type { LocalAnswers } from "../proxy/local-answers.ts"
import { createHttpsAnswers } from "./https-answers.ts"
import { createTls } from "./tls.ts"
import { tlsSchema } from "./tls-schema.ts"

const DAY = 86_400_000
const log = createLog({ level: "silent" })

describe("HTTPS, put together", () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "aviary-tls-"))
  })
  after(() => rm(dir, { recursive: true }))

  const make = (config: object, name = "state") =>
    createTls({
      config: tlsSchema.parse(config),
      stateDir: join(dir, name),
      publicPort: () => 443,
      clock: createFakeClock(Date.now()),
      log,
    })
  const view = (host: string, path = "/", secure = false): Parameters<LocalAnswers>[0] => ({
    method: "GET",
    path,
    query: "",
    host,
    authority: host,
    address: "192.0.2.1",
    secure,
    header: () => undefined,
    cookie: () => undefined,
  })

  it("redirects and binds hosts whose certificate browsers believe, and no others", async () => {
    await using stack = new AsyncDisposableStack()
    const other = await make({ internal: {} }, "other")
    const given = await other
      .authority()
      ?.issue({ names: ["birds.test", "*.nest.test"], usage: "server", lifetimeMs: DAY })
    const files = { certificate: join(dir, "c.pem"), key: join(dir, "k.pem") }
    await writeFile(files.certificate, given?.chain ?? "")
    await writeFile(files.key, given?.key ?? "")
    const tls = await make({ files: [files], internal: { names: ["home.test"] } })
    stack.defer(() => tls.stop(AbortSignal.timeout(1_000)))
    await tls.start()
    const answer = createHttpsAnswers(tls)
    const redirected = (host: string) => answer(view(host))?.status
    assert.equal(redirected("birds.test"), 301)
    assert.equal(redirected("wren.nest.test"), 301)
    for (const host of [
      "home.test",
      "localhost",
      "127.0.0.1",
      "unknown.test",
      "nest.test",
      "a.b.nest.test",
    ]) {
      assert.equal(redirected(host), undefined, host)
      assert.equal(tls.hstsFor(view(host, "/", true)), undefined, host)
    }
    assert.equal(tls.hstsFor(view("birds.test", "/", true)), "max-age=31536000")
    assert.equal(answer(view("birds.test", "/", true)), undefined, "who is there stays")
    assert.equal(answer(view("birds.test", "/.well-known/acme-challenge/x"))?.status, 301, "no proof of ours")
    assert.deepEqual(
      tls.certificates().map(({ source, problem }) => [source.split(" ")[0], problem]),
      [
        ["file", undefined],
        ["internal", undefined],
      ],
    )
    assert.ok(tls.trustCommand()?.includes(tls.authority()?.file ?? "?"))
    assert.equal(await readFile(tls.authority()?.file ?? "", "utf8"), tls.toInstances()?.ca)
  })

  it("says which setting is wrong", () => {
    for (const config of [
      { acme: { domains: [] } },
      { acme: { domains: ["*.birds.test"] } },
      { acme: { domains: ["not a name"] } },
      { acme: { domains: ["birds.test"], directoryUrl: "http://ca.test/dir" } },
      { minVersion: "1.1" },
      { files: [{ certificate: "c.pem" }] },
      { hsts: { maxAge: "5 years" } },
      { unknown: 1 },
    ])
      assert.equal(tlsSchema.safeParse(config).success, false, JSON.stringify(config))
  })

  it("a file that is named and cannot be used is told at the start", async () => {
    await assert.rejects(
      make({ clientAuth: { mode: "require", authorities: join(dir, "none.pem") } }),
      /none\.pem/,
    )
    const tls = await make({ files: [{ certificate: join(dir, "none.pem"), key: join(dir, "none.key") }] })
    await assert.rejects(tls.start(), /none\.pem/)
    await tls.stop(AbortSignal.timeout(1_000))
  })
})
