import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { csvLine, parseCsv } from "./csv.ts"

test("what is written is read again, whatever it holds", () => {
  const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", " ", "ü", "#") })
  const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 })
  fc.assert(
    fc.property(rows, (given) => {
      assert.deepEqual(parseCsv(given.map(csvLine).join(""), 100), given)
    }),
  )
})

test("files of other programs: a mark at the start, other ends of lines, none at the end, empty lines", () => {
  const rows = [["Account address", "Show boosts"], ["a@b.c", "true"], ["d"]] // prettier-ignore
  assert.deepEqual(parseCsv("\uFEFFAccount address,Show boosts\r\n\r\na@b.c,true\r\nd", 10), rows)
  assert.deepEqual(parseCsv("a\nb\nc\n", 2), [["a"], ["b"]])
  assert.deepEqual(parseCsv('"open, never closed\nb', 10), [["open, never closed\nb"]])
  assert.deepEqual(parseCsv("", 10), [])
})
