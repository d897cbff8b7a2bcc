import assert from "node:assert/strict"
import { test } from "node:test"
import { languages } from "./languages.ts"

test("one's own languages come first, the others by name, each once", () => {
  const all = languages("en", ["nb-NO", "en-US", "nb", "tlh"])
  assert.deepEqual(
    all.slice(0, 3).map(({ name }) => name),
    ["Norwegian Bokmål", "English", "Albanian"],
  )
  assert.equal(new Set(all.map(({ tag }) => tag)).size, all.length)
})
