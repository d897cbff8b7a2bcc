import assert from "node:assert/strict"
import { test } from "node:test"
import { restartDelay } from "./restart-delay.ts"

test("the first restart is quick, each later one no quicker, and none waits over ten seconds", () => {
  const delays = Array.from({ length: 20 }, (_, index) => restartDelay(index + 1))
  assert.equal(delays[0], 100)
  assert.deepEqual(
    delays,
    delays.toSorted((a, b) => a - b),
  )
  assert.equal(delays.at(-1), 10_000)
})
