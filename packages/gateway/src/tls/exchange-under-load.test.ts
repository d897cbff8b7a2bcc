// Certificates are exchanged while requests run: new connections are shown the new one, open ones go on, and nothing is lost.

import assert from "node:assert/strict"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect as connectHttp2 } from "node:http2"
import type { ClientHttp2Session } from "node:http2"
import { Agent, request } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { connect } from "node:tls"
import { createFakeClock, createLog } from "@aviary/kit"
import { answering, ok, rawInstance } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"
import { openInternalAuthority } from "./internal-authority.ts"
import { createTls } from "./tls.ts"
import { tlsSchema } from "./tls-schema.ts"

const DAY = 86_400_000
const HOUR = 3_600_000
const log = createLog({ level: "silent" })

async function temporaryDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "aviary-exchange-"))
  t.after(() => rm(dir, { recursive: true }))
  return dir
}

interface Setting {
  readonly dir: string
  readonly config: object
  /** Where the gateway's clock begins. */
  readonly start: number
  /** PEM of the authority that clients believe; known once the gateway runs. */
  readonly authority?: string
}

async function secureGateway(t: TestContext, { dir, config, start, authority }: Setting) {
  const instance = await rawInstance(answering(() => ok("answered")))
  t.after(() => instance.close())
  const clock = createFakeClock(start)
  const tls = await createTls({
    config: tlsSchema.parse(config),
    stateDir: join(dir, "state"),
    publicPort: () => 443,
    clock,
    log,
  })
  await tls.start()
  t.after(() => tls.stop(AbortSignal.timeout(1_000)))
  const gateway = await testGateway(t, {
    ports: [instance.port],
    options: { https: { at: { host: "127.0.0.1", port: 0 }, tls: tls.termination } },
  })
  const ca = authority ?? tls.authority()?.certificate ?? ""
  return { gateway, clock, ca, port: gateway.tlsPort }
}

type At = Pick<Awaited<ReturnType<typeof secureGateway>>, "port" | "ca">

/** What a new connection is shown. */
function shown({ port, ca }: At): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, ca, host: "127.0.0.1", servername: "localhost" }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.on("error", reject)
  })
}

/** One request; what is wrong with its answer rejects. Resolves to whether it went over a connection that was open before. */
function ask(agent: Agent, { port, ca }: At): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, port, ca, host: "127.0.0.1", servername: "localhost" }, (answer) => {
      let text = ""
      answer.setEncoding("latin1")
      answer.on("data", (chunk: string) => (text += chunk))
      answer.on("error", reject)
      answer.on("end", () => {
        if (answer.statusCode === 200 && text === "answered") resolve(sent.reusedSocket)
        else reject(new Error(`${answer.statusCode} ${text}`))
      })
    })
    sent.on("error", reject)
    sent.end()
  })
}

/** A connection of HTTP/2 that was open before anything is exchanged. */
async function openSession(t: TestContext, { port, ca }: At): Promise<ClientHttp2Session> {
  const session = connectHttp2(`https://localhost:${port}`, { ca, host: "127.0.0.1" })
  t.after(() => session.close())
  await once(session, "connect")
  return session
}

/** One request as a stream of its own; what is wrong with its answer rejects. */
async function askOver(session: ClientHttp2Session): Promise<void> {
  const stream = session.request({ ":path": "/" })
  const [head] = (await once(stream, "response")) as [{ ":status"?: number }]
  let body = ""
  for await (const chunk of stream.setEncoding("latin1")) body += String(chunk)
  assert.deepEqual([head[":status"], body], [200, "answered"])
}

/** Exchanges certificates by `exchange` while clients of all kinds ask: on kept connections, over HTTP/2, and each time on a new one. */
async function exchangeWhileAsking(
  t: TestContext,
  at: At & Pick<Awaited<ReturnType<typeof secureGateway>>, "gateway">,
  rounds: number,
  exchange: (isOver: () => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const kept = new Agent({ keepAlive: true, maxSockets: 2 })
  const fresh = new Agent({ keepAlive: false, maxCachedSessions: 0 })
  const held = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => [kept, fresh, held].forEach((agent) => agent.destroy()))
  assert.equal(await ask(held, at), false)
  const [heldSession, busySession] = [await openSession(t, at), await openSession(t, at)]
  await askOver(heldSession)
  let asked = 2
  let over = false
  const clients = [kept, kept, fresh, fresh].map(async (agent) => {
    while (!over) {
      await ask(agent, at)
      asked += 1
    }
  })
  clients.push(
    ...[busySession, busySession].map(async (session) => {
      while (!over) {
        await askOver(session)
        asked += 1
      }
    }),
  )
  const certificates = new Set([await shown(at)])
  try {
    for (let round = 0; round < rounds; round += 1) {
      const until = asked + 20
      await exchange(async () => !certificates.has(await shown(at)))
      certificates.add(await shown(at))
      assert.equal(await ask(held, at), true, "the connection that was open goes on")
      await askOver(heldSession)
      assert.equal(heldSession.closed || busySession.closed, false, "and those of HTTP/2 do")
      asked += 2
      while (asked < until) await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    over = true
  }
  await Promise.all(clients)
  assert.equal(certificates.size, rounds + 1)
  assert.deepEqual(at.gateway.outcomes(), { answered: asked })
}

test(
  "files with a new certificate take effect while requests run, and none is lost",
  {
    timeout: 60_000,
  },
  async (t) => {
    const dir = await temporaryDir(t)
    const authority = await openInternalAuthority({
      dir: join(dir, "authority"),
      name: "Test",
      now: () => Date.now(),
    })
    const files = { certificate: join(dir, "certificate.pem"), key: join(dir, "key.pem") }
    const writeNew = async (): Promise<void> => {
      const names = ["localhost", "127.0.0.1"]
      const { chain, key } = await authority.issue({ names, usage: "server", lifetimeMs: DAY })
      await writeFile(files.certificate, chain)
      await writeFile(files.key, key)
    }
    await writeNew()
    const at = await secureGateway(t, {
      dir,
      config: { files: [files] },
      start: Date.now(),
      authority: authority.certificate,
    })
    await exchangeWhileAsking(t, at, 3, async (isOver) => {
      await writeNew()
      while (!(await isOver())) at.clock.advance(5_000)
    })
  },
)

test(
  "the internal authority's certificate is renewed while requests run, and none is lost",
  {
    timeout: 60_000,
  },
  async (t) => {
    const dir = await temporaryDir(t)
    // Made 25 days ago for 30 days, and renewed 4 days ago: good for clients now, both of them.
    const at = await secureGateway(t, { dir, config: { internal: {} }, start: Date.now() - 25 * DAY })
    await exchangeWhileAsking(t, at, 1, async (isOver) => {
      at.clock.set(Date.now() - 4 * DAY)
      while (!(await isOver())) at.clock.advance(HOUR)
    })
  },
)
