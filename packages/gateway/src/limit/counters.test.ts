import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"

import type { CounterConfig, Reading } from "./counter.ts"
import { counters } from "./counters.ts"
import type { LimitAlgorithm } from "./rate-limit-schema.ts"

/** One key of an algorithm. */
function counterOf(algorithm: LimitAlgorithm, config: CounterConfig) {
  const counter = counters[algorithm](config)
  counter.grow(2)
  const reading: Reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
  return {
    counter,
    ask: (now: number): Readonly<Reading> => {
      counter.read(1, now, reading)
      if (reading.allowed) counter.take(1, now, { ...reading })
      return { ...reading }
    },
  }
}

const gaps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.nat({ max: 3 }) },
    { weight: 2, arbitrary: fc.nat({ max: 300 }) },
    fc.nat({ max: 20_000 }),
  ),
  { minLength: 1, maxLength: 300, size: "max" },
)
const quota = fc.integer({ min: 1, max: 12 })
const window = fc.integer({ min: 1, max: 5000 })

/** Times from 5 on. */
function* timesOf(steps: readonly number[]) {
  let now = 5
  for (const gap of steps) yield (now += gap)
}

describe("the token bucket", () => {
  it("equals a bucket that fills evenly, counted in whole numbers", () => {
    fc.assert(
      fc.property(quota, window, fc.integer({ min: 1, max: 15 }), gaps, (amount, span, burst, steps) => {
        const { ask } = counterOf("tokenBucket", { quota: amount, window: span, burst })
        // Tokens are counted in parts of 1/span, of which `amount` come each millisecond.
        let level = burst * span
        let last = 5
        for (const now of timesOf(steps)) {
          level = Math.min(burst * span, level + (now - last) * amount)
          last = now
          const reading = ask(now)
          assert.equal(reading.allowed, level >= span)
          assert.equal(reading.remaining, Math.floor(level / span))
          assert.ok(Math.abs(reading.resetMs - (burst * span - level) / amount) < 1e-6)
          if (level >= span) level -= span
          else assert.ok(Math.abs(reading.retryAfterMs - (span - level) / amount) < 1e-6)
        }
      }),
    )
  })

  it("allows when it said it would, and not before", () => {
    const { ask } = counterOf("tokenBucket", { quota: 3, window: 1000, burst: 2 })
    assert.deepEqual(
      [ask(10), ask(10), ask(10)].map(({ allowed }) => allowed),
      [true, true, false],
    )
    const { retryAfterMs } = ask(10)
    assert.ok(Math.abs(retryAfterMs - 1000 / 3) < 1e-6)
    assert.equal(ask(Math.floor(10 + retryAfterMs)).allowed, false)
    assert.equal(ask(Math.ceil(10 + retryAfterMs)).allowed, true)
  })

  it("holds its mean for a year at a time", () => {
    const { ask } = counterOf("tokenBucket", { quota: 7, window: 1000, burst: 1 })
    const year = 365 * 86_400_000
    for (const start of [5, year, 20 * year]) {
      let allowed = 0
      for (let now = start; now < start + 100_000; now += 1) if (ask(now).allowed) allowed += 1
      // Whole milliseconds: a request every 143 ms at the soonest.
      assert.ok(allowed >= 699 && allowed <= 701, String(allowed))
    }
  })
})

describe("the leaky bucket", () => {
  it("lets requests go on evenly, so many waiting, the rest refused", () => {
    fc.assert(
      fc.property(quota, window, fc.nat({ max: 6 }), gaps, (amount, span, burst, steps) => {
        const { ask } = counterOf("leakyBucket", { quota: amount, window: span, burst })
        let previous = Number.NEGATIVE_INFINITY
        const turns: number[] = []
        for (const now of timesOf(steps)) {
          const reading = ask(now)
          const waiting = turns.filter((turn) => turn > now + 1e-6).length
          assert.equal(
            reading.allowed,
            waiting < burst || previous + span / amount <= now + burst * (span / amount) + 1e-6,
          )
          if (!reading.allowed) {
            assert.equal(reading.delayMs, 0)
            assert.ok(reading.retryAfterMs > 0)
            continue
          }
          const turn = now + reading.delayMs
          assert.ok(turn >= previous + span / amount - 1e-6, "too close to the one before")
          assert.ok(Math.abs(turn - Math.max(now, previous + span / amount)) < 1e-6, "later than needed")
          assert.ok(reading.delayMs <= burst * (span / amount) + 1e-6)
          turns.push(turn)
          previous = turn
        }
      }),
    )
  })

  it("turns a burst into a stream", () => {
    const { ask } = counterOf("leakyBucket", { quota: 10, window: 1000, burst: 3 })
    const burst = Array.from({ length: 6 }, () => ask(50))
    assert.deepEqual(
      burst.map(({ allowed, delayMs }) => (allowed ? delayMs : undefined)),
      [0, 100, 200, 300, undefined, undefined],
    )
    assert.deepEqual(
      burst.map(({ remaining }) => remaining),
      [4, 3, 2, 1, 0, 0],
    )
    assert.equal(burst[4]?.retryAfterMs, 100)
    assert.equal(ask(150).delayMs, 300)
    assert.equal(ask(1000).delayMs, 0)
  })

  it("without a burst nobody waits", () => {
    const { ask } = counterOf("leakyBucket", { quota: 10, window: 1000 })
    assert.deepEqual(
      [ask(0), ask(99), ask(100), ask(100)].map(({ allowed, delayMs }) => [allowed, delayMs]),
      [
        [true, 0],
        [false, 0],
        [true, 0],
        [false, 0],
      ],
    )
  })
})

