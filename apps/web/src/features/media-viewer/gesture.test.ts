import assert from "node:assert/strict"
import { test } from "node:test"
import { pan, swipeOf, unzoomed, zoomAt } from "./gesture.ts"

test("a swipe goes where it mostly went; a tap and a tremble go nowhere", () => {
  const from = { x: 200, y: 200 }
  assert.equal(swipeOf(from, { x: 90, y: 220 }, 400), "left")
  assert.equal(swipeOf(from, { x: 310, y: 180 }, 400), "right")
  assert.equal(swipeOf(from, { x: 220, y: 320 }, 400), "close")
  assert.equal(swipeOf(from, { x: 170, y: 200 }, 40), "left")
  assert.equal(swipeOf(from, { x: 195, y: 203 }, 5), "none")
  assert.equal(swipeOf(from, { x: 160, y: 200 }, 900), "none")
})

test("what is under the finger stays under it while zooming", () => {
  const at = { x: 100, y: -50 }
  const near = zoomAt(unzoomed, 2, at)
  // The point of the picture that lay at `at` lies there still.
  assert.deepEqual({ x: at.x * near.scale + near.x, y: at.y * near.scale + near.y }, at)
  assert.deepEqual(zoomAt(near, 0.1, at), unzoomed)
  assert.equal(zoomAt(near, 100, at).scale, 5)
})

test("a picture cannot be pushed off the screen", () => {
  const screen = { width: 400, height: 800 }
  assert.deepEqual(pan({ scale: 2, x: 0, y: 0 }, { x: 999, y: -999 }, screen), { scale: 2, x: 200, y: -400 })
  assert.deepEqual(pan(unzoomed, { x: 10, y: 10 }, screen), { scale: 1, x: 0, y: 0 })
})
