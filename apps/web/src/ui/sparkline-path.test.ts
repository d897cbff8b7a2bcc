import assert from "node:assert/strict"
import { test } from "node:test"
import { sparklinePath } from "./sparkline-path.ts"

test("the line goes through every value, scaled to the highest", () => {
  const box = { width: 60, height: 20 }
  assert.equal(sparklinePath([0, 2, 4, 1], box), "M0 20L20 10L40 0L60 15")
  assert.equal(sparklinePath([0, 0], box), "M0 20L60 20")
  assert.equal(sparklinePath([5], box), "M0 0")
  assert.equal(sparklinePath([], box), "")
})
