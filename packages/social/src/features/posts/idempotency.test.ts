import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { IDEMPOTENCY_MS, sweepKeys } from "./idempotency.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

test("a key is remembered for an hour and then swept", async () => {
  const alice = await aviary.member("alice")
  const { core } = aviary.social
  const send = () =>
    alice.api.post("/api/v1/statuses", { status: "x" }, { headers: { "idempotency-key": "k" } })
  const first = await send()
  aviary.clock.set(aviary.clock.now() + IDEMPOTENCY_MS)
  assert.equal(await sweepKeys(core), 0)
  assert.equal((await send()).body.id, first.body.id)
  aviary.clock.set(aviary.clock.now() + 1)
  assert.equal(await sweepKeys(core), 1)
  assert.notEqual((await send()).body.id, first.body.id)
})
