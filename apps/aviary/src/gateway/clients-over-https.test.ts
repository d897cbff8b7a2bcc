// The proof that existing apps work as people run Aviary: five real clients, each through a member's whole day, over HTTPS with
// the installation's own authority, against `aviary start` with its gateway in front. At the end the ledger's sums must be right.

import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import type { GatewayStatus } from "@aviary/gateway"
import { clientLoops, trustAuthority } from "@aviary/testkit"
import { createInstallation, freePort } from "../faults/aviary-process.ts"
import type { Installation } from "../faults/aviary-process.ts"
import { createMembers } from "../faults/members.ts"
import { waitUntil } from "../faults/wait-until.ts"
import { askControl } from "./control-client.ts"
import { controlSocketPath } from "./control-socket.ts"

let installation: Installation
let url: string
let workDir: string

before(async () => {
  installation = await createInstallation()
  workDir = await mkdtemp(join(tmpdir(), "aviary-clients-"))
  const port = await freePort()
  url = `https://localhost:${port}`
  await installation.start({
    AVIARY_GATEWAY_HTTPS_PORT: String(port),
    AVIARY_HTTP_PUBLIC_URL: url,
    // As everybody's: a member's day must not meet them.
    AVIARY_GATEWAY_LIMITS_ENABLED: "true",
  })
  trustAuthority(join(installation.dataDir, "gateway", "authority", "authority.pem"))
})
after(async () => {
  await installation.remove()
  await rm(workDir, { recursive: true, force: true })
})

for (const [name, run] of Object.entries(clientLoops)) {
  test(`a whole day with ${name} over HTTPS, through the gateway`, { timeout: 180_000 }, async () => {
    const [user, other] = await createMembers(installation, [`${name}_user`, `${name}_other`])
    assert.ok(user && other)
    const report = await run({ baseUrl: url, user, other, workDir: join(workDir, name) })
    const failed = report.steps.filter((step) => !step.ok)
    assert.deepEqual(failed, [], `${report.client}: ${failed.length} of ${report.steps.length} steps failed`)
    assert.ok(report.steps.length >= 10, `${report.client} did only ${report.steps.length} steps`)
  })
}

test("the ledger has each of their requests once, in one outcome", { timeout: 60_000 }, async () => {
  // Streams end some time after their clients.
  await waitUntil("end of all requests", async () => (await gatewayStatus()).ledger.inFlight === 0)
  const { ledger, connections } = await gatewayStatus()
  assert.equal(ledger.difference, 0)
  assert.equal(ledger.endedTwice, 0)
  assert.equal(connections.tunnels, 0)
  const ended = Object.values(ledger.outcomes).reduce((sum, count) => sum + count, 0)
  assert.equal(ended, ledger.accepted)
  assert.ok(ledger.outcomes.answered > 100, `${ledger.outcomes.answered} answers`)
  assert.ok(ledger.outcomes.upgraded > 0, "streams by WebSocket have passed")
})

/** What the gateway says of itself at its control socket. */
async function gatewayStatus(): Promise<GatewayStatus> {
  const socketPath = controlSocketPath(join(installation.dataDir, "gateway"))
  return (await askControl(socketPath, "GET", "/v1/status")) as GatewayStatus
}
