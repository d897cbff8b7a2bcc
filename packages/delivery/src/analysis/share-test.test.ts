// The test of counts keeps its promise under continuous looking, finds what it is for, and does not depend on how looks are cut.

import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { seededChance } from "../simulation/seeded.ts"
import type { Alternatives } from "./share-test.ts"
import { addLook, less, logEvidence, more, noEvidence } from "./share-test.ts"

interface World {
  readonly rates: readonly [subject: number, reference: number]
  readonly totals: readonly [subject: number, reference: number]
  readonly nullRatio: number
  readonly looks: number
  readonly alternatives: Alternatives
}

/** The share of runs in which the e-value ever reaches 1/alpha. */
function reached(world: World, alpha: number, runs: number): number {
  const { rates, totals, nullRatio, alternatives } = world
  let found = 0
  for (let run = 0; run < runs; run += 1) {
    const chance = seededChance(run * 7_919 + 1)
    let evidence = noEvidence(alternatives)
    for (let look = 0; look < world.looks; look += 1) {
      const arm = (i: 0 | 1) => {
        // Traffic and failures rise and fall together, as they do in a day.
        const total = chance.poisson(totals[i] * (1 + 0.5 * Math.sin(look / 20)))
        return {
          total,
          events: chance.binomial(total, Math.min(1, rates[i] * (1 + 0.8 * Math.sin(look / 7)))),
        }
      }
      evidence = addLook(evidence, { subject: arm(0), reference: arm(1), nullRatio }, alternatives)
      if (logEvidence(evidence, alternatives) < -Math.log(alpha)) continue
      found += 1
      break
    }
  }
  return found / runs
}

const nulls: [string, World][] = [
  ["the same rate", { rates: [0.02, 0.02], totals: [20, 20], nullRatio: 1, looks: 400, alternatives: more }],
  [
    "at the allowed ratio",
    { rates: [0.022, 0.02], totals: [20, 100], nullRatio: 1.1, looks: 400, alternatives: more },
  ],
  ["frequent events", { rates: [0.3, 0.3], totals: [10, 10], nullRatio: 1, looks: 400, alternatives: more }],
  ["fewer", { rates: [0.19, 0.2], totals: [10, 40], nullRatio: 0.95, looks: 400, alternatives: less }],
  ["rare events", { rates: [0.002, 0.002], totals: [5, 95], nullRatio: 1, looks: 400, alternatives: more }],
]

for (const [name, world] of nulls) {
  test(`false alarms under continuous looking are at most alpha: ${name}`, () => {
    const share = reached(world, 0.05, 300)
    // 300 runs at 5 %: three standard deviations above it are 8.8 %.
    assert.ok(share <= 0.088, `${share}`)
  })
}

test("large and small effects are found", () => {
  const base = { totals: [10, 90] as const, nullRatio: 1.05, alternatives: more }
  assert.ok(reached({ ...base, rates: [0.2, 0.001], looks: 10 }, 0.005, 200) > 0.95)
  assert.ok(reached({ ...base, rates: [0.05, 0.001], looks: 40 }, 0.005, 200) > 0.9)
  assert.ok(reached({ ...base, rates: [0.06, 0.03], looks: 400 }, 0.005, 200) > 0.95)
})

test("an e-value's mean under the null hypothesis is 1", () => {
  // Exactly, over all outcomes of one look of four events: 4 over k times θ^k (1 − θ)^(4 − k).
  const [n1, n0, nullRatio] = [30, 70, 1.2]
  const theta = (n1 * nullRatio) / (n1 * nullRatio + n0)
  for (const alternatives of [more, less]) {
    let mean = 0
    for (const [k, ways] of [1, 4, 6, 4, 1].entries()) {
      const look = { subject: { events: k, total: n1 }, reference: { events: 4 - k, total: n0 }, nullRatio }
      const value = Math.exp(logEvidence(addLook(noEvidence(alternatives), look, alternatives), alternatives))
      mean += ways * theta ** k * (1 - theta) ** (4 - k) * value
    }
    assert.ok(Math.abs(mean - 1) < 1e-9, `${mean}`)
  }
})

test("looks may be cut anywhere while the arms keep their shares", () => {
  const counts = fc.record({ own: fc.nat(20), other: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(counts, { minLength: 1, maxLength: 20 }), (looks) => {
      const one = (own: number, other: number, times: number) => ({
        subject: { events: own, total: 100 * times },
        reference: { events: other, total: 300 * times },
        nullRatio: 1.1,
      })
      const each = looks.reduce(
        (evidence, { own, other }) => addLook(evidence, one(own, other, 1), more),
        noEvidence(more),
      )
      const sum = (of: "own" | "other") => looks.reduce((all, look) => all + look[of], 0)
      const together = addLook(noEvidence(more), one(sum("own"), sum("other"), looks.length), more)
      assert.ok(Math.abs(logEvidence(each, more) - logEvidence(together, more)) < 1e-6)
    }),
  )
})

test("one more event of the subject is never evidence for it, and never a number that is none", () => {
  const arms = fc.record({
    k1: fc.nat(500),
    k0: fc.nat(500),
    n1: fc.integer({ min: 1, max: 100_000 }),
    n0: fc.integer({ min: 1, max: 1e9 }),
  })
  fc.assert(
    fc.property(arms, ({ k1, k0, n1, n0 }) => {
      const log = (events: number) =>
        logEvidence(
          addLook(
            noEvidence(more),
            { subject: { events, total: n1 }, reference: { events: k0, total: n0 }, nullRatio: 1 },
            more,
          ),
          more,
        )
      assert.ok(log(k1 + 1) > log(k1))
    }),
  )
})
