import assert from "node:assert/strict"
import { test } from "node:test"
import { placeTooltip } from "./tooltip-place.ts"

const screen = { width: 400, height: 300 }
const tip = { width: 100, height: 30 }

test("a tooltip stands below in the middle, above at the bottom of the screen, and never off its sides", () => {
  const at = (left: number, top: number) => placeTooltip({ left, top, width: 40, height: 40 }, tip, screen)
  assert.deepEqual(at(180, 100), { left: 150, top: 146 })
  assert.deepEqual(at(180, 250), { left: 150, top: 214 })
  assert.deepEqual(at(0, 100), { left: 8, top: 146 })
  assert.deepEqual(at(380, 100), { left: 292, top: 146 })
})
