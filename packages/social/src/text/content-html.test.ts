import assert from "node:assert/strict"
import { describe, it } from "node:test"

import fc from "fast-check"

import { contentHtml } from "./content-html.ts"
import type { ContentResolvers } from "./content-html.ts"
import { escapeHtml } from "./escape-html.ts"
import { parseText } from "./parse-text.ts"
import { bioHtml, fieldHtml } from "./plain-html.ts"
import { postLikeText } from "./post-like-text.ts"

const resolvers: ContentResolvers = {
  mention: (name, domain) => {
    if (name === "alice" && domain === undefined) {
      return { url: "https://aviary.test/@alice", acct: "alice", username: "Alice" }
    }
    if (name === "bob" && domain === "example.org") {
      return { url: "https://example.org/u/bob?a=1&b=2", acct: "bob@example.org", username: "Bob" }
    }
    return undefined
  },
  tagUrl: (name) => `https://aviary.test/tags/${encodeURIComponent(name)}`,
}

const render = (text: string) => contentHtml(text, resolvers)

describe("contentHtml", () => {
  const cases: [name: string, text: string, html: string][] = [
    ["nothing for nothing", "", ""],
    ["nothing for blank text", " \n\n ", ""],
    ["a paragraph", "hello", "<p>hello</p>"],
    ["paragraphs and line breaks", "\na\nb\n\n\nc\r\nd\n", "<p>a<br />b</p><p>c<br />d</p>"],
    ["markup as text", `<b a="1">'&amp;`, "<p>&lt;b a=&quot;1&quot;&gt;&#39;&amp;amp;</p>"],
    [
      "a mention of a member",
      "@ALICE!",
      '<p><span class="h-card" translate="no"><a href="https://aviary.test/@alice" class="u-url mention">@<span>Alice</span></a></span>!</p>',
    ],
    [
      "a remote mention",
      "@bob@example.org",
      '<p><span class="h-card" translate="no"><a href="https://example.org/u/bob?a=1&amp;b=2" class="u-url mention">@<span>Bob</span></a></span></p>',
    ],
    ["an unknown mention as text", "@Nobody @bob", "<p>@Nobody @bob</p>"],
    [
      "a hashtag",
      "#Café",
      '<p><a href="https://aviary.test/tags/cafe" class="mention hashtag" rel="tag">#<span>Café</span></a></p>',
    ],
    [
      "a short link whole",
      "https://example.org/a",
      '<p><a href="https://example.org/a" target="_blank" rel="nofollow noopener noreferrer" translate="no"><span class="invisible">https://</span><span class="">example.org/a</span><span class="invisible"></span></a></p>',
    ],
    [
      "a long link cut after thirty characters",
      "https://www.example.org/0123456789012345678901?x=1&y",
      '<p><a href="https://www.example.org/0123456789012345678901?x=1&amp;y" target="_blank" rel="nofollow noopener noreferrer" translate="no"><span class="invisible">https://www.</span><span class="ellipsis">example.org/012345678901234567</span><span class="invisible">8901?x=1&amp;y</span></a></p>',
    ],
  ]
  for (const [name, text, html] of cases) {
    it(`writes ${name}`, () => {
      assert.equal(render(text), html)
    })
  }

  it("does not cut a link inside a surrogate pair", () => {
    const html = render(`https://example.org/${"a".repeat(17)}😀b`)
    assert.match(html, /<span class="ellipsis">example\.org\/a{17}😀<\/span>/)
  })

  it("renders a parse as it renders the text", () => {
    assert.equal(contentHtml(parseText("@alice #a"), resolvers), render("@alice #a"))
  })

  it("never links to what is not a web address, whatever a resolver says", () => {
    const hostile: ContentResolvers = {
      mention: (username) => ({ url: "javascript:alert(1)", acct: username, username }),
      tagUrl: () => "data:text/html,x",
    }
    assert.equal(contentHtml("@alice #a", hostile), "<p>@alice #a</p>")
  })
})

// All that may ever be written, in full: every `<` in the output must begin one of these.
const attributes = {
  mention: / href="https?:\/\/[^"<>]*" class="u-url mention"/,
  hashtag: / href="https?:\/\/[^"<>]*" class="mention hashtag" rel="tag"/,
  link: / href="https?:\/\/[^"<>]*" target="_blank" rel="nofollow noopener noreferrer" translate="no"/i,
  span: / class="(?:invisible|ellipsis|)"| class="h-card" translate="no"|/,
}
const knownTag = new RegExp(
  `</?p>|<br />|</span>|</a>|<span(?:${attributes.span.source})>|<a(?:${attributes.mention.source}|${attributes.hashtag.source}|${attributes.link.source})>`,
  "gi",
)

function textOf(html: string): string {
  return html
    .replaceAll("</p><p>", "\n\n")
    .replaceAll("<br />", "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, entity: string) => {
      const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" }
      return characters[entity] ?? assert.fail(entity)
    })
}

describe("any text", () => {
  it("becomes only known elements with known attributes, properly nested", () => {
    fc.assert(
      fc.property(postLikeText, (text) => {
        const html = render(text)
        assert.doesNotMatch(html.replace(knownTag, ""), /[<>"']/)

        const open: string[] = []
        for (const [, slash, name = ""] of html.matchAll(/<(\/?)(p|span|a)\b[^>]*>/g)) {
          if (slash === "") open.push(name)
          else assert.equal(open.pop(), name)
        }
        assert.deepEqual(open, [])
      }),
      { numRuns: 1500 },
    )
  })

  it("reads as it was written", () => {
    const verbatim: ContentResolvers = { ...resolvers, mention: () => undefined }
    fc.assert(
      fc.property(postLikeText, (text) => {
        const lines = text.replace(/\r\n?/g, "\n").replace(/^\n+|\n+$/g, "")
        const expected = lines.trim() === "" ? "" : lines.replace(/\n{2,}/g, "\n\n")
        assert.equal(textOf(contentHtml(text, verbatim)), expected)
      }),
      { numRuns: 1500 },
    )
  })
})

describe("profiles", () => {
  it("render a biography like a post", () => {
    assert.equal(bioHtml("a\n\n<b>", resolvers), "<p>a</p><p>&lt;b&gt;</p>")
  })

  it("render a field on one line, without a paragraph", () => {
    assert.equal(fieldHtml(" she\n\nher <3 ", resolvers), "she her &lt;3")
    assert.match(fieldHtml("https://example.org", resolvers), /^<a href="https:\/\/example\.org" .*<\/a>$/)
  })
})

describe("escapeHtml", () => {
  it("leaves text alone that needs nothing", () => {
    assert.equal(escapeHtml("plain · text 😀"), "plain · text 😀")
  })

  it("escapes every special character every time", () => {
    assert.equal(escapeHtml(`<<&>>"'`), "&lt;&lt;&amp;&gt;&gt;&quot;&#39;")
    assert.equal(escapeHtml("<"), "&lt;")
  })
})
