// Certificates from a real ACME server: Pebble, Let's Encrypt's own for tests, which refuses nonces at random and looks at our
// listeners as a public authority does.

import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { createServer as createHttpServer, get } from "node:http"
import { createServer as createNetServer } from "node:net"
import type { AddressInfo, Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from "node:tls"
import { after, before, describe, it } from "node:test"
import { createFakeClock, createLog, systemClock } from "@aviary/kit"
import type { Clock } from "@aviary/kit"
import { createAcmeCertificates } from "./acme-certificates.ts"
import type { AcmeCertificatesDeps } from "./acme-certificates.ts"
import { fetchRenewalWindow, renewalId } from "./acme-client.ts"
import { createCertificateStore } from "./certificate-store.ts"
import { createChallenges } from "./challenges.ts"
import { challengeToken } from "./https-rules.ts"
import { openInternalAuthority } from "./internal-authority.ts"
import { createTicketKeys } from "./ticket-keys.ts"
import { acmeSchema, tlsSchema } from "./tls-schema.ts"

const DAY = 86_400_000
const log = createLog({ level: "silent" })

async function freePorts(count: number): Promise<number[]> {
  const probes = await Promise.all(Array.from({ length: count }, () => listen(createNetServer())))
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port)
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))))
  return ports
}

async function listen<S extends Server>(server: S, port = 0): Promise<S> {
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  return server
}

