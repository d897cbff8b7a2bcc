// `kill -9` in the middle of writes, again and again: of the supervisor alone, which nobody notices; of an instance; of all of Aviary at
// once. Nothing that was acknowledged is lost, nothing half-done is visible, and what was left running is taken over.

import assert from "node:assert/strict"
import { join } from "node:path"
import { after, before, test } from "node:test"
import type { TestContext } from "node:test"
import type { RoutingDocument } from "@aviary/gateway"
import { askControl } from "../gateway/control-client.ts"
import { controlSocketPath } from "../gateway/control-socket.ts"
import { createInstallation } from "./aviary-process.ts"
import type { AviaryProcess, Installation } from "./aviary-process.ts"
import { checkConsistency, checkReplay } from "./consistency.ts"
import { killLeft } from "./kill-left.ts"
import { addLedger, emptyLedger, settleOpen, startLoad } from "./load.ts"
import type { Load } from "./load.ts"
import { createMembers } from "./members.ts"
import type { Member } from "./members.ts"
import { waitUntil } from "./wait-until.ts"

const ROUNDS = 3
const POSTS_A_ROUND = 60

let installation: Installation
let aviary: AviaryProcess
let hawk: Member
let members: Member[]

before(async () => {
  installation = await createInstallation()
  aviary = await installation.start()
  const [first, ...others] = await createMembers(installation, ["hawk", "wren", "lark", "rook", "finch"])
  assert.ok(first)
  hawk = first
  members = [hawk, ...others]
})

after(() => installation.remove())

const total = emptyLedger()

test(
  "the supervisor killed under load is not noticed, and the next one takes over",
  { timeout: 90_000 },
  async (t) => {
    const load = await begin(t, "breeze")
    const left = installation.processes()
    aviary.kill("SIGKILL")
    assert.deepEqual(await aviary.exited, { code: null, signal: "SIGKILL" })
    await morePosts(load)
    aviary = await installation.start()
    await morePosts(load)
    await load.stop()
    assert.equal(load.ledger.lost, 0, "every request was answered")
    assert.deepEqual(load.ledger.refused, [])
    assert.deepEqual(installation.processes(), left, "everything is what it was")
    await checkAll(t, load)
  },
)

test("instances come and go under load, and every request is answered", { timeout: 120_000 }, async (t) => {
  const load = await begin(t, "eddy")
  for (const replicas of [2, 1]) {
    aviary.kill("SIGKILL")
    await aviary.exited
    aviary = await installation.start({ AVIARY_DELIVERY_REPLICAS: String(replicas) })
    await waitUntil(`${replicas} instances with requests`, async () => {
      const served = (await servingInstances()).length
      return installation.processes("social@").length === replicas && served === replicas
    })
    await morePosts(load)
  }
  await load.stop()
  assert.equal(load.ledger.lost, 0, "every request was answered")
  assert.deepEqual(load.ledger.refused, [])
  await checkAll(t, load)
})

test(
  "an instance killed under load is followed by another, and loses nothing that is safe to repeat",
  { timeout: 90_000 },
  async (t) => {
    const load = await begin(t, "gust")
    const [instance] = installation.processes("social@")
    assert.ok(instance)
    killLeft(instance)
    await morePosts(load)
    await load.stop()
    for (const { status, headers } of load.ledger.refused) {
      assert.equal(status, 503)
      assert.match(headers["retry-after"] ?? "", /^[1-9]/)
    }
    await checkAll(t, load)
  },
)

test("what was acknowledged survives kill -9 of everything under load", { timeout: 90_000 }, async (t) => {
  const postgres = installation.postgresPid()
  assert.ok(postgres)
  for (let round = 1; round <= ROUNDS; round += 1) {
    const load = await begin(t, `gale-${round}`)
    aviary.kill("SIGKILL")
    for (const one of installation.processes()) killLeft(one)
    assert.deepEqual(await aviary.exited, { code: null, signal: "SIGKILL" })
    await load.stop()
    assert.ok(load.ledger.lost > 0, "the kill came in the middle of requests")
    assert.equal(installation.postgresPid(), postgres, "PostgreSQL was left running")

    aviary = await installation.start()
    assert.equal(installation.postgresPid(), postgres, "PostgreSQL was taken over")
    t.diagnostic(`round ${round}: first 200 after ${Math.round(aviary.startMs)} ms`)
    await checkAll(t, load)
  }
  const events = await checkReplay(installation)
  t.diagnostic(`${events} events rebuild every table`)
})

/** Those that the gateway gives requests to, as it says at its control socket. */
async function servingInstances(): Promise<readonly string[]> {
  const path = controlSocketPath(join(installation.dataDir, "gateway"))
  const document = (await askControl(path, "GET", "/v1/document")) as RoutingDocument
  return (document.services.social?.instances ?? []).flatMap(({ id, draining }) => (draining ? [] : [id]))
}

/** A load that is well under way. */
async function begin(t: TestContext, name: string): Promise<Load> {
  const load = startLoad({ url: installation.url, members, mentioned: hawk, name })
  t.after(() => load.stop())
  await waitUntil("posts enough to kill it", () => load.ledger.posts.size >= POSTS_A_ROUND)
  return load
}

async function morePosts(load: Load): Promise<void> {
  const wanted = load.ledger.posts.size + POSTS_A_ROUND / 2
  await waitUntil("more posts", () => load.ledger.posts.size >= wanted)
}

/** Everything that was ever acknowledged is there, and what was left open becomes one post each. */
async function checkAll(t: TestContext, load: Load): Promise<void> {
  const open = load.ledger.open.length
  addLedger(total, load.ledger)
  const found = await checkConsistency(installation, { ledger: total, reader: hawk })
  await settleOpen(installation.url, total)
  await checkConsistency(installation, { ledger: total, reader: hawk })
  t.diagnostic(
    `${found.posts} posts and ${found.likes} likes acknowledged, all found; ${open} left open, ${load.ledger.lost} cut off`,
  )
}
