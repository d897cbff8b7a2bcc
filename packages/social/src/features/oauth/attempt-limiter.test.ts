import assert from "node:assert/strict"
import { test } from "node:test"
import { createFakeClock } from "@aviary/kit"
import { createAttemptLimiter } from "./attempt-limiter.ts"

test("a key has its tries within the window, and new ones after it", () => {
  const clock = createFakeClock()
  const limiter = createAttemptLimiter({ clock, tries: 2, windowMs: 1_000 })
  assert.deepEqual([limiter.take("a"), limiter.take("a"), limiter.take("a")], [true, true, false])
  assert.equal(limiter.take("b"), true)
  clock.advance(999)
  assert.equal(limiter.take("a"), false)
  clock.advance(1)
  assert.equal(limiter.take("a"), true)
})

test("what succeeded is forgotten", () => {
  const limiter = createAttemptLimiter({ clock: createFakeClock(), tries: 1, windowMs: 1_000 })
  limiter.take("a")
  limiter.forget("a")
  assert.equal(limiter.take("a"), true)
})

test("it remembers a bounded number of keys, the latest", () => {
  const limiter = createAttemptLimiter({ clock: createFakeClock(), tries: 1, windowMs: 1_000, maxKeys: 2 })
  for (const key of ["a", "b", "c"]) limiter.take(key)
  assert.equal(limiter.take("c"), false)
  assert.equal(limiter.take("a"), true)
})
