import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { seededRandom } from "@aviary/kit"

import { nextHealth, UNKNOWN_HEALTH } from "./active-health.ts"
import type { ActiveHealth } from "./active-health.ts"
import { activeHealthSchema, passiveHealthSchema } from "./health-schema.ts"
import { createOutlierDetector, isInstanceFault } from "./outlier-detector.ts"
import type { Ejection } from "./outlier-detector.ts"
import { binomialTail, clearlyAbove } from "./outlier-tests.ts"

describe("active health", () => {
  const config = activeHealthSchema.parse({ healthyThreshold: 2, unhealthyThreshold: 3 })
  const cases: readonly (readonly [answers: string, status: ActiveHealth["status"]])[] = [
    ["", "unknown"],
    ["+", "healthy"],
    ["-", "unhealthy"],
    ["+--", "healthy"],
    ["+---", "unhealthy"],
    ["+--+--", "healthy"],
    ["-+", "unhealthy"],
    ["-++", "healthy"],
    ["-+-+", "unhealthy"],
    ["+---+-++", "healthy"],
  ]
  for (const [answers, status] of cases)
    it(`${answers || "no answer"}: ${status}`, () => {
      let health = UNKNOWN_HEALTH
      for (const answer of answers) health = nextHealth(config, health, answer === "+")
      assert.equal(health.status, status)
    })
})

interface Behaviour {
  readonly errors?: number
  readonly latency?: (random: () => number) => number
}

const usual = (random: () => number) => 10 + random() * 20

/** Sends requests to instances in turn, leaving out those ejected, and evaluates each second. */
function simulate(fields: object, ids: readonly string[]) {
  const detector = createOutlierDetector(passiveHealthSchema.parse(fields))
  detector.setInstances(ids)
  const random = seededRandom(8)
  let now = 0
  let turn = 0

  function run(seconds: number, perSecond: number, behaviours: Readonly<Record<string, Behaviour>>) {
    const ejected: (Ejection & { readonly at: number })[] = []
    const returned: { readonly id: string; readonly at: number }[] = []
    for (let second = 0; second < seconds; second += 1) {
      for (let index = 0; index < perSecond; index += 1) {
        now += 1000 / perSecond
        const open = ids.filter((id) => !detector.isEjected(id))
        const id = open[turn % open.length] ?? assert.fail("nobody is left")
        turn += 1
        const { errors = 0, latency = usual } = behaviours[id] ?? {}
        const outcome = { failed: random() < errors, latencyMs: latency(random) }
        const ejection = detector.record(id, outcome, now)
        if (ejection) ejected.push({ ...ejection, at: now })
      }
      const verdict = detector.evaluate(now)
      for (const ejection of verdict.ejected) ejected.push({ ...ejection, at: now })
      for (const id of verdict.returned) returned.push({ id, at: now })
    }
    return { ejected, returned }
  }
  return { detector, run }
}

