import assert from "node:assert/strict"
import { test } from "node:test"
import { ago, nextChange } from "./relative-time-words.ts"

const now = new Date("2026-03-10T12:00:00Z")
const before = (ms: number) => new Date(now.getTime() - ms)

test("the words for how long ago something was", () => {
  assert.deepEqual(ago(before(-5_000), now), { kind: "now" })
  assert.deepEqual(ago(before(59_999), now), { kind: "now" })
  assert.deepEqual(ago(before(60_000), now), { kind: "minutes", count: 1 })
  assert.deepEqual(ago(before(3_599_999), now), { kind: "minutes", count: 59 })
  assert.deepEqual(ago(before(3_600_000), now), { kind: "hours", count: 1 })
  assert.deepEqual(ago(before(24 * 3_600_000), now), { kind: "days", count: 1 })
  assert.deepEqual(ago(before(8 * 24 * 3_600_000), now), { kind: "day" })
  assert.deepEqual(ago(new Date("2025-12-01T12:00:00Z"), now), { kind: "date" })
})

test("a clock looks again when the words change, not before", () => {
  assert.equal(nextChange(before(10_000), now), 50_000)
  assert.equal(nextChange(before(90_000), now), 30_000)
  assert.equal(nextChange(before(3_600_000 + 60_000), now), 3_540_000)
  assert.equal(nextChange(before(-1000), now), 60_000)
})
