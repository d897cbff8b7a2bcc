// `aviary gateway` by itself, as whoever runs it beside other things meets it: a certificate from files, a proxy in front that
// speaks the PROXY protocol, a document put at the control socket and in force again after the gateway was replaced.

import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { connect as connectPlain } from "node:net"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { connect as connectTls } from "node:tls"
import { createTls, tlsSchema } from "@aviary/gateway"
import { createLog, readSettings, systemClock } from "@aviary/kit"
import { createInstallation, freePort } from "../faults/aviary-process.ts"
import type { AviaryProcess, Installation } from "../faults/aviary-process.ts"
import { waitFor } from "../faults/wait-until.ts"
import { aviarySettings } from "../settings.ts"
import { askControl } from "./control-client.ts"
import { controlSocketPath } from "./control-socket.ts"
import { defaultLimits } from "./default-limits.ts"
import { socialRouting } from "./social-routing.ts"

const DAY_MS = 86_400_000

let installation: Installation
let port: number
let files: { certificate: string; key: string }
let ca: string
/** An instance that answers with the client's address as the gateway told it. */
const instance = createServer((request, response) => {
  response.end(`for ${String(request.headers["x-forwarded-for"])}.`)
})

before(async () => {
  installation = await createInstallation()
  port = await freePort()
  await new Promise<void>((resolve) => instance.listen(0, "127.0.0.1", resolve))
  files = { certificate: join(installation.dataDir, "c.pem"), key: join(installation.dataDir, "k.pem") }
  const authority = (
    await createTls({
      config: tlsSchema.parse({ internal: {} }),
      stateDir: join(installation.dataDir, "elsewhere"),
      publicPort: () => 0,
      clock: systemClock,
      log: createLog({ level: "silent" }),
    })
  ).authority()
  assert.ok(authority)
  const given = await authority.issue({ names: ["birds.test"], usage: "server", lifetimeMs: DAY_MS })
  writeFileSync(files.certificate, given.chain)
  writeFileSync(files.key, given.key)
  ca = authority.certificate
})
after(async () => {
  await new Promise((resolve) => instance.close(resolve))
  await installation.remove()
})

function run(): AviaryProcess {
  return installation.run(["gateway"], {
    AVIARY_GATEWAY_HTTPS_PORT: String(port),
    AVIARY_GATEWAY_CERTIFICATE: files.certificate,
    AVIARY_GATEWAY_CERTIFICATE_KEY: files.key,
    AVIARY_GATEWAY_PROXY_PROTOCOL: "true",
    AVIARY_HTTP_TRUSTED_PROXIES: "127.0.0.1",
  })
}

/** A request as a proxy that speaks the PROXY protocol hands it on, over TLS; the answer. */
function askThroughProxy(): Promise<string> {
  return new Promise((resolve, reject) => {
    const plain = connectPlain({ port, host: "127.0.0.1" })
    plain.on("error", reject)
    plain.write("PROXY TCP4 192.0.2.77 192.0.2.1 4711 443\r\n")
    const socket = connectTls({ socket: plain, ca, servername: "birds.test" })
    let answer = ""
    socket.on("error", reject)
    socket.setEncoding("latin1").on("data", (text: string) => (answer += text))
    socket.on("end", () => resolve(answer))
    socket.write("GET / HTTP/1.1\r\nHost: birds.test\r\nConnection: close\r\n\r\n")
  })
}

test(
  "the gateway alone serves by its files and documents, and by the last one after it was replaced",
  {
    timeout: 60_000,
  },
  async () => {
    const socketPath = controlSocketPath(join(installation.dataDir, "gateway"))
    const first = run()
    await waitFor("control socket", () => askControl(socketPath, "GET", "/v1/status"))
    const address = { host: "127.0.0.1", port: (instance.address() as AddressInfo).port }
    const { gateway, firehose } = readSettings(aviarySettings, { env: {} })
    const limits = defaultLimits(gateway.limits, firehose.connectsPerMinute)
    const { name, routes, upstream } = socialRouting({ maxBodyBytes: 1_000, limits })
    const instances = [{ id: "social-1", release: "current", ...address }]
    const document = { version: 1, services: { [name]: { instances, upstream } }, routes }
    await askControl(socketPath, "PUT", "/v1/document", document)
    assert.match(await waitFor("HTTPS", askThroughProxy), /^HTTP\/1\.1 200 [^]*\r\n\r\nfor 192\.0\.2\.77\.$/)
    assert.deepEqual(await askControl(socketPath, "POST", "/v1/revoke", { accounts: ["1"] }), {
      forgotten: 0,
    })
    first.kill("SIGTERM")
    assert.deepEqual(await first.exited, { code: 0, signal: null }, first.output())
    run()
    assert.match(await waitFor("HTTPS again", askThroughProxy), /\r\n\r\nfor 192\.0\.2\.77\.$/)
  },
)

test("a certificate without its key is told at the start", { timeout: 30_000 }, async () => {
  const child = installation.run(["gateway"], { AVIARY_GATEWAY_CERTIFICATE: files.certificate })
  assert.equal((await child.exited).code, 1)
  assert.match(child.output(), /gateway\.certificate and gateway\.certificateKey go together/)
})
