import assert from "node:assert/strict"
import { test } from "node:test"
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
  const lengths = [1, 7, 400, 8_999]
  const parts = [0, 0.2, 0.5, 0.99, 1]
  for (const width of lengths)
    for (const height of lengths)
      for (const shape of [1, 3])
        for (const zoom of [1, 1.7, MOST_ZOOM])
          for (const x of parts)
            for (const y of parts) {
              const cut = cutOf({ width, height }, shape, { zoom, x, y })
              const said = JSON.stringify({ width, height, shape, zoom, x, y, cut })
              assert.ok(Math.abs(cut.width / cut.height - shape) < 1e-6, said)
              assert.ok(cut.left >= 0 && cut.top >= 0, said)
              assert.ok(cut.left + cut.width <= width + 1e-6 && cut.top + cut.height <= height + 1e-6, said)
            }
})
