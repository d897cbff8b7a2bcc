import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { isoTime } from "./iso-time.ts"

test("times read as Date writes them, in whatever order they are asked for", () => {
  const ends = [0, 999, 1_000, -1, 8_640_000_000_000_000, -8_640_000_000_000_000]
  for (const ms of ends) assert.equal(isoTime(ms), new Date(ms).toISOString())
  const time = fc.oneof(
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_003_000 }),
    fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
  )
  fc.assert(fc.property(time, (ms) => assert.equal(isoTime(ms), new Date(ms).toISOString())))
})
