// The pure parts of an import: what a line says, places of nodes, who writes what, texts that are too long.

import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { postLength } from "../text/post-length.ts"
import { fitText } from "./fit-text.ts"
import { createNodeCounter } from "./graph-nodes.ts"
import { parseEdge } from "./parse-edge.ts"
import { readableName } from "./readable-name.ts"
import { createAuthors } from "./spread-posts.ts"

test("a line of a graph is an edge, nothing, or malformed", () => {
  const edge = (from: number, to: number, distrust = false) => ({ kind: "edge", from, to, distrust })
  const cases: [string, object][] = [
    ["0\t1", edge(0, 1)],
    ["0 1", edge(0, 1)],
    ["  12   345\t", edge(12, 345)],
    ["5\t6\t1", edge(5, 6)],
    ["5 6 +1", edge(5, 6)],
    ["5 6 -1", edge(5, 6, true)],
    ["9007199254740991 0", edge(9_007_199_254_740_991, 0)],
    ["# FromNodeId\tToNodeId", { kind: "nothing" }],
    ["", { kind: "nothing" }],
    ["   ", { kind: "nothing" }],
  ]
  for (const [text, expected] of cases) assert.deepEqual(parseEdge(text), expected, JSON.stringify(text))
  for (const text of ["1", "1,2", "a b", "1 2 3 4", "-1 2", "1 2 x", "1.5 2", "9007199254740993 1"]) {
    assert.equal(parseEdge(text).kind, "malformed", JSON.stringify(text))
  }
})

test("nodes have their places in the order of their ids, with their followers", () => {
  const nodes = fc.array(fc.tuple(fc.maxSafeNat(), fc.nat({ max: 5 })), { minLength: 1, maxLength: 3_000 })
  fc.assert(
    fc.property(nodes, (added) => {
      const counter = createNodeCounter()
      const followers = new Map<number, number>()
      for (const [node, more] of added) {
        counter.add(node, more)
        followers.set(node, (followers.get(node) ?? 0) + more)
      }
      const ids = [...followers.keys()].sort((a, b) => a - b)
      const found = counter.finish()
      assert.equal(found.count, ids.length)
      assert.deepEqual([...found.ids], ids)
      assert.deepEqual(
        [...found.followers],
        ids.map((id) => followers.get(id)),
      )
      for (const [place, id] of ids.entries()) assert.equal(found.placeOf(id), place)
    }),
    { numRuns: 50 },
  )
})

test("posts go to members by their followers, and to those without any, too", () => {
  const authorOf = createAuthors({ count: 4, followers: Uint32Array.of(0, 1, 10, 100) })
  const posts = [0, 0, 0, 0]
  for (let number = 0; number < 115_000; number += 1) {
    const author = authorOf(number)
    posts[author] = (posts[author] ?? 0) + 1
  }
  // Shares of 1, 2, 11 and 101 in 115: a thousand posts for each.
  for (const [place, share] of [1, 2, 11, 101].entries()) {
    const expected = share * 1_000
    const found = posts[place] ?? 0
    assert.ok(
      Math.abs(found - expected) < 5 * Math.sqrt(expected),
      `${place}: ${found}, expected ${expected}`,
    )
  }
})

test("a text that is too long ends with a word and an ellipsis, within the limit", () => {
  assert.deepEqual(fitText("short enough", 12).cut, false)
  assert.equal(fitText("one two three", 9).text, "one two…")
  assert.equal(fitText("one two three", 8).text, "one two…")
  assert.equal(fitText("one two three", 7).text, "one…")
  assert.equal(fitText("incomprehensible", 5).text, "inco…")
  assert.equal(fitText("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 2).text, "👩‍👩‍👧‍👦…")
  const texts = fc.array(
    fc.oneof(fc.string({ unit: "grapheme" }), fc.constant("https://a.example/b"), fc.constant("http://a")),
  )
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 60 }), (words, limit) => {
      const text = words.join(" ").trim()
      const fitted = fitText(text, limit)
      assert.ok(postLength(fitted.text) <= limit)
      assert.equal(fitted.cut, postLength(text) > limit)
      if (!fitted.cut) assert.equal(fitted.text, text)
    }),
  )
})

test("names are two words, the same for the same number, and many", () => {
  const names = Array.from({ length: 1_000 }, (_, node) => readableName(node))
  for (const name of names) assert.match(name, /^[A-Z][a-z]+ [A-Z][a-z]+$/)
  assert.equal(readableName(7), names[7])
  assert.ok(new Set(names).size > 800)
  assert.match(readableName(Number.MAX_SAFE_INTEGER), /^[A-Z][a-z]+ [A-Z][a-z]+$/)
})
