import assert from "node:assert/strict"
import { describe, it } from "node:test"

import { createBulkhead } from "./bulkhead.ts"

class Refused extends Error {}

function bulkheadOf(concurrent: number, waiting: number) {
  return createBulkhead({ concurrent, waiting, refuse: () => new Refused() })
}

/** Lets everything that can run now run. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe("a bulkhead", () => {
  it("runs what fits, lets the next wait in order, refuses the rest", async () => {
    const bulkhead = bulkheadOf(2, 2)
    const started: number[] = []
    const gates = Array.from({ length: 5 }, () => Promise.withResolvers<number>())
    const results = gates.map(({ promise }, index) =>
      bulkhead.run(() => {
        started.push(index)
        return promise
      }),
    )
    await assert.rejects(results[4] ?? assert.fail(), Refused)
    assert.deepEqual(started, [0, 1])
    assert.deepEqual(bulkhead.load(), { running: 2, waiting: 2 })

    gates[1]?.resolve(1)
    await settle()
    assert.deepEqual(started, [0, 1, 2])

    gates[0]?.resolve(0)
    gates[2]?.resolve(2)
    gates[3]?.resolve(3)
    assert.deepEqual(await Promise.all(results.slice(0, 4)), [0, 1, 2, 3])
    assert.deepEqual(bulkhead.load(), { running: 0, waiting: 0 })
  })

  it("frees the place of work that failed", async () => {
    const bulkhead = bulkheadOf(1, 1)
    const failing = bulkhead.run(() => Promise.reject(new Error("broken")))
    const next = bulkhead.run(() => Promise.resolve("fine"))
    await assert.rejects(failing, /broken/)
    assert.equal(await next, "fine")
    await assert.rejects(
      bulkhead.run(() => {
        throw new Error("thrown at once")
      }),
      /thrown at once/,
    )
    assert.deepEqual(bulkhead.load(), { running: 0, waiting: 0 })
  })

  it("refuses at once when nothing may wait", async () => {
    const bulkhead = bulkheadOf(1, 0)
    const gate = Promise.withResolvers<void>()
    const first = bulkhead.run(() => gate.promise)
    await assert.rejects(
      bulkhead.run(() => Promise.resolve()),
      Refused,
    )
    gate.resolve()
    await first
  })
})
