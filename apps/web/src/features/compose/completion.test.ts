import assert from "node:assert/strict"
import { test } from "node:test"
import { complete, tokenAt } from "./completion.ts"

const at = (text: string) => {
  const token = tokenAt(text.replace("|", ""), text.indexOf("|"))
  return token && `${token.kind} ${token.query}`
}

test("what ends at the caret is completed", () => {
  assert.equal(at("hi @wr|"), "mention wr")
  assert.equal(at("hi @wren@bir|ds"), "mention wren@bir")
  assert.equal(at("#bírd|"), "hashtag bírd")
  assert.equal(at("(:he|"), "emoji he")
})

test("addresses, times and single signs are left alone", () => {
  for (const text of ["me@wr|", "at 10:30|", "#|", ":h|", "https://a.b/#x|", "hi @wr |", "a:he|"])
    assert.equal(at(text), undefined, text)
})

test("a completion stands with one space behind it", () => {
  const text = "hi @wr how"
  const token = tokenAt(text, 6)
  assert.ok(token)
  assert.deepEqual(complete(text, token, "@wren"), { text: "hi @wren how", caret: 9 })
  assert.deepEqual(complete("@wr", { ...token, start: 0, end: 3 }, "@wren"), { text: "@wren ", caret: 6 })
})
