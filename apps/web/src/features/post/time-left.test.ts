import assert from "node:assert/strict"
import { test } from "node:test"
import { timeLeft } from "./time-left.ts"

test("the largest unit that fits, rounded up, and nothing once it is over", () => {
  const now = new Date("2026-03-04T12:00:00Z")
  const after = (ms: number) => timeLeft(new Date(now.getTime() + ms), now)
  assert.deepEqual(after(1), { count: 1, unit: "minute" })
  assert.deepEqual(after(3_600_000), { count: 60, unit: "minute" })
  assert.deepEqual(after(3_600_001), { count: 2, unit: "hour" })
  assert.deepEqual(after(90_000_000), { count: 2, unit: "day" })
  assert.equal(after(0), undefined)
  assert.equal(timeLeft(new Date(Number.NaN), now), undefined)
})