describe("outlier ejection", () => {
  it("takes out the dead one of two at once, and never the other", () => {
    const { run } = simulate({}, ["a", "b"])
    run(10, 50, {})
    const { ejected } = run(3, 50, { a: { errors: 1 } })
    assert.deepEqual(
      ejected.map(({ id, reason }) => [id, reason]),
      [["a", "consecutive_errors"]],
    )
    assert.ok((ejected[0]?.at ?? 0) - 10_000 <= 250, `after ${(ejected[0]?.at ?? 0) - 10_000} ms`)
    assert.deepEqual(run(5, 50, { a: { errors: 1 }, b: { errors: 1 } }).ejected, [])
  })

  it("finds one of two that fails a part of the time", () => {
    const { run } = simulate({}, ["a", "b"])
    run(10, 50, {})
    const { ejected } = run(20, 50, { b: { errors: 0.25 } })
    assert.deepEqual(
      ejected.map(({ id, reason }) => [id, reason]),
      [["b", "error_rate"]],
    )
  })

  it("finds one of two that is slow", () => {
    const { run } = simulate({}, ["a", "b"])
    run(10, 50, {})
    const slow = { latency: (random: () => number) => 300 + random() * 300 }
    const { ejected } = run(20, 50, { b: slow })
    assert.deepEqual(
      ejected.map(({ id, reason }) => [id, reason]),
      [["b", "latency"]],
    )
  })

  it("finds one of two of which a quarter of the answers is slow", () => {
    const { run } = simulate({}, ["a", "b"])
    const halting = { latency: (random: () => number) => (random() < 0.25 ? 2000 : usual(random)) }
    assert.deepEqual(
      run(20, 50, { b: halting }).ejected.map(({ id, reason }) => [id, reason]),
      [["b", "latency"]],
    )
  })

  it("leaves one in of which a few answers are slow, however clear that is", () => {
    const { run } = simulate({}, ["a", "b"])
    const seldom = { latency: (random: () => number) => (random() < 0.05 ? 2000 : usual(random)) }
    assert.deepEqual(run(60, 200, { b: seldom }).ejected, [])
  })

  it("takes nobody out for what hits all", () => {
    for (const errors of [0.02, 0.3, 0.7, 1]) {
      const { run } = simulate({}, ["a", "b"])
      run(10, 50, {})
      const alike = { errors, latency: (random: () => number) => 2000 + random() * 2000 }
      assert.deepEqual(run(60, 50, { a: alike, b: alike }).ejected, [], `at ${errors}`)
    }
  })

  it("takes nobody out for a chance, in hours of uneven latencies and some errors", () => {
    // Log-normal with a heavy tail: the 99th percentile is 20 times the median.
    const heavy = (random: () => number) =>
      20 * Math.exp(1.3 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))
    for (const count of [2, 8]) {
      const ids = ["a", "b", "c", "d", "e", "f", "g", "h"].slice(0, count)
      const { run } = simulate({}, ids)
      const same = { errors: 0.02, latency: heavy }
      const { ejected } = run(3600, 20, Object.fromEntries(ids.map((id) => [id, same])))
      assert.deepEqual(ejected, [], `${count} instances`)
    }
  })

  it("does not judge by a few requests", () => {
    const { run } = simulate({ consecutiveErrors: 0 }, ["a", "b"])
    assert.deepEqual(run(60, 2, { a: { errors: 0.5 } }).ejected, [])
  })

  it("keeps to its share of the instances, and always leaves one", () => {
    const dead = { errors: 1 }
    const all = ["a", "b", "c", "d"]
    const half = simulate({}, all)
    half.run(5, 40, {})
    assert.equal(half.run(5, 40, { a: dead, b: dead, c: dead }).ejected.length, 2)
    const most = simulate({ maxEjectedPercent: 100 }, all)
    most.run(5, 40, {})
    most.run(2, 40, { a: dead })
    most.run(2, 40, { a: dead, b: dead })
    most.run(2, 40, { a: dead, b: dead, c: dead })
    most.run(5, 40, { a: dead, b: dead, c: dead, d: dead })
    assert.deepEqual(
      all.map((id) => most.detector.isEjected(id)),
      [true, true, true, false],
    )
    const alone = simulate({}, ["a"])
    assert.deepEqual(alone.run(5, 40, { a: dead }).ejected, [])
  })

  it("takes out longer each time, and forgives", () => {
    const { run } = simulate({ baseEjection: "10s", maxEjection: "25s" }, ["a", "b"])
    const lengths: number[] = []
    const step = (seconds: number, errors: number) => {
      const { ejected } = run(seconds, 20, { a: { errors } })
      lengths.push(...ejected.map(({ at, until }) => until - at))
    }
    step(70, 1)
    assert.deepEqual(lengths, [10_000, 20_000, 25_000, 25_000])
    step(100, 0)
    step(5, 1)
    assert.equal(lengths.at(-1), 10_000)
  })

  it("lets them back with a clean record", () => {
    const { run, detector } = simulate({ baseEjection: "5s" }, ["a", "b"])
    run(1, 50, { a: { errors: 1 } })
    const { returned, ejected } = run(30, 50, {})
    assert.deepEqual(
      returned.map(({ id }) => id),
      ["a"],
    )
    assert.ok((returned[0]?.at ?? 0) <= 6500)
    assert.deepEqual(ejected, [])
    assert.equal(detector.isEjected("a"), false)
  })

  it("begins to count anew when one is back", () => {
    const { detector } = simulate({ baseEjection: "5s" }, ["a", "b"])
    const fail = (now: number) => detector.record("a", { failed: true, latencyMs: 1 }, now)
    const first = Array.from({ length: 5 }, (_value, index) => fail(index)).at(-1)
    assert.equal(first?.reason, "consecutive_errors")
    assert.deepEqual(detector.evaluate(6000).returned, ["a"])
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((index) => fail(6000 + index) !== undefined),
      [false, false, false, false, true],
    )
  })

  it("never ejects all, more than its share, or one twice, whatever comes", () => {
    const step = fc.record({
      id: fc.nat({ max: 4 }),
      failed: fc.boolean(),
      latencyMs: fc.integer({ min: 1, max: 5000 }),
      gap: fc.nat({ max: 400 }),
    })
    const fields = fc.record({
      consecutiveErrors: fc.nat({ max: 3 }),
      minRequests: fc.integer({ min: 1, max: 5 }),
      maxEjectedPercent: fc.nat({ max: 100 }),
      baseEjection: fc.integer({ min: 10, max: 3000 }),
    })
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 300, size: "max" }),
        fields,
        fc.integer({ min: 1, max: 5 }),
        (steps, config, count) => {
          const ids = ["a", "b", "c", "d", "e"].slice(0, count)
          const detector = createOutlierDetector(passiveHealthSchema.parse(config))
          detector.setInstances(ids)
          const out = new Set<string>()
          let now = 0
          for (const { id, failed, latencyMs, gap } of steps) {
            now += gap
            const atOnce = detector.record(ids[id % count] ?? "", { failed, latencyMs }, now)
            const { ejected, returned } = detector.evaluate(now)
            if (atOnce) {
              assert.ok(!out.has(atOnce.id))
              out.add(atOnce.id)
            }
            for (const back of returned) assert.ok(out.delete(back))
            for (const ejection of ejected) {
              assert.ok(!out.has(ejection.id))
              out.add(ejection.id)
            }
            assert.ok(out.size < count && out.size <= Math.max(1, (count * config.maxEjectedPercent) / 100))
            for (const known of ids) assert.equal(detector.isEjected(known), out.has(known))
          }
        },
      ),
    )
  })

  it("forgets instances that are gone, and ignores strangers", () => {
    const { detector } = simulate({ consecutiveErrors: 1 }, ["a", "b"])
    assert.equal(detector.record("a", { failed: true, latencyMs: 1 }, 0)?.id, "a")
    detector.setInstances(["b", "c"])
    assert.equal(detector.isEjected("a"), false)
    assert.equal(detector.record("a", { failed: true, latencyMs: 1 }, 1), undefined)
  })
})

