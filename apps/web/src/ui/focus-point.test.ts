import assert from "node:assert/strict"
import { test } from "node:test"
import { objectPosition } from "./focus-point.ts"

test("the focus point becomes a position: y turns around, and what is out of range is held", () => {
  assert.equal(objectPosition(undefined), "50% 50%")
  assert.equal(objectPosition({ x: -1, y: 1 }), "0% 0%")
  assert.equal(objectPosition({ x: 1, y: -1 }), "100% 100%")
  assert.equal(objectPosition({ x: 9, y: 0.5 }), "100% 25%")
})
