import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"

import { createLatencyWindow, latencyBucket } from "./latency-histogram.ts"
import { createWindowCounts } from "./window-counts.ts"

const events = fc.array(
  fc.record({
    gap: fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 3000 })),
    value: fc.integer({ min: 1, max: 5000 }),
  }),
  { maxLength: 200, size: "max" },
)

describe("counts of the recent past", () => {
  it("hold all of nine tenths of the window, and nothing older than the window", () => {
    fc.assert(
      fc.property(events, (steps) => {
        const counts = createWindowCounts(1000, 2)
        const past: { at: number; value: number }[] = []
        let at = 0
        for (const { gap, value } of steps) {
          at += gap
          counts.add(1, value, at)
          past.push({ at, value })
          const since = (age: number) =>
            past.filter((one) => one.at > at - age).reduce((sum, one) => sum + one.value, 0)
          const sum = counts.sum(1, at)
          assert.ok(sum >= since(900) && sum <= since(1000), `${sum} of ${since(900)} … ${since(1000)}`)
          assert.equal(counts.sum(0, at), 0)
        }
        counts.clear()
        assert.equal(counts.sum(1, at), 0)
      }),
    )
  })
})

describe("latencies of the recent past", () => {
  it("have their quantiles to within five percent", () => {
    fc.assert(
      fc.property(events, fc.constantFrom(0.01, 0.5, 0.9, 1), (steps, q) => {
        const window = createLatencyWindow(1000)
        const past: { at: number; value: number }[] = []
        let at = 0
        for (const { gap, value } of steps) {
          at += gap
          window.record(value, at)
          past.push({ at, value })
          const kept = past.slice(-window.count(at)).map((one) => one.value)
          const exact = kept.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(kept.length * q)) - 1] ?? 0
          assert.ok(Math.abs((window.quantile(q, at) ?? 0) / exact - 1) < 0.05)
          assert.ok(kept.length >= past.filter((one) => one.at > at - 800).length)
          assert.ok(kept.length <= past.filter((one) => one.at > at - 1000).length)
        }
        assert.equal(window.quantile(q, at + 2000), undefined)
      }),
    )
  })

  it("take any number", () => {
    for (const ms of [0, -5, 1e-9, 1e12, Number.POSITIVE_INFINITY]) {
      const bucket = latencyBucket(ms)
      assert.ok(Number.isInteger(bucket) && bucket >= 0 && bucket < 168)
    }
    assert.equal(latencyBucket(Number.NaN), 0)
  })
})