describe("the fixed window", () => {
  it("equals counting by window", () => {
    fc.assert(
      fc.property(quota, window, gaps, (amount, span, steps) => {
        const { ask } = counterOf("fixedWindow", { quota: amount, window: span })
        const counts = new Map<number, number>()
        for (const now of timesOf(steps)) {
          const number = Math.floor(now / span)
          const used = counts.get(number) ?? 0
          const reading = ask(now)
          assert.equal(reading.allowed, used < amount)
          assert.equal(reading.remaining, amount - used)
          if (!reading.allowed) assert.equal(now + reading.retryAfterMs, (number + 1) * span)
          else counts.set(number, used + 1)
        }
      }),
    )
  })
})

describe("every algorithm", () => {
  for (const algorithm of ["tokenBucket", "leakyBucket", "fixedWindow", "slidingWindow"] as const) {
    it(`${algorithm}: an idle slot answers as a clear one, and each is idle after the memory`, () => {
      fc.assert(
        fc.property(quota, window, gaps, (amount, span, steps) => {
          const { counter, ask } = counterOf(algorithm, { quota: amount, window: span })
          const reading: Reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
          let now = 0
          for (now of timesOf(steps)) {
            if (counter.isIdle(1, now)) {
              counter.read(1, now, reading)
              const met = { ...reading }
              counter.read(0, now, reading)
              assert.deepEqual(met, { ...reading })
            }
            ask(now)
          }
          assert.equal(counter.isIdle(1, now), false)
          // A millisecond on, for what rounding leaves.
          assert.equal(counter.isIdle(1, now + counter.memory + 1), true)
          counter.clear(1)
          assert.equal(counter.isIdle(1, now), true)
        }),
      )
    })

    it(`${algorithm}: tells after each request what the next one will find`, () => {
      fc.assert(
        fc.property(quota, window, gaps, (amount, span, steps) => {
          const { counter } = counterOf(algorithm, { quota: amount, window: span })
          const reading: Reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
          for (const now of timesOf(steps)) {
            counter.read(1, now, reading)
            if (!reading.allowed) continue
            counter.take(1, now, reading)
            const { remaining, resetMs } = reading
            counter.read(1, now, reading)
            assert.equal(reading.remaining, remaining)
            assert.equal(reading.resetMs, resetMs)
            counter.copy(1, 0)
            const original = { ...reading }
            counter.read(0, now, reading)
            assert.deepEqual({ ...reading }, original)
          }
        }),
      )
    })

    it(`${algorithm}: allows again after retryAfterMs, and says so truly`, () => {
      fc.assert(
        fc.property(quota, window, gaps, (amount, span, steps) => {
          const { ask, counter } = counterOf(algorithm, { quota: amount, window: span })
          const reading: Reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
          for (const now of timesOf(steps)) {
            const { allowed, retryAfterMs, remaining } = ask(now)
            assert.equal(remaining > 0, allowed)
            if (allowed) continue
            if (retryAfterMs > 0.01) {
              counter.read(1, now + retryAfterMs - 0.01, reading)
              assert.equal(reading.allowed, false)
            }
            counter.read(1, now + retryAfterMs + 1e-6, reading)
            assert.equal(reading.allowed, true)
            // Reading ahead may have dropped what is past by then; the trace ends here.
            return
          }
        }),
      )
    })
  }
})
