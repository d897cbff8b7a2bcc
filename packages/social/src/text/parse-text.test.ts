import assert from "node:assert/strict"
import { describe, it } from "node:test"

import fc from "fast-check"

import { isHashtagName, MAX_HASHTAG_LENGTH, normalizeHashtag } from "./hashtag-name.ts"
import { MAX_PARSED_LENGTH, parseText } from "./parse-text.ts"
import { postLikeText } from "./post-like-text.ts"

describe("mentions", () => {
  const cases: [text: string, mentions: string[]][] = [
    ["@alice", ["alice"]],
    ["hi @Alice, @bob and @ALICE again", ["alice", "bob"]],
    ["@alice@Example.ORG and @alice", ["alice@example.org", "alice"]],
    ["@a.b-c_d.", ["a.b-c_d"]],
    ["(@alice)", ["alice"]],
    ["@alice's cat", ["alice"]],
    ["@aliceさん", ["alice"]],
    ["@user@пример.рф", ["user@пример.рф"]],
    ["mail alice@example.org", []],
    ["é@alice", []],
    ["/@alice", []],
    ["@@alice", []],
    ["user=@alice", []],
    ["@alice@", []],
    ["@josé", []],
    ["@http://example.org", []],
    ["https://example.org/@alice", []],
    ["@", []],
  ]
  for (const [text, mentions] of cases) {
    it(`finds ${JSON.stringify(mentions)} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseText(text).mentions, mentions)
    })
  }
})

describe("hashtags", () => {
  const cases: [text: string, names: string[]][] = [
    ["#aviary", ["aviary"]],
    ["#Aviary #AVIARY #aviary", ["aviary"]],
    ["(#one, #two.)#three", ["one", "two"]],
    ["#日本語 ＃ラーメン・二郎", ["日本語", "ラーメン・二郎"]],
    ["#हिन्दी", ["हिन्दी"]],
    ["#col·lecció·", ["col·leccio"]],
    ["#2024_01 #a1 #1a", ["2024_01", "a1", "1a"]],
    ["❤️#heart", ["heart"]],
    ["#one#two", ["one"]],
    ["#123 #１２ #_ # ##", []],
    ["#️⃣ and *️⃣", []],
    ["a#b 日本#語 1#x", []],
    ["/#a =#a )#a", []],
    ["it&#39;s &#x27;", []],
    ["https://example.org/#top https://example.org/a#b", []],
  ]
  for (const [text, names] of cases) {
    it(`finds ${JSON.stringify(names)} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(
        parseText(text).hashtags.map(({ name }) => name),
        names,
      )
    })
  }

  it("keeps the spelling that came first", () => {
    assert.deepEqual(parseText("#CaféParis #cafeparis").hashtags, [
      { name: "cafeparis", display: "CaféParis" },
    ])
  })

  it("takes names up to the limit", () => {
    assert.equal(parseText(`#${"a".repeat(MAX_HASHTAG_LENGTH)}`).hashtags.length, 1)
    assert.equal(parseText(`#${"a".repeat(MAX_HASHTAG_LENGTH + 1)}`).hashtags.length, 0)
  })

  it("normalises compatibility forms, case and Latin accents, not the accents of other scripts", () => {
    assert.equal(normalizeHashtag("ＣＡＦÉ"), "cafe")
    assert.equal(normalizeHashtag("Łódź"), "lodz")
    assert.equal(normalizeHashtag("ガ"), "ガ")
    assert.equal(normalizeHashtag("ｶﾞ"), "ガ")
    assert.equal(normalizeHashtag("й"), "й")
  })

  it("normalises what decomposes into a space and an accent, and accents on folded letters", () => {
    assert.equal(normalizeHashtag("Tag\u037a"), "tag")
    assert.equal(normalizeHashtag("\u00f8\u0301re"), "ore")
  })

  it("normalises to a name that is one, and normalising again changes nothing", () => {
    fc.assert(
      fc.property(postLikeText, (text) => {
        for (const { name } of parseText(text).hashtags) {
          assert.ok(isHashtagName(name), name)
          assert.equal(normalizeHashtag(name), name)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe("links", () => {
  const cases: [text: string, links: string[]][] = [
    ["see https://example.org.", ["https://example.org"]],
    ["(https://en.wikipedia.org/wiki/A_(b))", ["https://en.wikipedia.org/wiki/A_(b)"]],
    ["http://a.example/x?y=1&z=2#w, ok", ["http://a.example/x?y=1&z=2#w"]],
    ["HTTPS://EXAMPLE.ORG", ["HTTPS://EXAMPLE.ORG"]],
    ["https://пример.рф/путь", ["https://пример.рф/путь"]],
    ["https://a.example https://a.example", ["https://a.example"]],
    ["https://a.example/\u202egnp.exe", ["https://a.example/"]],
    ["example.org www.example.org alice@example.org", []],
    ["ftp://example.org mailto:a@example.org //example.org", []],
    ["javascript:alert(1) javascript://example.org/%0aalert(1) data:text/html,x", []],
    ["xhttps://example.org https:// http://.", []],
    ["https://bank.example@evil.example/", []],
  ]
  for (const [text, links] of cases) {
    it(`finds ${JSON.stringify(links)} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseText(text).links, links)
    })
  }
})

describe("any text", () => {
  it("is the sum of its segments", () => {
    fc.assert(
      fc.property(postLikeText, (text) => {
        const { segments } = parseText(text)
        assert.equal(segments.map(({ raw }) => raw).join(""), text)
        assert.ok(segments.every(({ raw }) => raw !== ""))
      }),
      { numRuns: 1000 },
    )
  })

  it("takes no more than moments, however it is made to make the parser look back", () => {
    for (const part of ["@", "@a", "@a@b-", "#a", "#1·", "http://", "https://a.b/(", "&#", ".-"]) {
      for (const length of [MAX_PARSED_LENGTH, 1_000_000]) {
        const text = part.repeat(length / part.length)
        const start = performance.now()
        parseText(text)
        // A hundred times what it takes; a pattern that backtracks needs hours.
        assert.ok(performance.now() - start < 3000, part)
      }
    }
  })

  it("is parsed up to the limit, and left plain beyond it", () => {
    const filler = " ".repeat(MAX_PARSED_LENGTH - "@alice".length)
    assert.deepEqual(parseText(`@alice${filler}`).mentions, ["alice"])
    const beyond = `@alice ${filler}`
    assert.deepEqual(parseText(beyond).segments, [{ type: "text", raw: beyond }])
  })
})
