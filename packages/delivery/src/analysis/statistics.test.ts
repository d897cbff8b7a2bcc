// Quantiles, means, ranks, the sample ratio and power: each by its own promise.

import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { seededChance } from "../simulation/seeded.ts"
import { LATENCY_BOUNDS, simulatedArm } from "../simulation/simulated-service.ts"
import { addHistograms, countAbove, countOf, quantileOf } from "./histogram.ts"
import { alphaAtLook, mannWhitneyP } from "./mann-whitney.ts"
import { addMeans, meanEvidence, newMeanTest } from "./mean-test.ts"
import { normalBelow } from "./normal.ts"
import { countPower } from "./power.ts"
import { addHistogramLook, newQuantileTest, quantileEvidence } from "./quantile-test.ts"
import { logGamma, sampleRatioEvidence } from "./sample-ratio.ts"
import { addLook, logEvidence, more, noEvidence } from "./share-test.ts"

const traffic = {
  requestsPerSecond: 20,
  errorRate: 0,
  latency: { medianSeconds: 0.05, sigma: 0.7 },
  eventsPerRequest: 0,
}

/** The share of runs in which a subject of this latency factor is found slower than is allowed. */
function foundSlower(
  factor: number,
  allowedRatio: number,
  { looks, runs }: { looks: number; runs: number },
): number {
  let found = 0
  for (let run = 0; run < runs; run += 1) {
    const chance = seededChance(run * 104_729 + 3)
    const subject = simulatedArm(traffic, { cold: false, effect: { latencyFactor: factor } }, chance)
    const reference = simulatedArm(traffic, { cold: false }, chance)
    let state = newQuantileTest
    for (let look = 0; look < looks; look += 1) {
      const histogram = (arm: typeof subject) => ({ bounds: LATENCY_BOUNDS, counts: arm.look(1, 1).latency })
      state = addHistogramLook(state, {
        subject: histogram(subject),
        reference: histogram(reference),
        quantile: 0.95,
        allowedRatio,
        effectRatio: 1.2,
        dispersion: 1,
      })
      if (quantileEvidence(state).worse < Math.log(20)) continue
      found += 1
      break
    }
  }
  return found / runs
}

test("quantiles: false alarms of equal arms, and of one at the allowed ratio, stay below alpha", () => {
  assert.ok(foundSlower(1, 1, { looks: 200, runs: 80 }) <= 0.12)
  assert.ok(foundSlower(1.05, 1.05, { looks: 200, runs: 80 }) <= 0.12)
})

test("quantiles: a fifth slower is found, and the places stand at the reference's quantiles", () => {
  assert.ok(foundSlower(1.2, 1.05, { looks: 500, runs: 60 }) > 0.95)
})

test("histograms: what is above, below and between the bounds", () => {
  const histogram = { bounds: [0.1, 0.2, 0.4], counts: [0, 80, 15, 5] }
  assert.equal(countOf(histogram), 100)
  assert.equal(countAbove(histogram, 0.2), 20)
  assert.equal(countAbove(histogram, 0.1), 100)
  assert.equal(countAbove(histogram, 9), 5)
  assert.ok(Math.abs(countAbove(histogram, 0.2 * Math.SQRT2) - 12.5) < 1e-9)
  assert.ok(Math.abs((quantileOf(histogram, 0.8) ?? 0) - 0.2) < 1e-9)
  assert.equal(quantileOf(histogram, 0.99), 0.4)
  assert.equal(quantileOf({ bounds: [1], counts: [0, 0] }, 0.5), undefined)
  assert.deepEqual(addHistograms(histogram, { bounds: [1], counts: [1, 2] }), { bounds: [1], counts: [1, 2] })
})

test("histograms: countAbove falls and quantileOf rises, and they are each other's inverse", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50), { minLength: 6, maxLength: 6 }),
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      (counts, q) => {
        const histogram = { bounds: [1, 2, 4, 8, 16], counts: [...counts.slice(0, 5), 0] }
        fc.pre(countOf(histogram) > 0)
        const value = quantileOf(histogram, q) ?? 0
        const above = countAbove(histogram, value) / countOf(histogram)
        assert.ok(Math.abs(above - (1 - q)) < 1e-6, `${above} ${1 - q}`)
      },
    ),
  )
})

