// The other ways of rolling out, undoing, and what becomes of a rollout when its supervisor is killed: with real requests through
// the real gateway.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { SampleRelease } from "@aviary/testkit"
import { canary, createStage } from "./stage.ts"
import type { Stage } from "./stage.ts"

const GOOD: SampleRelease = { latencyMs: 20 }

let stage: Stage
before(async () => {
  stage = await createStage({ first: { ...GOOD, version: "v1" } })
})
after(() => stage?.remove())

const blueGreen = { replicas: 1, strategy: { blueGreen: { scaleDownDelay: "2m" } } }

test("blue-green with a failing smoke test never switches: no visitor meets it", async () => {
  const visitors = stage.visitors(200)
  await stage.deploy({ ...GOOD, version: "v2", failSmoke: true }, blueGreen)
  const view = await stage.ended()
  const count = await visitors.stop()
  assert.equal(view.status, "rolled-back", view.reason)
  assert.match(view.reason, /smoke/)
  assert.deepEqual(count.byVersion, { v1: count.requests })
})

test("a release that does not start, or never becomes healthy, never gets a request", async () => {
  const visitors = stage.visitors(100)
  for (const broken of [{ failStart: true }, { unhealthy: true }]) {
    await stage.deploy({ ...GOOD, version: "v3", ...broken }, { ...blueGreen, progressDeadlineSeconds: 5 })
    const view = await stage.ended()
    assert.equal(view.status, "rolled-back", view.reason)
  }
  const count = await visitors.stop()
  assert.deepEqual(count.byVersion, { v1: count.requests })
})

test("blue-green switches everybody at once; an undo within a second takes it back, and nothing is lost", async () => {
  const visitors = stage.visitors(200)
  await stage.deploy({ ...GOOD, version: "v4" }, blueGreen)
  const promoted = await stage.until("the switch", ({ phase }) => phase === "settling")
  assert.equal((await stage.service()).stable?.release, promoted.to)
  const begun = performance.now()
  await stage.tell("undo", { reason: "we liked the other" })
  const view = await stage.ended()
  const took = performance.now() - begun
  const count = await visitors.stop()
  assert.equal(view.status, "undone", view.reason)
  assert.equal((await stage.service()).stable?.release, promoted.from)
  assert.ok((count.byVersion["v4"] ?? 0) > 0, "the new one served")
  assert.deepEqual({ failed: count.failedByVersion, lost: count.lost }, { failed: {}, lost: 0 })
  // The target is a second; the machine of the tests has other work.
  assert.ok(took < 3_000, `the undo took ${took} ms`)
})

test("rolling exchanges the instances one by one and loses nothing", async () => {
  const visitors = stage.visitors(200)
  const spec = { replicas: 2, strategy: { rolling: { maxSurge: 1, maxUnavailable: 0 } } }
  await stage.deploy({ ...GOOD, version: "v5" }, spec)
  const view = await stage.ended()
  assert.equal(view.status, "promoted", view.reason)
  const count = await visitors.stop()
  assert.ok((count.byVersion["v5"] ?? 0) > 0 && (count.byVersion["v1"] ?? 0) > 0, JSON.stringify(count))
  assert.deepEqual({ failed: count.failedByVersion, lost: count.lost }, { failed: {}, lost: 0 })
  const { fleets } = await stage.service()
  assert.deepEqual(
    fleets.filter(({ ready }) => ready > 0).map(({ release, ready }) => [release, ready]),
    [[view.to, 2]],
  )
})

test("the supervisor is killed in the middle: visitors notice nothing, and the rollout ends as it would have", async () => {
  const visitors = stage.visitors(300)
  const begun = await stage.deploy({ ...GOOD, version: "v6", errorRate: 0.2 }, canary())
  await stage.until("visitors of the canary", ({ weights }) => weights.some(({ weight }) => weight > 0))
  stage.supervisor().kill("SIGKILL")
  await stage.supervisor().exited
  await stage.start()
  const view = await stage.ended()
  const count = await visitors.stop()
  assert.equal(view.id, begun.id)
  assert.equal(view.status, "rolled-back", view.reason)
  assert.equal((await stage.service()).stable?.release, begun.from)
  assert.equal(count.lost, 0)
  assert.deepEqual(Object.keys(count.failedByVersion), ["v6"], JSON.stringify(count))
})

const ab = {
  replicas: 1,
  strategy: {
    abTest: {
      variants: [
        { name: "now", weight: 50, revision: "stable" },
        { name: "next", weight: 50, revision: "candidate" },
      ],
      // The same people meet the new version in each of these tests.
      stickiness: { by: "cookie", salt: "story" },
      primaryMetric: "sales",
      guardrails: ["shop"],
      maxDuration: "90s",
    },
  },
}

let metNext: string[] = []

test("A/B finds the variant that sells more, and promotes it", async () => {
  const visitors = stage.visitors(300)
  await stage.deploy({ ...GOOD, version: "v7", orderRate: 0.5 }, ab)
  const view = await stage.ended(100_000)
  metNext = visitors.cookiesOf("v7")
  const count = await visitors.stop()
  assert.equal(view.status, "promoted", view.reason)
  assert.deepEqual({ failed: count.failedByVersion, lost: count.lost }, { failed: {}, lost: 0 })
})

test("A/B notices that visitors are not divided as it asked for, and compares nothing", async () => {
  const visitors = stage.visitors(100)
  // A crowd of whom all belong to one variant: somebody sends the others away before they are seen.
  const crowd = stage.visitors(200, { people: metNext.length, cookies: metNext })
  await stage.deploy({ ...GOOD, version: "v8" }, ab)
  const view = await stage.ended()
  await Promise.all([visitors.stop(), crowd.stop()])
  assert.equal(view.status, "rolled-back", view.reason)
  assert.match(view.reason, /not divided as asked for/)
})
