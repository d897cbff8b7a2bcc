import assert from "node:assert/strict"
import { test } from "node:test"
import sharp from "sharp"
import { isGifCutOff } from "./is-gif-cut-off.ts"

test("a GIF cut anywhere but before its trailer is cut off", async () => {
  const frames = await Promise.all(
    ["red", "green", "blue"].map((background) =>
      sharp({ create: { width: 12, height: 9, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  const whole = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
  assert.equal(isGifCutOff(whole), false)
  assert.equal(isGifCutOff(whole.subarray(0, -1)), false)
  const boundaries: number[] = []
  for (let length = 13; length < whole.length - 1; length += 1) {
    if (!isGifCutOff(whole.subarray(0, length))) boundaries.push(length)
  }
  // Only the ends of whole blocks.
  assert.ok(boundaries.length > 0 && boundaries.length < whole.length / 8, String(boundaries))
})
