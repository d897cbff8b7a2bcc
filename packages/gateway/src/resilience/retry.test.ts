import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { seededRandom } from "@aviary/kit"

import { createHedging } from "./hedging.ts"
import { hedgeSchema, retriesSchema } from "./resilience-schema.ts"
import { createRetryBudget } from "./retry-budget.ts"
import { decideRetry, isIdempotent } from "./retry-policy.ts"
import type { FailedTry, RetryVerdict } from "./retry-policy.ts"

describe("a retry", () => {
  const get: FailedTry = {
    method: "GET",
    failure: "reset",
    untouched: false,
    bodyKept: true,
    answerBegun: false,
    tries: 1,
  }
  const cases: readonly (readonly [failed: Partial<FailedTry>, fields: object, verdict: RetryVerdict])[] = [
    [{}, {}, "retry"],
    [{ answerBegun: true }, {}, "answer_begun"],
    [{ tries: 2 }, {}, "attempts"],
    [{ tries: 2 }, { attempts: 3 }, "retry"],
    [{}, { attempts: 1 }, "attempts"],
    [{ bodyKept: false }, {}, "body_gone"],
    [{ failure: "truncated" }, {}, "not_listed"],
    [{}, { on: ["connect"] }, "not_listed"],
    [{ failure: undefined, status: 503 }, {}, "retry"],
    [{ failure: undefined, status: 500 }, {}, "not_listed"],
    [{ failure: undefined, status: 429 }, {}, "not_listed"],
    [{ failure: undefined, status: 429 }, { on: ["429"] }, "retry"],
    [{ method: "POST" }, {}, "not_idempotent"],
    [{ method: "PATCH", failure: "timeout" }, {}, "not_idempotent"],
    [{ method: "POST", failure: undefined, status: 503 }, {}, "not_idempotent"],
    [{ method: "POST", failure: "connect", untouched: true }, {}, "retry"],
    [{ method: "POST", failure: "connect", untouched: true, bodyKept: false }, {}, "body_gone"],
    [{ method: "POST" }, { idempotentOnly: false }, "retry"],
    [{ method: "DELETE" }, {}, "retry"],
    [{ method: "get" }, {}, "not_idempotent"],
  ]
  for (const [failed, fields, verdict] of cases)
    it(`${JSON.stringify(failed)} ${JSON.stringify(fields)}: ${verdict}`, () => {
      assert.equal(decideRetry(retriesSchema.parse(fields), { ...get, ...failed }), verdict)
    })

  it("knows what may be sent twice", () => {
    assert.deepEqual(
      ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "CONNECT", "BREW"].filter(
        isIdempotent,
      ),
      ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"],
    )
  })
})

describe("the retry budget", () => {
  it("holds through a storm: every request fails at once and wants a retry", () => {
    const budget = createRetryBudget({ percent: 20, minConcurrent: 3 })
    let retries = 0
    for (let index = 0; index < 20_000; index += 1) {
      const now = index / 2
      budget.begin(now)
      if (budget.tryRetry(now)) {
        retries += 1
        budget.endRetry()
      }
      budget.end()
    }
    assert.ok(retries <= 20_000 * 0.2 + 3, `${retries} retries of 20 000 requests`)
    assert.ok(retries >= 20_000 * 0.19, `only ${retries} retries`)
  })

  it("holds in flight and over ten seconds, whatever begins and ends", () => {
    const step = fc.record({
      gap: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 3000 })),
      what: fc.constantFrom("begin", "begin", "end", "retry", "retry", "endRetry"),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.nat({ max: 5 }),
        fc.array(step, { maxLength: 300, size: "max" }),
        (percent, minConcurrent, steps) => {
          const budget = createRetryBudget({ percent, minConcurrent })
          let now = 0
          let active = 0
          let retrying = 0
          const begun: number[] = []
          const retried: number[] = []
          for (const { gap, what } of steps) {
            now += gap
            if (what === "begin") {
              budget.begin(now)
              active += 1
              begun.push(now)
            } else if (what === "end" && active > 0) {
              budget.end()
              active -= 1
            } else if (what === "endRetry" && retrying > 0) {
              budget.endRetry()
              retrying -= 1
            } else if (what === "retry" && budget.tryRetry(now)) {
              retrying += 1
              retried.push(now)
              assert.ok(retrying <= Math.max(minConcurrent, Math.ceil((active * percent) / 100)))
              // The window is at most ten seconds long.
              const requests = begun.filter((at) => at > now - 10_000).length
              const retries = retried.filter((at) => at > now - 9_000).length
              assert.ok(retries <= (requests * percent) / 100 + minConcurrent + 1e-9)
            }
          }
        },
      ),
    )
  })

  it("leaves a quiet service its few", () => {
    const budget = createRetryBudget({ percent: 20, minConcurrent: 3 })
    budget.begin(0)
    assert.equal(budget.tryRetry(1), true)
    budget.endRetry()
    budget.end()
    const none = createRetryBudget({ percent: 0, minConcurrent: 0 })
    none.begin(0)
    assert.equal(none.tryRetry(0), false)
  })
})

