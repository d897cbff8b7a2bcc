import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"

import { createCircuitBreaker } from "./circuit-breaker.ts"
import type { BreakerState, CallResult } from "./circuit-breaker.ts"
import { circuitBreakerSchema } from "./resilience-schema.ts"

const config = circuitBreakerSchema.parse({
  window: "10s",
  failureRatio: 0.5,
  minRequests: 4,
  openFor: "5s",
  halfOpenCalls: 2,
})

/** `o` a call that succeeds, `x` one that fails, `u` one that says nothing, a number lets so many milliseconds pass. */
function play(moves: readonly ("o" | "x" | "u" | number)[]) {
  const breaker = createCircuitBreaker(config)
  const results = { o: "ok", x: "failed", u: "unknown" } as const
  let now = 0
  let refused = 0
  for (const move of moves) {
    if (typeof move === "number") {
      now += move
      continue
    }
    const permit = breaker.enter(now)
    if (permit === undefined) refused += 1
    else breaker.leave(permit, results[move], now)
  }
  return { state: breaker.state(now), refused, retryAfter: breaker.retryAfter(now) }
}

describe("the circuit breaker", () => {
  const cases: readonly (readonly [
    moves: readonly ("o" | "x" | "u" | number)[],
    state: BreakerState,
    refused: number,
  ])[] = [
    [[], "closed", 0],
    [["x", "x", "x"], "closed", 0],
    [["x", "x", "x", "x"], "open", 0],
    [["o", "o", "x", "x"], "open", 0],
    [["o", "o", "o", "x", "x"], "closed", 0],
    [["o", "o", "o", "x", "x", "x"], "open", 0],
    [["x", "x", "x", 11_000, "x"], "closed", 0],
    [["u", "u", "u", "x"], "closed", 0],
    [["x", "x", "x", "x", "o", "x"], "open", 2],
    [["x", "x", "x", "x", 4999, "o"], "open", 1],
    [["x", "x", "x", "x", 5000], "halfOpen", 0],
    [["x", "x", "x", "x", 5000, "o"], "halfOpen", 0],
    [["x", "x", "x", "x", 5000, "o", "o"], "closed", 0],
    [["x", "x", "x", "x", 5000, "o", "o", "x", "x", "x"], "closed", 0],
    [["x", "x", "x", "x", 5000, "o", "x", "o"], "open", 1],
    [["x", "x", "x", "x", 5000, "x", 4999, "o"], "open", 1],
    [["x", "x", "x", "x", 5000, "x", 5000, "o", "o"], "closed", 0],
    [["x", "x", "x", "x", 5000, "u", "u", "u", "o", "o"], "closed", 0],
  ]
  for (const [moves, state, refused] of cases)
    it(`${moves.join(" ") || "nothing"}: ${state}, ${refused} refused`, () => {
      const played = play(moves)
      assert.deepEqual([played.state, played.refused], [state, refused])
    })

  it("says when to come back", () => {
    assert.equal(play(["x", "x", "x", "x", 2000]).retryAfter, 3000)
    assert.equal(play(["o"]).retryAfter, 0)
  })

  it("does not count what began before its state changed", () => {
    const breaker = createCircuitBreaker(config)
    const old = Array.from({ length: 9 }, () => breaker.enter(0) ?? assert.fail())
    for (const permit of old.slice(0, 4)) breaker.leave(permit, "failed", 1)
    assert.equal(breaker.state(5001), "halfOpen")
    breaker.leave(old[4] ?? 0, "failed", 5001)
    assert.equal(breaker.state(5001), "halfOpen")
    for (const permit of old.slice(5)) breaker.leave(permit, "ok", 5001)
    assert.equal(breaker.state(5001), "halfOpen")
  })

  it("never lets more than halfOpenCalls through at once, whatever comes", () => {
    const step = fc.record({
      gap: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 4000 })),
      enters: fc.boolean(),
      which: fc.nat(),
      result: fc.constantFrom<CallResult>("ok", "failed", "failed", "unknown"),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
        const breaker = createCircuitBreaker(config)
        let now = 0
        const out: { permit: number; state: BreakerState }[] = []
        for (const { gap, enters, which, result } of steps) {
          now += gap
          const state = breaker.state(now)
          if (enters) {
            const permit = breaker.enter(now)
            if (state === "open") assert.equal(permit, undefined)
            if (state === "closed") assert.notEqual(permit, undefined)
            if (permit !== undefined) out.push({ permit, state })
            const newest = Math.max(...out.map((call) => call.permit))
            if (state === "halfOpen")
              assert.ok(out.filter((call) => call.permit === newest && call.state === "halfOpen").length <= 2)
          } else if (out.length > 0) {
            const [call] = out.splice(which % out.length, 1)
            if (call) breaker.leave(call.permit, result, now)
          }
        }
      }),
    )
  })

  it("cannot get stuck half open while every permit comes back", () => {
    const breaker = createCircuitBreaker(config)
    for (let index = 0; index < 4; index += 1) breaker.leave(breaker.enter(0) ?? assert.fail(), "failed", 0)
    for (let index = 0; index < 50; index += 1)
      breaker.leave(breaker.enter(6000) ?? assert.fail("refused"), "unknown", 6000)
    assert.equal(breaker.state(6000), "halfOpen")
  })
})
