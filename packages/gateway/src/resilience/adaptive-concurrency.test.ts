import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { seededRandom } from "@aviary/kit"

import { createAdaptiveConcurrency } from "./adaptive-concurrency.ts"
import { adaptiveConcurrencySchema } from "./resilience-schema.ts"

/**
 * An upstream of some workers with a queue before them, and more clients than it can serve: as many requests as the limit
 * allows are in flight. Simulated from event to event.
 */
function simulate(fields: object = {}) {
  const adaptive = createAdaptiveConcurrency(
    adaptiveConcurrencySchema.parse({ probeInterval: "10s", ...fields }),
  )
  const random = seededRandom(9)
  let now = 0
  let workers = 20
  let serviceMs = 10
  const queued: number[] = []
  let busy: { readonly startedAt: number; readonly endsAt: number }[] = []

  /** Runs for a time with up to `clients` wanting in; tells what went through and the limit's mean. */
  function run(forMs: number, { clients = 2000, failing = false } = {}) {
    const until = now + forMs
    let done = 0
    let limits = 0
    while (now < until) {
      while (busy.length + queued.length < Math.min(adaptive.limit(), clients)) queued.push(now)
      while (busy.length < workers && queued.length > 0)
        busy.push({ startedAt: queued.shift() ?? now, endsAt: now + serviceMs * (0.7 + 0.6 * random()) })
      const first = busy.reduce((a, b) => (b.endsAt < a.endsAt ? b : a))
      const inFlight = busy.length + queued.length
      now = first.endsAt
      busy = busy.filter((one) => one !== first)
      adaptive.record({ startedAt: first.startedAt, inFlight, failed: failing }, now)
      done += 1
      limits += adaptive.limit()
    }
    return { perSecond: (done / forMs) * 1000, meanLimit: limits / done }
  }

  return {
    adaptive,
    run,
    set: (next: { workers?: number; serviceMs?: number }) => {
      workers = next.workers ?? workers
      serviceMs = next.serviceMs ?? serviceMs
    },
  }
}

describe("adaptive concurrency", () => {
  it("finds an upstream's size: nearly all of its throughput, little of its queue", () => {
    const { run } = simulate()
    run(10_000)
    const { perSecond, meanLimit } = run(20_000)
    assert.ok(perSecond > 1900, `${perSecond} of 2000 requests a second`)
    assert.ok(meanLimit > 20 && meanLimit < 50, `limit ${meanLimit} for 20 workers`)
  })

  it("comes down from far above, and up from far below", () => {
    for (const initialLimit of [1000, 8]) {
      const { run } = simulate({ initialLimit })
      run(15_000)
      const { meanLimit } = run(5000)
      assert.ok(meanLimit > 20 && meanLimit < 50, `from ${initialLimit} to ${meanLimit}`)
    }
  })

  it("follows an upstream that loses three quarters of its workers, and one that gets them back", () => {
    const { run, set } = simulate({ minLimit: 4 })
    run(10_000)
    set({ workers: 5 })
    run(10_000)
    const small = run(10_000)
    assert.ok(small.meanLimit < 16, `limit ${small.meanLimit} for 5 workers`)
    assert.ok(small.perSecond > 450, `${small.perSecond} of 500`)
    set({ workers: 20 })
    run(20_000)
    const large = run(10_000)
    assert.ok(large.perSecond > 1850, `${large.perSecond} of 2000`)
  })

  it("learns that an upstream has become slower for good, without taking it for overload", () => {
    const { run, set, adaptive } = simulate()
    run(10_000)
    set({ serviceMs: 50 })
    run(40_000)
    const { perSecond } = run(20_000)
    assert.ok(perSecond > 360, `${perSecond} of 400`)
    assert.ok(Math.abs((adaptive.unloaded() ?? 0) / 50 - 1) < 0.3, `unloaded ${adaptive.unloaded()}`)
  })

  it("gives way when requests fail, and recovers", () => {
    const { run, adaptive } = simulate()
    run(10_000)
    run(5000, { failing: true })
    assert.equal(adaptive.limit(), 8)
    run(15_000)
    assert.ok(run(5000).perSecond > 1850)
  })

  it("does not grow on traffic that never comes near it, nor probes it", () => {
    const { run, adaptive } = simulate()
    run(60_000, { clients: 4 })
    assert.ok(adaptive.limit() <= 64, String(adaptive.limit()))
    assert.ok(adaptive.limit() > 8)
  })

  it("learns the unloaded latency from quiet traffic, without a probe", () => {
    const { run, set, adaptive } = simulate({ probeInterval: "1h" })
    run(10_000, { clients: 4 })
    set({ serviceMs: 50 })
    run(30_000, { clients: 4 })
    assert.ok(Math.abs((adaptive.unloaded() ?? 0) / 50 - 1) < 0.2, `unloaded ${adaptive.unloaded()}`)
  })

  it("stays within its bounds", () => {
    const { run } = simulate({ minLimit: 12, maxLimit: 14, initialLimit: 500 })
    for (let index = 0; index < 20; index += 1) {
      const { meanLimit } = run(1000)
      assert.ok(meanLimit >= 12 && meanLimit <= 14, String(meanLimit))
    }
  })
})