describe("the test of two shares", () => {
  it("has the tail of the binomial distribution", () => {
    const cases = [
      [1, 1, 0.5, 0.5],
      [4, 4, 0.2, 0.0016],
      [0, 5, 0.3, 1],
      [8, 10, 0.5, 56 / 1024],
      [24, 24, 0.5, 2 ** -24],
      [60, 100, 0.5, 0.028443966820490395],
      [5300, 10_000, 0.5, 1.0333e-9],
    ] as const
    for (const [hits, trials, p, tail] of cases)
      assert.ok(
        Math.abs(binomialTail(hits, trials, p) / tail - 1) < 0.005,
        `${binomialTail(hits, trials, p)} not ${tail}`,
      )
  })

  it("takes little for chance, and much for clear", () => {
    assert.equal(clearlyAbove({ hits: 4, of: 25 }, { hits: 0, of: 100 }), false)
    assert.equal(clearlyAbove({ hits: 20, of: 25 }, { hits: 0, of: 100 }), true)
    assert.equal(clearlyAbove({ hits: 1200, of: 10_000 }, { hits: 1000, of: 10_000 }), false)
    assert.equal(clearlyAbove({ hits: 0, of: 25 }, { hits: 0, of: 25 }), false)
    assert.equal(clearlyAbove({ hits: 25, of: 25 }, { hits: 25, of: 25 }), false)
  })
})

describe("what speaks against an instance", () => {
  const cases = [
    [{ status: 200 }, false],
    [{ status: 404 }, false],
    [{ status: 429 }, false],
    [{ status: 500 }, true],
    [{ status: 501 }, false],
    [{ status: 503 }, true],
    [{ failure: "connect" }, true],
    [{ failure: "truncated", status: 200 }, true],
    [{}, false],
  ] as const
  for (const [attempt, fault] of cases)
    it(`${JSON.stringify(attempt)}: ${fault}`, () => assert.equal(isInstanceFault(attempt), fault))
})
