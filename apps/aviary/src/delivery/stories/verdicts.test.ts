// What becomes of releases that are good, and of those that are bad in one way each: with real requests through the real gateway,
// and evidence of several hundred of them a second.

import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { after, before, test } from "node:test"
import type { RolloutView, TemplateBacktest } from "@aviary/delivery"
import type { SampleRelease, VisitorCount } from "@aviary/testkit"
import { canary, createStage } from "./stage.ts"
import type { Stage } from "./stage.ts"

// Slow enough that what the machine does besides is little against it, and so even that a fifth is seen soon.
const GOOD: SampleRelease = { latencyMs: 300, latencySpread: 0.2, orderRate: 0.9 }

let stage: Stage
before(async () => {
  stage = await createStage({ first: { ...GOOD, version: "v1" } })
})
after(() => stage?.remove())

/** A release meets visitors until its rollout has ended. */
async function meet(
  release: SampleRelease,
  perSecond = 400,
): Promise<{ view: RolloutView; count: VisitorCount }> {
  const visitors = stage.visitors(perSecond)
  await stage.deploy({ ...GOOD, ...release })
  const view = await stage.ended(90_000)
  return { view, count: await visitors.stop() }
}

test("a good canary is promoted, and nobody notices", async () => {
  const { view, count } = await meet({ version: "v2" })
  assert.equal(view.status, "promoted", view.reason)
  assert.equal((await stage.service()).stable?.release, view.to)
  assert.deepEqual({ failed: count.failedByVersion, lost: count.lost }, { failed: {}, lost: 0 })
})

test("5 % errors are rolled back, and few have met them", async () => {
  const { view, count } = await meet({ version: "v3", errorRate: 0.05 })
  assert.equal(view.status, "rolled-back", view.reason)
  assert.match(view.reason, /shop\/errors/)
  assert.equal(view.analyses.at(-1)?.verdict, "fail", "what was seen is still shown")
  assert.equal((await stage.service()).stable?.release, view.from)
  assert.ok(count.failed <= 25, `${count.failed} requests failed`)
  assert.equal(count.lost, 0)
})

test("a 95th percentile that is a fifth higher is rolled back, without an error", async () => {
  const { view, count } = await meet({ version: "v4", latencyFactor: 1.2 })
  assert.equal(view.status, "rolled-back", view.reason)
  assert.match(view.reason, /shop\/latency/)
  assert.deepEqual({ failed: count.failedByVersion, lost: count.lost }, { failed: {}, lost: 0 })
})

test("a fifth fewer orders are rolled back, though nothing fails and nothing is slow", async () => {
  const { view, count } = await meet({ version: "v5", orderRate: 0.72 })
  assert.equal(view.status, "rolled-back", view.reason)
  assert.match(view.reason, /shop\/orders/)
  assert.deepEqual({ failed: count.failedByVersion, lost: count.lost }, { failed: {}, lost: 0 })
})

test("too little traffic ends undetectable and pauses: nothing is promoted blind", async () => {
  const visitors = stage.visitors(10)
  await stage.deploy({ ...GOOD, version: "v6" }, canary({ template: "shop-brief", untilRequestsPerArm: 1 }))
  const view = await stage.until("the pause", ({ status }) => status === "paused")
  assert.match(view.reason, /^undetectable/)
  assert.notEqual(view.waitsFor, undefined)
  await stage.tell("abort", { reason: "nobody came" })
  assert.equal((await stage.ended()).status, "aborted")
  assert.equal((await visitors.stop()).lost, 0)
})

test("a source of figures that goes away is no pass: the rollout pauses and says so", async (t) => {
  const source = createServer((_request, response) => response.end('{"value": 1}')).listen(0, "127.0.0.1")
  await once(source, "listening")
  const leave = (): void => {
    source.close()
    source.closeAllConnections()
  }
  t.after(leave)
  const port = String((source.address() as AddressInfo).port)
  const visitors = stage.visitors(200)
  await stage.deploy({ ...GOOD, version: "v7" }, canary({ template: "stock", args: { port } }))
  await stage.until("measurements", ({ analyses }) => (analyses[0]?.metrics[0]?.counts.measurements ?? 0) > 2)
  leave()
  const view = await stage.until("the pause", ({ status }) => status === "paused")
  assert.match(view.reason, /stock/)
  await stage.tell("abort")
  assert.equal((await stage.ended()).status, "aborted")
  assert.equal((await visitors.stop()).failed, 0)
})

test("each verdict comes out of its record again, and a template is tried on what went well", async () => {
  const records = await stage.command("rollout", "records", "shop", "--replay", "--json")
  assert.equal(records.code, 0, records.output)
  const replayed = records.output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { replay: { recorded?: string; replayed: string; same: boolean } })
  const ended = replayed.flatMap(({ replay }) => replay.recorded ?? [])
  for (const verdict of ["pass", "fail", "undetectable"]) assert.ok(ended.includes(verdict), records.output)
  assert.deepEqual(
    replayed.filter(({ replay }) => !replay.same),
    [],
  )

  const backtest = await stage.command("rollout", "backtest", "shop", "--service", "shop", "--json")
  assert.equal(backtest.code, 2, "one release that went well is too little to say")
  const { releases, neededReleases, unseen } = JSON.parse(backtest.output) as TemplateBacktest
  assert.deepEqual([releases, unseen], [1, []])
  assert.ok(neededReleases > 1)
})
