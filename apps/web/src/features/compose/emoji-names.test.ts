import assert from "node:assert/strict"
import { test } from "node:test"
import { emojis, findEmoji } from "./emoji-names.ts"

test("each has a name of its own, and none stands twice", () => {
  assert.equal(new Set(emojis.map(({ text }) => text)).size, emojis.length)
  assert.equal(new Set(emojis.map(({ names }) => names[0])).size, emojis.length)
  assert.ok(emojis.every(({ text, names }) => !/[a-z]/.test(text) && names.length > 0))
})

test("names come before other words", () => {
  assert.deepEqual(
    findEmoji("heart")
      .map(({ text }) => text)
      .slice(0, 2),
    ["❤️", "😍"].toReversed(),
  )
  assert.ok(findEmoji("party").some(({ text }) => text === "🎉"))
  assert.deepEqual(findEmoji("zzz"), [])
})
