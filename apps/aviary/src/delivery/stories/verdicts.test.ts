// What becomes of releases that are good, and of those that are bad in one way each: with real requests through the real gateway,
// and evidence of several hundred of them a second.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { canary, createStage } from "./stage.ts"
import type { Stage } from "./stage.ts"

let stage: Stage
before(async () => {
  stage = await createStage({ first: { version: "v1" } })
})
after(() => stage?.remove())

test("a good canary is promoted, and nobody notices", async () => {
  const visitors = stage.visitors(400)
  const begun = await stage.deploy({ version: "v2" })
  const { status, to, reason } = await stage.ended()
  const count = await visitors.stop()
  assert.equal(status, "promoted", reason)
  assert.equal((await stage.service()).stable?.release, to)
  assert.notEqual(begun.from, to)
  assert.deepEqual({ failed: count.failed, lost: count.lost }, { failed: 0, lost: 0 })
})
