import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { seededRandom } from "@aviary/kit"

import type { Reading } from "./counter.ts"
import { counters } from "./counters.ts"
import { createKeyTable } from "./key-table.ts"
import { limitAlgorithms } from "./rate-limit-schema.ts"
import type { LimitAlgorithm } from "./rate-limit-schema.ts"

function tableOf(algorithm: LimitAlgorithm, fields: { quota: number; window: number; maxKeys: number }) {
  const counter = counters[algorithm](fields)
  const keys = createKeyTable(counter, fields.maxKeys, 42)
  const reading: Reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
  const ask = (key: string, now: number) => {
    counter.read(keys.find(key, now), now, reading)
    if (reading.allowed) counter.take(keys.claim(key, now), now, reading)
    return reading.allowed
  }
  return { keys, ask }
}

describe("the table of keys", () => {
  for (const algorithm of limitAlgorithms) {
    it(`${algorithm}: with room for all, decides as if each key had a counter of its own`, () => {
      const visits = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 200 })), {
        maxLength: 300,
        size: "max",
      })
      fc.assert(
        fc.property(visits, (steps) => {
          const fields = { quota: 3, window: 400, maxKeys: 10 }
          const together = tableOf(algorithm, fields)
          const apart = Array.from({ length: 10 }, () => tableOf(algorithm, fields))
          let now = 1
          for (const [key, gap] of steps) {
            now += gap
            assert.equal(together.ask(String(key), now), apart[key]?.ask("k", now))
          }
        }),
      )
    })
  }

  it("never holds more keys than it may, and forgets the idle ones", () => {
    const { keys, ask } = tableOf("tokenBucket", { quota: 5, window: 1000, maxKeys: 5000 })
    for (let index = 0; index < 50_000; index += 1) {
      ask(`key-${index}`, index / 100)
      assert.ok(keys.size() <= 5000)
    }
    assert.equal(keys.size(), 5000)
    // Of a trickle of keys, each idle after 200 ms, a quarter of the slots is left: those not looked at since.
    for (let index = 0; index < 5000; index += 1) ask(`late-${index}`, 10_000 + index * 100)
    assert.ok(keys.size() < 1260, `${keys.size()} keys are left`)
  })

  it("is never late when full, whoever comes in whatever order", () => {
    const quota = 3
    const window = 1000
    const visits = fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 120 })), {
      maxLength: 600,
      size: "max",
    })
    fc.assert(
      fc.property(visits, fc.integer({ min: 1, max: 8 }), (steps, maxKeys) => {
        const { ask, keys } = tableOf("slidingWindow", { quota, window, maxKeys })
        const allowed = new Map<number, number[]>()
        let now = 1
        for (const [key, gap] of steps) {
          now += gap
          if (!ask(String(key), now)) continue
          const times = allowed.get(key) ?? []
          times.push(now)
          allowed.set(key, times)
          const since = times.at(-1 - quota)
          assert.ok(since === undefined || since <= now - window, "above its quota")
          assert.ok(keys.size() <= maxKeys)
        }
      }),
    )
  })

  it("keeps the count of who is refused through a flood of other keys", () => {
    const { ask } = tableOf("tokenBucket", { quota: 10, window: 60_000, maxKeys: 1000 })
    for (let index = 0; index < 10; index += 1) assert.equal(ask("attacker", 0), true)
    const random = seededRandom(2)
    for (let index = 0; index < 20_000; index += 1) {
      ask(`flood-${Math.floor(random() * 1e9)}`, index / 20)
      if (index % 500 === 0) assert.equal(ask("attacker", index / 20), false)
    }
  })

  it("lets newcomers share what is left when full, instead of refusing all of them", () => {
    const { ask } = tableOf("tokenBucket", { quota: 10, window: 60_000, maxKeys: 100 })
    for (let index = 0; index < 100; index += 1) ask(`old-${index}`, 0)
    let allowed = 0
    for (let index = 0; index < 500; index += 1) if (ask(`new-${index}`, 1)) allowed += 1
    assert.equal(allowed, 500)
  })
})