function foundMean(drift: number, { looks, runs }: { looks: number; runs: number }): number {
  let found = 0
  for (let run = 0; run < runs; run += 1) {
    const chance = seededChance(run * 15_485_863 + 5)
    let state = newMeanTest
    for (let look = 0; look < looks; look += 1) {
      const sum = (mean: number) =>
        Array.from({ length: 10 }, () => mean * 2 * chance.next()).reduce((a, b) => a + b, 0)
      state = addMeans(state, {
        subject: { sum: sum(1 + drift), count: 10 },
        reference: { sum: sum(1), count: 10 },
        direction: "increase",
        allowedRatio: 1,
        effectRatio: 1.2,
        dispersion: 1,
      })
      if (meanEvidence(state, 1).worse < Math.log(20)) continue
      found += 1
      break
    }
  }
  return found / runs
}

test("means: false alarms stay below alpha, an effect is found", () => {
  assert.ok(foundMean(0, { looks: 300, runs: 300 }) <= 0.08)
  assert.ok(foundMean(0.15, { looks: 300, runs: 60 }) > 0.95)
})

test("Mann–Whitney: known p-values, ties, and alpha that is spent over looks", () => {
  const [low, high] = [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [9, 10, 11, 12, 13, 14, 15, 16],
  ]
  // U = 64 of 64, by the normal approximation with continuity correction: z = 31.5/√(64·17/12) = 3.308.
  assert.ok(Math.abs(mannWhitneyP(high, low) - 0.00047) < 5e-5)
  assert.ok(mannWhitneyP(low, high) > 0.999)
  assert.equal(mannWhitneyP([1, 1, 1], [1, 1]), 1)
  assert.equal(mannWhitneyP([], [1]), 1)
  let spent = 0
  for (let look = 1; look < 10_000; look += 1) spent += alphaAtLook(0.01, look)
  assert.ok(spent < 0.01 && spent > 0.00999)
})

test("the sample ratio: sound splits are left alone, a broken one is found, and the value is the closed form", () => {
  const expected = { a: 0.5, b: 0.5 }
  let alarms = 0
  for (let run = 0; run < 400; run += 1) {
    const chance = seededChance(run * 31 + 7)
    const counts = { a: 0, b: 0 }
    for (let look = 0; look < 200; look += 1) {
      const a = chance.binomial(20, 0.5)
      counts.a += a
      counts.b += 20 - a
      if (sampleRatioEvidence({ counts, expected, before: 0 }) < Math.log(20)) continue
      alarms += 1
      break
    }
  }
  assert.ok(alarms / 400 <= 0.08, `${alarms}`)
  assert.ok(sampleRatioEvidence({ counts: { a: 2_900, b: 2_100 }, expected, before: 0 }) > Math.log(1_000))
  assert.ok(sampleRatioEvidence({ counts: { a: 2_520, b: 2_480 }, expected, before: 0 }) < 0)
  // One visitor: Γ(1000)/Γ(1001) · Γ(501)/Γ(500) / 0.5 = 1.
  assert.ok(Math.abs(sampleRatioEvidence({ counts: { a: 1 }, expected, before: 0 })) < 1e-9)
})

test("the normal distribution and the gamma function at known places", () => {
  for (const [x, p] of [
    [0, 0.5],
    [1.96, 0.9750021],
    [-1.6448536, 0.05],
    [3, 0.9986501],
  ] as const)
    assert.ok(Math.abs(normalBelow(x) - p) < 1e-6)
  for (const [x, value] of [
    [1, 0],
    [5, Math.log(24)],
    [0.5, Math.log(Math.sqrt(Math.PI))],
    [101, 363.73937555556347],
  ] as const)
    assert.ok(Math.abs(logGamma(x) - value) < 1e-9, `${x}`)
})

test("power is a lower bound on what simulation finds, and not far below it", () => {
  const input = {
    subjectTotal: 1_500,
    referenceTotal: 6_000,
    rate: 0.003,
    nullRatio: 1.05,
    trueRatio: 4,
    logThreshold: Math.log(200),
  }
  const promised = countPower({ ...input, direction: "increase", dispersion: 1 })
  let found = 0
  for (let run = 0; run < 400; run += 1) {
    const chance = seededChance(run * 17 + 11)
    let evidence = noEvidence(more)
    for (let look = 0; look < 100; look += 1) {
      const subject = { total: 15, events: chance.binomial(15, 0.012) }
      evidence = addLook(
        evidence,
        { subject, reference: { total: 60, events: chance.binomial(60, 0.003) }, nullRatio: 1.05 },
        more,
      )
      if (logEvidence(evidence, more) < input.logThreshold) continue
      found += 1
      break
    }
  }
  assert.ok(promised > 0.4 && promised < 0.99, `${promised}`)
  assert.ok(promised <= found / 400 + 0.05 && promised > found / 400 - 0.2, `${promised} ${found / 400}`)
})
