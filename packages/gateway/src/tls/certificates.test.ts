// Certificates on real sockets: made, read, chosen, exchanged.

import assert from "node:assert/strict"
import { X509Certificate } from "node:crypto"
import { mkdtemp, readFile, rm, stat, unlink, writeFile } from "node:fs/promises"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connect, createServer } from "node:tls"
import type { ConnectionOptions, Server, TLSSocket, TlsOptions } from "node:tls"
import { after, before, describe, it } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import type { Certificate } from "./certificate.ts"
import { readCertificate } from "./certificate.ts"
import { createCertificateFiles } from "./certificate-files.ts"
import { createCertificateStore } from "./certificate-store.ts"
import { openInternalAuthority } from "./internal-authority.ts"
import type { InternalAuthority } from "./internal-authority.ts"
import { createInternalCertificates, GATEWAY_NAME, localNames } from "./internal-certificates.ts"
import { createTicketKeys } from "./ticket-keys.ts"
import { tlsSchema } from "./tls-schema.ts"

const DAY = 86_400_000
const log = createLog({ level: "silent" })

let dir: string
let authority: InternalAuthority
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "aviary-certificates-"))
  authority = await openInternalAuthority({
    dir: join(dir, "authority"),
    name: "Test",
    now: () => Date.now(),
  })
})
after(() => rm(dir, { recursive: true }))

const issue = (...names: string[]) => authority.issue({ names, usage: "server", lifetimeMs: DAY })

interface Seen {
  /** What was agreed on, or the code of the error. */
  outcome: string
  certificate: string | undefined
  reused: boolean
  session: Buffer | undefined
  /** What the server sent: nothing from one that does not want us. */
  data: string
}

/** One connection: what it was shown. */
function look(port: number, options: ConnectionOptions): Promise<Seen> {
  return new Promise((resolve) => {
    const seen: Seen = { outcome: "", certificate: undefined, reused: false, session: undefined, data: "" }
    const socket = connect({ host: "127.0.0.1", port, ca: authority.certificate, ...options })
    socket.on("session", (session) => (seen.session = session))
    socket.on("secureConnect", () => {
      seen.outcome = `${socket.getProtocol()} ${socket.alpnProtocol || "none"}`
      seen.reused = socket.isSessionReused()
      seen.certificate = socket.getPeerX509Certificate()?.subjectAltName
    })
    socket.on("data", (data) => (seen.data += String(data)))
    socket.on("error", (error: NodeJS.ErrnoException) => (seen.outcome = error.code ?? error.message))
    socket.on("close", () => resolve(seen))
  })
}

