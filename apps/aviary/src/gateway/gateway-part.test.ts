// The gateway, its keeper and their supervisor are killed in turn: who connects meanwhile waits and is not refused, and what comes after
// goes on with what there is.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { createInstallation } from "../faults/aviary-process.ts"
import type { AviaryProcess, Installation } from "../faults/aviary-process.ts"
import { killLeft } from "../faults/kill-left.ts"
import type { LeftProcess } from "../left-processes.ts"
import { waitFor, waitUntil } from "../faults/wait-until.ts"

let installation: Installation
let aviary: AviaryProcess

before(async () => {
  installation = await createInstallation()
  aviary = await installation.start()
})
after(() => installation.remove())

function one(name: string): LeftProcess {
  const [found] = installation.processes(name)
  assert.ok(found, `there is a ${name}`)
  return found
}

/** New connections, each answered. */
async function assertServed(times = 5): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const answer = await fetch(`${installation.url}/api/v1/timelines/public`, {
      headers: { connection: "close" },
    })
    assert.equal(answer.status, 200)
    await answer.arrayBuffer()
  }
}

const another = (name: string, before: LeftProcess): Promise<LeftProcess> =>
  waitFor(`another ${name}`, async () => installation.processes(name).find(({ pid }) => pid !== before.pid))

test(
  "a gateway that is killed is followed by another, and no connection is refused",
  { timeout: 60_000 },
  async () => {
    const first = one("gateway")
    killLeft(first)
    await assertServed()
    await another("gateway", first)
  },
)

test(
  "without a supervisor everything serves on, and a gateway that is killed is followed too",
  { timeout: 90_000 },
  async () => {
    const before = installation.processes()
    assert.deepEqual(before.map(({ name }) => name).sort(), ["gateway", "keeper", "social@checkout-1"])
    aviary.kill("SIGKILL")
    await aviary.exited
    await assertServed()
    const first = one("gateway")
    killLeft(first)
    await assertServed()
    await another("gateway", first)

    const left = installation.processes()
    aviary = await installation.start()
    await waitUntil("word of what was found", () => /Ready/.test(aviary.output()))
    assert.match(aviary.output(), /network +taken over[^]*gateway +taken over/)
    assert.deepEqual(installation.processes(), left, "each of them is the one that it was")
  },
)

test(
  "a keeper that is killed leaves its gateway serving, and is followed when that ends",
  { timeout: 60_000 },
  async () => {
    const keeper = one("keeper")
    const gateway = one("gateway")
    killLeft(keeper)
    await assertServed()
    assert.deepEqual(one("gateway"), gateway)
    killLeft(gateway)
    await another("keeper", keeper)
    await waitFor(
      "an answer",
      async () => (await fetch(`${installation.url}/health/live`)).status === 200 || undefined,
    )
  },
)

test(
  "other settings replace the gateway and the instances at the next start, without a refusal",
  { timeout: 90_000 },
  async () => {
    const gateway = one("gateway")
    aviary.kill("SIGKILL")
    await aviary.exited
    aviary = await installation.start({ AVIARY_GATEWAY_ACCESS_LOG: "false" })
    await assertServed()
    await another("gateway", gateway)
  },
)

test("the end of the supervisor by a signal ends all of it", { timeout: 60_000 }, async () => {
  aviary.kill("SIGTERM")
  assert.deepEqual(await aviary.exited, { code: 0, signal: null }, aviary.output())
  assert.deepEqual(installation.processes(), [])
})
