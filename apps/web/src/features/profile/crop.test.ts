import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { MOST_ZOOM, cutOf, dragged, wholeView } from "./crop.ts"

test("without zoom as much is taken as the shape can hold, from the middle", () => {
  assert.deepEqual(cutOf({ width: 1000, height: 400 }, 1, wholeView), {
    left: 300,
    top: 0,
    width: 400,
    height: 400,
  })
  assert.deepEqual(cutOf({ width: 900, height: 900 }, 3, wholeView), {
    left: 0,
    top: 300,
    width: 900,
    height: 300,
  })
})

test("a picture follows the finger and stops at its edge", () => {
  const sizes = { picture: { width: 1000, height: 500 }, frame: { width: 250, height: 250 } }
  assert.equal(dragged(wholeView, { x: -50, y: 0 }, sizes).x, 0.6)
  assert.equal(dragged(wholeView, { x: -5_000, y: 90 }, sizes).x, 0.75)
  assert.equal(dragged(wholeView, { x: 0, y: 90 }, sizes).y, 0.5)
})

test("whatever is done, what is taken has the shape and lies inside the picture", () => {
  const size = fc.record({
    width: fc.integer({ min: 1, max: 9000 }),
    height: fc.integer({ min: 1, max: 9000 }),
  })
  const unit = fc.double({ min: 0, max: 1, noNaN: true })
  const view = fc.record({ zoom: fc.double({ min: 1, max: MOST_ZOOM, noNaN: true }), x: unit, y: unit })
  fc.assert(
    fc.property(size, view, fc.constantFrom(1, 3), (picture, at, shape) => {
      const { left, top, width, height } = cutOf(picture, shape, at)
      assert.ok(Math.abs(width / height - shape) < 1e-6)
      assert.ok(left >= 0 && top >= 0)
      assert.ok(left + width <= picture.width + 1e-6 && top + height <= picture.height + 1e-6)
    }),
  )
})