/** Starts a program and waits until it says that it is ready. */
async function start(program: string, args: string[], ready: RegExp, env = {}): Promise<ChildProcess> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject)
    child.on("exit", () => reject(new Error(`${program} ended: ${said}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data) => {
        said += String(data)
        if (ready.test(said)) resolve()
      })
    }
  })
  return child
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit")
  child.kill()
  await ended
}

describe("certificates from an ACME authority", () => {
  let dir: string
  let directoryUrl: string
  let httpPort: number
  let tlsPort: number
  const children: ChildProcess[] = []

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "aviary-acme-"))
    const [acmePort = 0, managementPort = 0, http = 0, tls = 0, dnsPort = 0, dnsManagement = 0] =
      await freePorts(6)
    httpPort = http
    tlsPort = tls
    const authority = await openInternalAuthority({ dir, name: "Of the ACME server", now: () => Date.now() })
    const own = await authority.issue({ names: ["localhost", "127.0.0.1"], usage: "server", lifetimeMs: DAY })
    setDefaultCACertificates([...getCACertificates("default"), authority.certificate])
    await writeFile(join(dir, "pebble.pem"), own.chain)
    await writeFile(join(dir, "pebble.key"), own.key)
    const config = {
      listenAddress: `127.0.0.1:${acmePort}`,
      managementListenAddress: `127.0.0.1:${managementPort}`,
      certificate: join(dir, "pebble.pem"),
      privateKey: join(dir, "pebble.key"),
      httpPort,
      tlsPort,
      ocspResponderURL: "",
      externalAccountBindingRequired: false,
    }
    await writeFile(join(dir, "pebble.json"), JSON.stringify({ pebble: config }))
    const off = ["-http01", "", "-https01", "", "-tlsalpn01", ""]
    const dns = ["-dns01", `127.0.0.1:${dnsPort}`, "-management", `127.0.0.1:${dnsManagement}`]
    children.push(
      await start(
        "pebble-challtestsrv",
        [...dns, ...off, "-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""],
        /Starting management server/,
      ),
    )
    const args = ["-config", join(dir, "pebble.json"), "-dnsserver", `127.0.0.1:${dnsPort}`]
    children.push(
      await start("pebble", args, /ACME directory available/, {
        PEBBLE_VA_NOSLEEP: "1",
        PEBBLE_WFE_NONCEREJECT: "20",
        // Each order proves its names again.
        PEBBLE_AUTHZREUSE: "0",
      }),
    )
    directoryUrl = `https://127.0.0.1:${acmePort}/dir`
  })
  after(async () => {
    for (const child of children) await stop(child)
    await rm(dir, { recursive: true })
  })

  /** A gateway's listeners, as far as an authority looks at them. */
  async function setup(
    acme: object,
    more: { clock?: Clock; dir?: string } & Partial<AcmeCertificatesDeps> = {},
  ) {
    const config = acmeSchema.parse({ domains: ["birds.test", "www.birds.test"], directoryUrl, ...acme })
    const clock = more.clock ?? systemClock
    const tickets = createTicketKeys({ clock, randomBytes: (size) => Buffer.alloc(size) })
    const store = createCertificateStore({ config: tlsSchema.parse({}), answersChallenges: true, tickets })
    const challenges = createChallenges(store)
    const asked: string[] = []
    const http = await listen(
      createHttpServer((request, response) => {
        const token = challengeToken({ method: request.method ?? "", path: request.url ?? "" })
        const text = token === undefined ? undefined : challenges.challengeFor(token)
        asked.push(request.url ?? "")
        response.writeHead(text === undefined ? 404 : 200, { "content-type": "text/plain" }).end(text)
      }),
      httpPort,
    )
    const tls = createTlsServer(store.termination, (socket) => {
      socket.on("error", () => {})
      asked.push(socket.alpnProtocol || "none")
      socket.end()
    })
    tls.on("tlsClientError", () => {})
    store.termination.attach(tls)
    await listen(tls, tlsPort)
    const source = createAcmeCertificates({
      config,
      clock,
      log,
      challenges,
      shelf: store,
      random: () => 0,
      dir: more.dir ?? join(dir, `state-${Math.random()}`),
      ...more,
    })
    let stopping: Promise<void> | undefined
    return {
      source,
      store,
      asked,
      challenges,
      [Symbol.asyncDispose]: () => (stopping ??= stopAll()),
      stop: () => (stopping ??= stopAll()),
    }

    async function stopAll(): Promise<void> {
      await source.stop(AbortSignal.timeout(1_000))
      tickets.stop()
      await Promise.all([http, tls].map((server) => new Promise((resolve) => server.close(resolve))))
    }
  }

  for (const challenge of ["http-01", "tls-alpn-01"] as const) {
    it(`are got by ${challenge}, kept, and used by the next gateway without asking`, async () => {
      const state = join(dir, `kept-${challenge}`)
      await using first = await setup({ challenge, email: "owner@birds.test" }, { dir: state })
      await first.source.start()
      await first.source.tend()
      assert.equal(first.source.state().problem, undefined)
      const certificate = first.store.find("www.birds.test")
      assert.deepEqual(certificate?.names.toSorted(), ["birds.test", "www.birds.test"])
      assert.ok(
        first.asked.some((what) => what.startsWith("/.well-known/acme-challenge/") || what === "acme-tls/1"),
      )
      for (const path of first.asked)
        assert.equal(
          first.challenges.challengeFor(path.split("/").at(-1) ?? ""),
          undefined,
          "proofs are taken away",
        )
      await first.stop()

      await using second = await setup({ challenge }, { dir: state })
      await second.source.start()
      assert.deepEqual(second.store.find("birds.test"), certificate)
      await second.source.tend()
      assert.deepEqual(second.asked, [])
    })
  }

  it("are renewed ahead of time with the same account, and the account's and the certificate's keys are the owner's alone", async () => {
    const state = join(dir, "renewed")
    const clock = createFakeClock(Date.now())
    await using at = await setup({}, { dir: state, clock, renewalWindow: async () => undefined })
    await at.source.start()
    await at.source.tend()
    const first = at.store.find(undefined)
    assert.ok(first)
    const files = await readdir(state)
    assert.equal(files.length, 2)
    for (const file of files) assert.equal((await stat(join(state, file))).mode & 0o777, 0o600)
    const account = await readFile(
      join(state, files.find((file) => file.startsWith("account")) ?? ""),
      "utf8",
    )
    clock.set(first.notAfter - 31 * DAY)
    await at.source.tend()
    assert.equal(at.store.find(undefined), first, "not yet")
    clock.set(first.notAfter - 29 * DAY)
    await at.source.tend()
    const second = at.store.find(undefined)
    assert.notEqual(second?.chain, first.chain)
    assert.notEqual(second?.key, first.key)
    assert.equal(
      account,
      await readFile(join(state, files.find((file) => file.startsWith("account")) ?? ""), "utf8"),
    )
  })

  it("are renewed when the authority says so", async () => {
    const clock = createFakeClock(Date.now())
    await using at = await setup(
      {},
      { clock, renewalWindow: async () => ({ start: clock.now() - DAY, end: clock.now() - 1 }) },
    )
    await at.source.start()
    await at.source.tend()
    const first = at.store.find(undefined)
    await at.source.tend()
    assert.notEqual(at.store.find(undefined)?.chain, first?.chain)
  })

  it("what an authority suggests is asked for under the certificate's name", async () => {
    await using at = await setup({})
    await at.source.start()
    await at.source.tend()
    const chain = at.store.find(undefined)?.chain ?? ""
    const asked: string[] = []
    const answers: Record<string, unknown> = { "https://ca.test/dir": { renewalInfo: "https://ca.test/ari" } }
    const ask = async (suggested: unknown) =>
      fetchRenewalWindow("https://ca.test/dir", chain, async (url) => {
        asked.push(url)
        return answers[url] ?? suggested
      })
    const suggestedWindow = { start: "2026-01-02T00:00:00Z", end: "2026-01-03T00:00:00+00:00" }
    assert.deepEqual(await ask({ suggestedWindow }), {
      start: Date.UTC(2026, 0, 2),
      end: Date.UTC(2026, 0, 3),
    })
    assert.match(asked.at(-1) ?? "", /^https:\/\/ca\.test\/ari\/[\w-]+\.[\w-]+$/)
    await assert.rejects(ask({ suggestedWindow: { start: "soon", end: "later" } }))
    answers["https://ca.test/dir"] = {}
    assert.equal(await ask({}), undefined, "this one suggests nothing")
  })

  it("are named as RFC 9773 names its example", () => {
    const keyId = "69885b6b87464041e1b37b847ba0ae2cde01c8d4"
    assert.equal(renewalId(keyId, "87654321"), "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE")
    assert.equal(renewalId("00", "123"), "AA.ASM")
  })

  it("the old one serves on when a renewal fails, which is tried again with pauses and told", async () => {
    const clock = createFakeClock(Date.now())
    await using at = await setup({}, { clock, renewalWindow: () => Promise.reject(new Error("no answer")) })
    await at.source.start()
    await at.source.tend()
    const first = at.store.find(undefined)
    assert.ok(first)
    clock.set(first.notAfter - 10 * DAY)
    // From now on nobody can prove anything.
    const put = at.challenges.putText.bind(at.challenges)
    at.challenges.putText = () => {}
    await at.source.tend()
    assert.match(at.source.state().problem ?? "", /./)
    assert.equal(at.store.find(undefined), first)
    at.challenges.putText = put
    clock.advance(119_000)
    assert.ok(at.source.state().problem, "it pauses")
    clock.advance(1_000)
    await at.source.tend()
    assert.equal(at.source.state().problem, undefined)
    assert.notEqual(at.store.find(undefined), first)
  })

  it("an authority that cannot be reached keeps no gateway from starting", async () => {
    const [nowhere = 0] = await freePorts(1)
    await using at = await setup({ directoryUrl: `https://127.0.0.1:${nowhere}/dir` })
    await at.source.start()
    await at.source.tend()
    assert.match(at.source.state().problem ?? "", /ECONNREFUSED/)
    assert.equal(at.store.find(undefined), undefined)
  })

  it(
    "an order that is under way ends with the gateway, and its proofs are gone",
    { timeout: 20_000 },
    async () => {
      await using at = await setup({})
      const put = at.challenges.putText.bind(at.challenges)
      const proven = Promise.withResolvers<string>()
      at.challenges.putText = (token, text) => {
        put(token, text)
        proven.resolve(token)
      }
      await at.source.start()
      const token = await proven.promise
      const stopped = performance.now()
      await at.stop()
      assert.ok(performance.now() - stopped < 1_000, "it waits for no authority")
      assert.equal(at.challenges.challengeFor(token), undefined)
      assert.equal(at.store.find(undefined), undefined)
      assert.equal(at.source.state().problem, undefined, "a stop is no failure")
    },
  )

  it("challenges are answered for nobody's tokens", async () => {
    await using at = await setup({})
    at.challenges.putText("known", "proof")
    const read = (path: string) =>
      new Promise<number | undefined>((resolve) => {
        get({ port: httpPort, path, agent: false }, (response) => resolve(response.resume().statusCode))
      })
    assert.equal(await read("/.well-known/acme-challenge/known"), 200)
    assert.equal(await read("/.well-known/acme-challenge/unknown"), 404)
    assert.equal(await read("/.well-known/acme-challenge/../known"), 404)
  })
})
