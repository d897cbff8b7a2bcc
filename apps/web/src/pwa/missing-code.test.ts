import assert from "node:assert/strict"
import { test } from "node:test"
import { reloadOnMissingCode } from "./missing-code.ts"

test("missing code loads the document again, once in a while", () => {
  const events = new EventTarget()
  const kept = new Map<string, string>()
  let now = 1_000_000
  let reloads = 0
  reloadOnMissingCode({
    events,
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    now: () => now,
    reload: () => (reloads += 1),
  })
  const miss = () => events.dispatchEvent(new Event("vite:preloadError", { cancelable: true }))
  assert.equal(miss(), false, "the error is not shown while the document is loaded again")
  assert.equal(miss(), true, "a server that stays broken says so")
  now += 60_000
  miss()
  assert.equal(reloads, 2)
})