async function serve(
  options: TlsOptions & { attach?(server: Server): void },
  onSocket: (socket: TLSSocket) => void = (socket) => void socket.end("x"),
) {
  const server = createServer(options, (socket) => {
    socket.on("error", () => {})
    onSocket(socket)
  })
  options.attach?.(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

function storeWith(
  config: object = {},
  more: { answersChallenges?: boolean; mode?: "request" | "require" } = {},
) {
  const clock = createFakeClock()
  const tickets = createTicketKeys({ clock, randomBytes: (size) => Buffer.alloc(size, clock.now() % 251) })
  const store = createCertificateStore({
    config: tlsSchema.parse(config),
    answersChallenges: more.answersChallenges ?? false,
    clientAuthorities: more.mode && { mode: more.mode, pem: authority.certificate },
    tickets,
  })
  return { store, clock, tickets }
}

describe("the internal authority", () => {
  it("is made once, its key for the owner alone, and signs what clients believe", async () => {
    const again = await openInternalAuthority({
      dir: join(dir, "authority"),
      name: "Other",
      now: () => Date.now(),
    })
    assert.equal(again.certificate, authority.certificate)
    assert.equal((await stat(join(dir, "authority", "authority.key"))).mode & 0o777, 0o600)
    const root = new X509Certificate(authority.certificate)
    assert.ok(root.ca && root.verify(root.publicKey))
    const leaf = await again.issue({
      names: ["birds.test", "127.0.0.1", "::1"],
      usage: "server",
      lifetimeMs: DAY,
    })
    const parsed = new X509Certificate(leaf.chain)
    assert.ok(parsed.verify(root.publicKey) && parsed.checkIssued(root) && !parsed.ca)
    assert.ok(parsed.checkHost("birds.test") && parsed.checkIP("127.0.0.1") && parsed.checkIP("::1"))
    assert.equal(parsed.checkHost("other.test"), undefined)
    assert.deepEqual([leaf.names, leaf.addresses], [["birds.test"], ["127.0.0.1", "::1"]])
    assert.ok(leaf.notAfter - Date.now() <= DAY)
  })

  it("is not replaced when a file is missing or broken: the trust in it would be lost", async () => {
    const place = join(dir, "damaged")
    const open = () => openInternalAuthority({ dir: place, name: "Test", now: () => Date.now() })
    await open()
    const key = await readFile(join(place, "authority.key"), "utf8")
    await unlink(join(place, "authority.key"))
    await assert.rejects(open(), /one is missing/)
    await writeFile(join(place, "authority.key"), (await issue("x.test")).key)
    await assert.rejects(open(), /the key is not the certificate's/)
    await writeFile(join(place, "authority.key"), key)
    await open()
    const later = () => Date.now() + 3_651 * DAY
    await assert.rejects(openInternalAuthority({ dir: place, name: "Test", now: later }), /has ended/)
  })

  it("renews its certificates before their end, those for instances too", { timeout: 20_000 }, async () => {
    const clock = createFakeClock(Date.now())
    const shown: Certificate[] = []
    const at = await openInternalAuthority({
      dir: join(dir, "renewing"),
      name: "Test",
      now: () => clock.now(),
    })
    const certificates = createInternalCertificates({
      authority: at,
      names: ["localhost"],
      clock,
      log,
      shelf: { put: (_source, certificate) => shown.push(certificate) },
    })
    await certificates.start()
    const client = certificates.toInstances()
    assert.equal(new X509Certificate(client.cert).checkHost(GATEWAY_NAME), GATEWAY_NAME)
    for (let hour = 0; hour < 19 * 24; hour += 1) clock.advance(3_600_000)
    assert.equal(shown.length, 1)
    for (let hour = 0; hour < 2 * 24; hour += 1) clock.advance(3_600_000)
    // Making keys takes its time, in which the clock must not run on.
    while (shown.length < 2) await new Promise((resolve) => setImmediate(resolve))
    assert.ok((shown[0]?.notAfter ?? 0) - clock.now() > DAY, "well before its end")
    assert.notEqual(certificates.toInstances().cert, client.cert)
    await certificates.stop(AbortSignal.timeout(1_000))
  })

  it("is for this machine's names and addresses", () => {
    const names = localNames(["Birds.test"], {
      hostname: () => "Nest",
      networkInterfaces: () => ({
        lo: [address("127.0.0.1", true)],
        eth: [address("192.168.1.5"), address("fe80::1"), address("2001:db8::1")],
      }),
    })
    assert.deepEqual(names, [
      "localhost",
      "127.0.0.1",
      "::1",
      "nest",
      "nest.local",
      "192.168.1.5",
      "2001:db8::1",
      "birds.test",
    ])
  })
})

const address = (text: string, internal = false) => ({
  address: text,
  internal,
  netmask: "",
  mac: "",
  cidr: null,
  family: "IPv4" as const,
})

describe("the certificate that a connection is shown", () => {
  it("is the one for the name it asks for, exact before wildcard, else the first", async () => {
    const { store } = storeWith()
    store.put("one", await issue("first.test"))
    store.put("two", await issue("*.birds.test", "birds.test"))
    store.put("three", await issue("robin.birds.test"))
    const { port, stop } = await serve(store.termination)
    const shown = async (servername: string) =>
      (await look(port, { servername, checkServerIdentity: () => undefined })).certificate
    assert.equal(await shown("first.test"), "DNS:first.test")
    assert.equal(await shown("birds.test"), "DNS:*.birds.test, DNS:birds.test")
    assert.equal(await shown("wren.birds.test"), "DNS:*.birds.test, DNS:birds.test")
    assert.equal(await shown("WREN.birds.test"), "DNS:*.birds.test, DNS:birds.test")
    assert.equal(await shown("robin.birds.test"), "DNS:robin.birds.test")
    assert.equal(await shown("a.wren.birds.test"), "DNS:first.test", "a wildcard is one label")
    assert.equal(await shown("unknown.test"), "DNS:first.test")
    const noName = await look(port, { checkServerIdentity: () => undefined })
    assert.equal(noName.certificate, "DNS:first.test")
    await stop()
  })

  it("speaks TLS 1.2 and 1.3 with good suites, HTTP/2 and HTTP/1.1, and nothing less", async () => {
    const { store } = storeWith()
    store.put("one", await issue("birds.test"))
    const { port, stop } = await serve(store.termination)
    const servername = "birds.test"
    const outcome = async (options: ConnectionOptions) =>
      (await look(port, { servername, ...options })).outcome
    assert.equal(await outcome({ ALPNProtocols: ["http/1.1", "h2"] }), "TLSv1.3 h2")
    assert.equal(await outcome({ ALPNProtocols: ["http/1.1"] }), "TLSv1.3 http/1.1")
    assert.equal(await outcome({ maxVersion: "TLSv1.2" }), "TLSv1.2 none")
    const weak = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const
    assert.match(await outcome(weak), /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/)
    assert.match(
      await outcome({ maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" }),
      /HANDSHAKE_FAILURE/,
    )
    assert.match(await outcome({ ALPNProtocols: ["acme-tls/1"] }), /NO_APPLICATION_PROTOCOL/)
    await stop()
    const strict = storeWith({ minVersion: "1.3" }).store
    strict.put("one", await issue("birds.test"))
    const other = await serve(strict.termination)
    assert.match((await look(other.port, { servername, maxVersion: "TLSv1.2" })).outcome, /PROTOCOL_VERSION/)
    await other.stop()
  })

  it("is exchanged while connections go on, and clients come back to the new one without a full handshake", async () => {
    const { store, clock, tickets } = storeWith()
    store.put("one", await issue("birds.test"))
    let open: TLSSocket | undefined
    const { port, stop } = await serve(store.termination, (socket) => {
      if (open) return void socket.end("x")
      open = socket
      socket.pipe(socket)
    })
    const held = connect({ host: "127.0.0.1", port, ca: authority.certificate, servername: "birds.test" })
    const echo = async (text: string) => {
      held.write(text)
      return new Promise((resolve) => held.once("data", (data) => resolve(String(data))))
    }
    assert.equal(await echo("before"), "before")
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const first = await look(port, { servername: "birds.test", maxVersion })
      store.put("one", await issue("birds.test", `${maxVersion.toLowerCase()}.test`))
      const fresh = await look(port, { servername: "birds.test", maxVersion })
      assert.equal(fresh.certificate, `DNS:birds.test, DNS:${maxVersion.toLowerCase()}.test`)
      assert.ok(first.session)
      const again = await look(port, { servername: "birds.test", maxVersion, session: first.session })
      assert.ok(again.reused, `${maxVersion}: the ticket is still good`)
    }
    assert.equal(await echo("after"), "after")
    const last = await look(port, { servername: "birds.test" })
    clock.advance(DAY)
    assert.ok(last.session)
    const nextDay = await look(port, { servername: "birds.test", session: last.session })
    assert.equal(nextDay.reused, false, "tickets of yesterday are not")
    tickets.stop()
    held.destroy()
    await stop()
  })

  it("proves a name to an authority (tls-alpn-01) while others see the ordinary one", async () => {
    const { store } = storeWith({}, { answersChallenges: true })
    store.put("one", await issue("birds.test"))
    const { port, stop } = await serve(store.termination)
    const ask = (ALPNProtocols: string[], servername = "birds.test") =>
      look(port, { servername, ALPNProtocols, checkServerIdentity: () => undefined })
    assert.match((await ask(["acme-tls/1"])).outcome, /NO_APPLICATION_PROTOCOL/, "nothing is being proved")
    store.putChallenge("birds.test", await issue("proof.test"))
    const [proof, other] = await Promise.all([ask(["acme-tls/1"]), ask(["h2", "http/1.1"])])
    assert.deepEqual([proof.outcome, proof.certificate], ["TLSv1.3 acme-tls/1", "DNS:proof.test"])
    assert.deepEqual([other.outcome, other.certificate], ["TLSv1.3 h2", "DNS:birds.test"])
    assert.match((await ask(["acme-tls/1"], "other.test")).outcome, /NO_APPLICATION_PROTOCOL/)
    store.removeChallenge("birds.test")
    assert.match((await ask(["acme-tls/1"])).outcome, /NO_APPLICATION_PROTOCOL/)
    await stop()
  })

  it("is shown only to clients with one of their own where that is demanded", async () => {
    const { store } = storeWith({}, { mode: "require" })
    store.put("one", await issue("birds.test"))
    const { port, stop } = await serve(store.termination)
    const gateway = await authority.issue({ names: [GATEWAY_NAME], usage: "client", lifetimeMs: DAY })
    const foreign = await openInternalAuthority({
      dir: join(dir, "foreign"),
      name: "F",
      now: () => Date.now(),
    })
    const stranger = await foreign.issue({ names: [GATEWAY_NAME], usage: "client", lifetimeMs: DAY })
    const servername = "birds.test"
    assert.equal((await look(port, { servername, cert: gateway.chain, key: gateway.key })).data, "x")
    assert.equal((await look(port, { servername })).data, "")
    assert.equal((await look(port, { servername, cert: stranger.chain, key: stranger.key })).data, "")
    await stop()
  })

  it("without any certificate a connection fails and nothing else", async () => {
    const { store } = storeWith()
    const { port, stop } = await serve(store.termination)
    assert.notEqual((await look(port, { servername: "birds.test" })).outcome, "TLSv1.3 none")
    store.put("one", await issue("birds.test"))
    assert.equal((await look(port, { servername: "birds.test" })).outcome, "TLSv1.3 none")
    await stop()
  })
})

describe("certificates from files", () => {
  async function setup() {
    const files = {
      certificate: join(dir, `c-${Math.random()}.pem`),
      key: join(dir, `k-${Math.random()}.pem`),
    }
    const write = async ({ chain, key }: Pick<Certificate, "chain" | "key">) => {
      await writeFile(files.certificate, chain)
      await writeFile(files.key, key)
    }
    const { store } = storeWith()
    const clock = createFakeClock(Date.now())
    return { files, write, store, source: createCertificateFiles({ files, shelf: store, clock, log }) }
  }

  it("are used anew when they change, and broken ones are not", async () => {
    const { files, write, store, source } = await setup()
    await write(await issue("one.test"))
    await source.start()
    assert.deepEqual(store.find(undefined)?.names, ["one.test"])
    assert.equal(await source.look(), false, "nothing changed")
    await write(await issue("two.test"))
    assert.equal(await source.look(), true)
    assert.deepEqual(store.find(undefined)?.names, ["two.test"])

    const three = await issue("three.test")
    const ended = await authority.issue({ names: ["ended.test"], usage: "server", lifetimeMs: -60_000 })
    const broken: (() => Promise<unknown>)[] = [
      () => writeFile(files.certificate, three.chain),
      () => write({ chain: "", key: three.key }),
      () => write({ chain: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----", key: three.key }),
      () => write({ chain: three.chain, key: "nonsense" }),
      () => write(ended),
      () => unlink(files.key),
    ]
    for (const damage of broken) {
      await damage()
      assert.equal(await source.look(), false)
      assert.ok(source.state().problem)
      assert.deepEqual(store.find(undefined)?.names, ["two.test"], String(damage))
    }
    await write(three)
    assert.equal(await source.look(), true, "as soon as they are whole")
    assert.deepEqual([source.state().problem, source.state().names], [undefined, ["three.test"]])
    await source.stop(AbortSignal.timeout(1_000))
  })

  it("that cannot be used at the start are a reason not to", async () => {
    const { source, files } = await setup()
    await assert.rejects(source.start(), (error: Error) => error.message.includes(files.certificate))
  })

  it("are refused when the key is another's", async () => {
    const [one, two] = [await issue("one.test"), await issue("two.test")]
    assert.throws(() => readCertificate(one.chain, two.key), /not the certificate's/)
  })
})
