import assert from "node:assert/strict"
import { describe, it } from "node:test"

import fc from "fast-check"

import { cleanText } from "./clean-text.ts"
import { emojiShortcodes } from "./emoji-shortcodes.ts"
import { parseText } from "./parse-text.ts"
import { postLength, textLength, URL_LENGTH } from "./post-length.ts"
import { postLikeText } from "./post-like-text.ts"

describe("postLength", () => {
  const cases: [name: string, text: string, length: number][] = [
    ["nothing", "", 0],
    ["ASCII", "hello world", 11],
    ["a newline once, however it is written", "a\r\nb\nc", 5],
    ["a family as one", "👩‍👩‍👧‍👦", 1],
    ["a flag as one", "🇩🇪🇫🇷", 2],
    ["a letter with a mark as one", "e\u0301a", 2],
    ["a conjunct as one", "क्षि", 1],
    ["kana and kanji singly", "日本語です", 5],
    ["a short link as 23", "https://a.io", URL_LENGTH],
    ["a long link as 23", `see https://example.org/${"x".repeat(300)}`, 4 + URL_LENGTH],
    ["a mention without its domain", "@alice@example.org hi", 9],
    ["a local mention whole", "@alice hi", 9],
  ]
  for (const [name, text, length] of cases) {
    it(`counts ${name}`, () => {
      assert.equal(postLength(text), length)
      assert.equal(postLength(parseText(text)), length)
    })
  }

  it("counts the content warning, in which a link is just characters", () => {
    assert.equal(postLength("abc", "https://example.org/abc/def/ghi"), 34)
  })
})

describe("textLength", () => {
  it("equals the segmenter, which it spares most of the work", () => {
    const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" })
    const anyUnits = fc
      .array(fc.integer({ min: 0, max: 0xffff }))
      .map((units) => String.fromCharCode(...units))
    fc.assert(
      fc.property(fc.oneof(postLikeText, anyUnits, fc.string({ unit: "grapheme" })), (text) => {
        assert.equal(textLength(text), [...segmenter.segment(text)].length)
      }),
      { numRuns: 3000 },
    )
  })
})

describe("emojiShortcodes", () => {
  const cases: [text: string, names: string[]][] = [
    [":cat:", ["cat"]],
    ["a :cat: (:Dog_2:) :cat:!", ["cat", "Dog_2"]],
    [":a: ::cat:: :cat:dog: 12:30:45 x:cat: :cat:x é:cat:", []],
    [":cat::dog:", []],
    ["日:cat: 😀:dog:", ["dog"]],
    [": no : emoji :", []],
  ]
  for (const [text, names] of cases) {
    it(`finds ${JSON.stringify(names)} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(emojiShortcodes(text), names)
    })
  }
})

describe("cleanText", () => {
  it("removes what a database or terminal cannot take, and nothing else", () => {
    assert.equal(cleanText("  a\0b\u001b[31m\r\nc\rd\te\ud800👩‍👩‍👧 \n"), "ab[31m\nc\nd\te\ufffd👩‍👩‍👧")
  })

  it("has nothing left to clean the second time", () => {
    fc.assert(
      fc.property(postLikeText, (text) => {
        assert.equal(cleanText(cleanText(text)), cleanText(text))
      }),
    )
  })
})
