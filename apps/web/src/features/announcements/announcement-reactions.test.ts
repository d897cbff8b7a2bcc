import assert from "node:assert/strict"
import { test } from "node:test"
import { withReaction } from "./announcement-reactions.ts"

test("one's own reaction counts once, and goes with the last who had it", () => {
  const others = [{ name: "🎉", count: 2, me: false }]
  const once = withReaction(others, "🎉", true)
  assert.deepEqual(once, [{ name: "🎉", count: 3, me: true }])
  assert.deepEqual(withReaction(once, "🎉", true), once)
  assert.deepEqual(withReaction(once, "🎉", false), others)
  const first = withReaction([], "🪶", true)
  assert.deepEqual(first, [{ name: "🪶", count: 1, me: true }])
  assert.deepEqual(withReaction(first, "🪶", false), [])
  assert.deepEqual(withReaction([], "🪶", false), [])
})
