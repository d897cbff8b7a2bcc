import assert from "node:assert/strict"
import { test } from "node:test"
import { characterCount } from "./character-count.ts"

test("characters are what a reader sees", () => {
  assert.equal(characterCount("hello"), 5)
  assert.equal(characterCount("👩‍👩‍👧‍👦🇳🇴é"), 3)
  assert.equal(characterCount("a\r\nb"), 3)
  assert.equal(characterCount("post", "warning"), 11)
})

test("a link counts 23, and what ends the sentence is not part of it", () => {
  assert.equal(characterCount("https://a.io"), 23)
  assert.equal(characterCount(`see https://example.org/${"x".repeat(300)}.`), 4 + 23 + 1)
  assert.equal(characterCount("(https://example.org/a)", "", 30), 32)
})

test("a mention counts without its server, an address does not become one", () => {
  assert.equal(characterCount("@wren@birds.example hi"), 8)
  assert.equal(characterCount("mail me@birds.example"), 21)
})
