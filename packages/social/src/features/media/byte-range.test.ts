import assert from "node:assert/strict"
import { test } from "node:test"
import { byteRange } from "./byte-range.ts"

test("ranges are cut to the file; what is not understood is the whole file", () => {
  const cases: [string | undefined, ReturnType<typeof byteRange>][] = [
    [undefined, "whole"],
    ["bytes=0-0", { start: 0, end: 0 }],
    ["bytes=2-5", { start: 2, end: 5 }],
    ["bytes=2-", { start: 2, end: 9 }],
    ["bytes=8-99", { start: 8, end: 9 }],
    ["bytes=-3", { start: 7, end: 9 }],
    ["bytes=-99", { start: 0, end: 9 }],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=5-2", "whole"],
    ["bytes=0-1,3-4", "whole"],
    ["bytes=-", "whole"],
    ["lines=1-2", "whole"],
  ]
  for (const [header, expected] of cases) assert.deepEqual(byteRange(header, 10), expected, String(header))
  assert.equal(byteRange("bytes=0-", 0), "unsatisfiable")
  assert.equal(byteRange("bytes=-1", 0), "unsatisfiable")
})
