// `kill -9` of PostgreSQL under load: Aviary answers 503 with Retry-After meanwhile, never 500 and never nothing, is alive but
// not ready, and goes on by itself: what was acknowledged is there, streams that were open tell of what comes after.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { createInstallation } from "./aviary-process.ts"
import type { AviaryProcess, Installation } from "./aviary-process.ts"
import { checkConsistency, checkReplay } from "./consistency.ts"
import { ANSWER_DEADLINE_MS, createHttpClient, textOf } from "./http-client.ts"
import type { HttpClient } from "./http-client.ts"
import { settleOpen, startLoad } from "./load.ts"
import type { Load } from "./load.ts"
import { createMembers } from "./members.ts"
import type { Member } from "./members.ts"
import { openUserStream } from "./user-stream.ts"
import { waitFor, waitUntil } from "./wait-until.ts"

const KILLS = 2
const POSTS_BETWEEN = 40

let installation: Installation
let aviary: AviaryProcess
let hawk: Member
let others: Member[]

before(async () => {
  installation = await createInstallation()
  aviary = await installation.start()
  const [first, ...rest] = await createMembers(installation, ["hawk", "wren", "lark", "rook"])
  assert.ok(first)
  hawk = first
  others = rest
})

after(() => installation.remove())

test(
  "PostgreSQL killed under load is 503 for a moment, and nothing is lost",
  { timeout: 90_000 },
  async (t) => {
    const probe = createHttpClient(installation.url)
    const stream = await openUserStream(installation.url, hawk.token)
    const load = startLoad({
      url: installation.url,
      members: others,
      mentioned: hawk,
      name: "gust",
    })
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await morePosts(load)
      const pid = installation.postgresPid()
      assert.ok(pid)
      const started = performance.now()
      process.kill(pid, "SIGKILL")
      await watchOutage(probe)
      const back = performance.now()
      await morePosts(load, 1)
      t.diagnostic(`kill ${kill}: ready again after ${Math.round(back - started)} ms`)
      assert.notEqual(installation.postgresPid(), pid)
    }
    await load.stop()

    const { ledger } = load
    const statuses = new Set(ledger.refused.map((answer) => answer.status))
    assert.deepEqual(
      [...statuses],
      [503],
      JSON.stringify(ledger.refused.find((answer) => answer.status !== 503)),
    )
    for (const { headers, body } of ledger.refused) {
      assert.match(headers["retry-after"] ?? "", /^[1-9]\d*$/, JSON.stringify(body))
    }
    assert.equal(ledger.lost, 0, "every request was answered")
    assert.ok(ledger.slowestMs < ANSWER_DEADLINE_MS)
    assert.equal(aviary.output().includes('"errorCode":"internal"'), false, aviary.output())

    const open = ledger.open.length
    const found = await checkConsistency(installation, { ledger, reader: hawk })
    await settleOpen(installation.url, ledger)
    await checkConsistency(installation, { ledger, reader: hawk })
    const events = await checkReplay(installation)
    t.diagnostic(
      `${found.posts} posts and ${found.likes} likes acknowledged, all found; ${ledger.refused.length} answers 503, ` +
        `${open} left open; slowest answer ${Math.round(ledger.slowestMs)} ms; ${events} events rebuild every table`,
    )

    await assertTold(stream)
    stream.close()
    probe.close()
  },
)

async function morePosts(load: Load, count = POSTS_BETWEEN): Promise<void> {
  const wanted = load.ledger.posts.size + count
  await waitUntil(`${count} more posts`, () => load.ledger.posts.size >= wanted)
}

/** From the kill until it is ready again: live all the time, not ready in between, and a page is 503. */
async function watchOutage(probe: HttpClient): Promise<void> {
  const seen = await waitFor("a moment that is not ready", async () => {
    const ready = await probe.get("/health/ready")
    return ready.status === 200 ? undefined : ready
  })
  assert.equal(seen.status, 503, JSON.stringify(seen.body))
  assert.equal((await probe.get("/health/live")).status, 200)
  await waitUntil("readiness", async () => {
    const [live, ready] = await Promise.all([probe.get("/health/live"), probe.get("/health/ready")])
    assert.equal(live.status, 200)
    return ready.status === 200
  })
}

/** A mention after all that arrives in the stream that was open all along. */
async function assertTold(stream: Awaited<ReturnType<typeof openUserStream>>): Promise<void> {
  const [wren] = others
  assert.ok(wren)
  const client = createHttpClient(installation.url, wren.token)
  const posted = await client.post("/api/v1/statuses", { json: { status: "@hawk the wind has dropped" } })
  const id = textOf(posted, "id")
  await waitUntil("notification in the stream", () => stream.mentions().includes(id))
  assert.equal(stream.mentions().filter((told) => told === id).length, 1)
  client.close()
}
