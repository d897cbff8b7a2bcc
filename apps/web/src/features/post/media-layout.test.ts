import assert from "node:assert/strict"
import { test } from "node:test"
import { mediaLayout } from "./media-layout.ts"

const sized = (width: number, height: number) => ({ meta: { original: { width, height } } })
const unknown = { meta: null }

test("one picture keeps its shape, but neither a tower nor a thread", () => {
  assert.equal(mediaLayout([sized(1200, 800)]).aspect, 1.5)
  assert.equal(mediaLayout([sized(100, 5_000)]).aspect, 0.75)
  assert.equal(mediaLayout([sized(9_000, 10)]).aspect, 3)
})

test("what has no size, or an absurd one, still takes its place", () => {
  assert.equal(mediaLayout([unknown]).aspect, 16 / 9)
  assert.equal(mediaLayout([sized(0, 0)]).aspect, 16 / 9)
})

test("of three the first is tall, and what does not fit is counted", () => {
  assert.deepEqual(mediaLayout([unknown, unknown, unknown]).tall, [true, false, false])
  const six = mediaLayout(Array.from({ length: 6 }, () => unknown))
  assert.deepEqual([six.tall.length, six.more], [4, 2])
})
