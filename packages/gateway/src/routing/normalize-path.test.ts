import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"

import { normalizePath } from "./normalize-path.ts"

describe("normalizePath", () => {
  const cases: readonly (readonly [path: string, normal: string | undefined])[] = [
    ["/", "/"],
    ["/a/b", "/a/b"],
    ["/a/b/", "/a/b/"],
    ["*", "*"],
    ["", undefined],
    ["a", undefined],
    ["http://x/", undefined],
    ["//admin", "/admin"],
    ["/a//b", "/a/b"],
    ["/./a", "/a"],
    ["/a/./b", "/a/b"],
    ["/a/../b", "/b"],
    ["/a/..", "/"],
    ["/a/b/..", "/a/"],
    ["/a/.", "/a/"],
    ["/..", undefined],
    ["/a/../../b", undefined],
    ["/%2e%2e/b", undefined],
    ["/a/%2E%2e/b", "/b"],
    ["/%61dmin", "/admin"],
    ["/a%2fb", undefined],
    ["/a%5Cb", undefined],
    ["/a\\b", undefined],
    ["/a%00", undefined],
    ["/a%", undefined],
    ["/a%4", undefined],
    ["/a%zz", undefined],
    ["/a%c3%a9", "/a%C3%A9"],
    ["/a%3Fb", "/a%3Fb"],
    ["/a b", undefined],
    ["/a\tb", undefined],
    ["/é", undefined],
    ["/.well-known/webfinger", "/.well-known/webfinger"],
    ["/...", "/..."],
    ["/users/a.b..c", "/users/a.b..c"],
    ["/%252e%252e/x", "/%252e%252e/x"],
  ]
  for (const [path, normal] of cases)
    it(`${JSON.stringify(path)}: ${normal ?? "refused"}`, () => assert.equal(normalizePath(path), normal))

  it("is done after once, and never leaves a way up", () => {
    const piece = fc.constantFrom("/", ".", "..", "a", "%2e", "%2E", "%2f", "%61", "//", "%", "\\", "%c3")
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const normal = normalizePath(`/${pieces.join("")}`)
        if (normal === undefined) return
        assert.equal(normalizePath(normal), normal)
        assert.ok(!normal.split("/").includes("..") && !normal.includes("//"))
      }),
      { numRuns: 2000 },
    )
  })
})