describe("hedging", () => {
  it("waits for the percentile of what was seen, once enough was", () => {
    const hedging = createHedging(hedgeSchema.parse({}))
    for (let index = 1; index < 100; index += 1) hedging.record(index, 0)
    assert.equal(hedging.delay(0), undefined)
    for (let index = 100; index <= 1000; index += 1) hedging.record(index, 0)
    const delay = hedging.delay(0) ?? assert.fail()
    assert.ok(Math.abs(delay / 950 - 1) < 0.05, String(delay))
    assert.equal(hedging.delay(120_000), undefined)
  })

  it("waits for a fixed time when told so", () => {
    assert.equal(createHedging(hedgeSchema.parse({ after: "80ms" })).delay(0), 80)
  })

  it("never sends more copies than its share of all requests", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50 }),
        fc.array(fc.nat({ max: 40 }), { maxLength: 100, size: "max" }),
        (maxPercent, rounds) => {
          const hedging = createHedging(hedgeSchema.parse({ maxPercent }))
          let requests = 0
          let copies = 0
          for (const round of rounds) {
            for (let index = 0; index < round; index += 1) {
              hedging.begin()
              requests += 1
            }
            while (hedging.tryHedge()) copies += 1
            assert.ok(copies <= (requests * maxPercent) / 100 + 1e-9)
          }
        },
      ),
    )
  })

  it("saves no flood of copies up in quiet times", () => {
    const hedging = createHedging(hedgeSchema.parse({}))
    for (let index = 0; index < 10_000; index += 1) hedging.begin()
    let copies = 0
    while (hedging.tryHedge()) copies += 1
    assert.equal(copies, 10)
  })

  it("holds 2 % when every request is slow", () => {
    const hedging = createHedging(hedgeSchema.parse({}))
    let copies = 0
    for (let index = 0; index < 10_000; index += 1) {
      hedging.begin()
      if (hedging.tryHedge()) copies += 1
    }
    assert.ok(copies <= 200 && copies >= 198, String(copies))
  })

  it("shortens the tail", () => {
    const random = seededRandom(4)
    const latency = () => (random() < 0.02 ? 500 + random() * 500 : 5 + random() * 10)
    const hedging = createHedging(hedgeSchema.parse({ maxPercent: 5 }))
    const plain: number[] = []
    const hedged: number[] = []
    for (let index = 0; index < 20_000; index += 1) {
      const now = index * 10
      hedging.begin()
      const first = latency()
      const delay = hedging.delay(now)
      plain.push(first)
      hedging.record(first, now)
      const isSlow = delay !== undefined && first > delay && hedging.tryHedge()
      hedged.push(isSlow ? Math.min(first, delay + latency()) : first)
    }
    const p99 = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length * 0.99)] ?? 0
    assert.ok(p99(hedged) < p99(plain) / 5, `${p99(hedged)} against ${p99(plain)}`)
  })
})
