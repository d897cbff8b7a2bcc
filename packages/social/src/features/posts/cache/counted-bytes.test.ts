import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { layOut, patch } from "./counted-bytes.ts"

test("patched values are read as they were written, whatever stands around them and however long they grow", () => {
  const value = fc.oneof(fc.nat(), fc.constantFrom(0, 9, 99, 2_147_483_647))
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.tuple(value, value, value),
      fc.array(fc.tuple(fc.nat({ max: 2 }), value)),
      (text, first, changes) => {
        const names = ["a", "b", "c"] as const
        const around = { before: text, after: `${text}\u2028"` }
        const counted = layOut(
          `{"before":${JSON.stringify(around.before)},`,
          names.map((name, slot) => [name, String(first[slot])]),
          `,"after":${JSON.stringify(around.after)}}`,
        )
        const expected = [...first]
        for (const [slot, count] of changes) {
          patch(counted, slot, String(count))
          expected[slot] = count
        }
        const [a, b, c] = expected
        assert.deepEqual(JSON.parse(counted.bytes.toString()), { ...around, a, b, c })
      },
    ),
  )
})

test("a value that fits moves nothing", () => {
  const counted = layOut("{", [["a", "1"]], "}")
  const { bytes } = counted
  patch(counted, 0, "123")
  assert.equal(counted.bytes, bytes)
  patch(counted, 0, "1234")
  assert.notEqual(counted.bytes, bytes)
})

test("there is no slot but those that were laid out", () => {
  assert.throws(() => patch(layOut("{", [["a", "1"]], "}"), 1, "1"), /no slot 1/)
})
