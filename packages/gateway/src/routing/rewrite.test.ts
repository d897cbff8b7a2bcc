import assert from "node:assert/strict"
import { describe, it } from "node:test"

import { makeRequest } from "../values/request-view.ts"
import { compileHeaderRules } from "./header-rules.ts"
import { createMatcher } from "./matcher.ts"
import { rewritePath, rewriteProblems } from "./rewrite.ts"
import { headersSchema, matchSchema, rewriteSchema } from "./route-schema.ts"

describe("a rewrite", () => {
  const cases: readonly (readonly [
    match: string,
    rewrite: object | undefined,
    path: string,
    seen: string,
  ])[] = [
    ["/*", undefined, "/a", "/a"],
    ["/*", { host: "inner" }, "/a", "/a"],
    ["/old/*", { prefix: "/new" }, "/old/x/y", "/new/x/y"],
    ["/old/*", { prefix: "/new/" }, "/old/x", "/new/x"],
    ["/old/*", { prefix: "/new" }, "/old", "/new"],
    ["/old/*", { prefix: "/" }, "/old/x", "/x"],
    ["/old/*", { prefix: "/" }, "/old", "/"],
    ["/*", { prefix: "/in" }, "/x", "/in/x"],
    ["/one", { prefix: "/two" }, "/one", "/two"],
    ["/u/:name/:id", { path: "/users/:id/of/:name" }, "/u/ann/5", "/users/5/of/ann"],
    ["/u/:name/*", { path: "/static" }, "/u/ann/5", "/static"],
  ]
  for (const [path, fields, requested, seen] of cases) {
    it(`${path} ${JSON.stringify(fields)}: ${requested} is seen as ${seen}`, () => {
      const match = matchSchema.parse({ path })
      const rewrite = fields && rewriteSchema.parse(fields)
      const matched = createMatcher([{ hosts: [], match: [match], priority: 0 }]).match(
        makeRequest({ target: requested }),
      )
      assert.deepEqual(rewriteProblems(rewrite, [match]), [])
      assert.equal(rewritePath(rewrite, requested, matched ?? assert.fail()), seen)
    })
  }

  it("that cannot work is told in words", () => {
    const matches = [matchSchema.parse({ path: "/a/:id" }), matchSchema.parse({ path: "/b" })]
    assert.deepEqual(rewriteProblems(rewriteSchema.parse({ path: "/x/:id/:other" }), matches), [
      'rewrite.path: :other is not in the path "/a/:id"',
      'rewrite.path: :id is not in the path "/b"',
      'rewrite.path: :other is not in the path "/b"',
    ])
    assert.deepEqual(rewriteProblems(rewriteSchema.parse({ prefix: "/x" }), matches), [
      'rewrite.prefix: the pattern "/a/:id" has no prefix, use rewrite.path',
    ])
  })
})

describe("header rules", () => {
  const { request } = headersSchema.parse({
    request: { remove: ["X-Gone"], set: { "X-Set": "1" }, add: { via: "aviary" } },
  })
  it("remove, set and add, whatever the case, and keep the order of the rest", () => {
    const apply = compileHeaderRules(request)
    assert.deepEqual(
      apply(["A", "1", "x-gone", "2", "X-SET", "old", "x-set", "older", "Via", "1.1 x", "A", "3"]),
      ["A", "1", "Via", "1.1 x", "A", "3", "x-set", "1", "via", "aviary"],
    )
  })

  it("change nothing, not even the list, when there are none", () => {
    const headers = ["A", "1"]
    assert.equal(compileHeaderRules(undefined)(headers), headers)
    assert.equal(compileHeaderRules(headersSchema.parse({}).response)(headers), headers)
  })
})
