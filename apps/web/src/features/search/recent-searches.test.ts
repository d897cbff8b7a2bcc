import assert from "node:assert/strict"
import { test } from "node:test"
import { forgetSearches, keepSearch, recentSearches } from "./recent-searches.ts"

function memory() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

test("the last search comes first, each once, and not too many", () => {
  const storage = memory()
  for (const text of ["moss", "tides", "MOSS", ...Array.from({ length: 9 }, (_, at) => `word ${at}`)])
    keepSearch(storage, text)
  const kept = recentSearches(storage)
  assert.equal(kept.length, 8)
  assert.equal(kept[0], "word 8")
  keepSearch(storage, "WORD 5")
  assert.deepEqual(recentSearches(storage).slice(0, 2), ["WORD 5", "word 8"])
  forgetSearches(storage)
  assert.deepEqual(recentSearches(storage), [])
})

test("what somebody else has put there is as nothing", () => {
  for (const odd of ["{", "7", '{"a":1}', "[1,null]"]) {
    assert.deepEqual(recentSearches({ getItem: () => odd }), [])
  }
})
