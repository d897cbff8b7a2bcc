import assert from "node:assert/strict"
import { describe, it } from "node:test"

import { cookieName, count, duration, headerName, percent } from "./schemas.ts"

describe("the values of the routing document", () => {
  const durations: readonly (readonly [input: unknown, ms: number | undefined])[] = [
    ["250ms", 250],
    ["30s", 30_000],
    ["1.5s", 1_500],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
    [1200, 1200],
    [0, 0],
    ["30", undefined],
    ["s", undefined],
    ["-1s", undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    ["999999d", undefined],
    [null, undefined],
  ]
  for (const [input, ms] of durations) {
    it(`reads the duration ${String(input)} as ${ms ?? "an error"}`, () => {
      const result = duration().safeParse(input)
      assert.equal(result.success ? result.data : undefined, ms)
    })
  }

  it("holds a duration to its bounds", () => {
    assert.equal(duration({ min: 1 }).safeParse(0).success, false)
    assert.equal(duration({ max: 1_000 }).safeParse("2s").success, false)
    assert.match(String(duration({ min: 5 }).safeParse("1ms").error?.message), /from 5 ms/)
  })

  it("lowers header names and refuses what is none", () => {
    assert.equal(headerName().parse("X-Test"), "x-test")
    assert.equal(headerName().safeParse("x:y").success, false)
    assert.equal(headerName().safeParse("").success, false)
    assert.equal(cookieName().parse("__Host-A"), "__Host-A")
    assert.equal(cookieName().safeParse("a=b").success, false)
  })

  it("bounds counts and shares", () => {
    assert.equal(count(10).safeParse(11).success, false)
    assert.equal(count().safeParse(0).success, false)
    assert.equal(percent().safeParse(100.1).success, false)
    assert.equal(percent().parse(33.3), 33.3)
  })
})
