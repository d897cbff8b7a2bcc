import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { findToken, isToken, withoutToken } from "./find-token.ts"

const view = (query: string, authorization?: string) => ({
  query,
  header: (name: string) => (name === "authorization" ? authorization : undefined),
})

describe("tokens in requests", () => {
  const cases: readonly (readonly [string, string | undefined, string | undefined, string | undefined])[] = [
    ["", "Bearer abc", "abc", "header"],
    ["", "bearer  abc", "abc", "header"],
    ["access_token=q", "Bearer abc", "abc", "header"],
    ["access_token=q", undefined, "q", "query"],
    ["a=1&access_token=q%2Bx&b=2", undefined, "q+x", "query"],
    ["access_token=q", "Basic abc", "q", "query"],
    ["", "Bearer", undefined, undefined],
    ["", "Bearer a b", undefined, undefined],
    ["access_token=", undefined, undefined, undefined],
    ["access_token=%", undefined, undefined, undefined],
    ["xaccess_token=q", undefined, undefined, undefined],
    ["a=access_token", undefined, undefined, undefined],
    ["", undefined, undefined, undefined],
  ]
  for (const [query, authorization, token, place] of cases) {
    it(`?${query} with ${authorization ?? "no header"} has ${token ?? "none"}`, () => {
      const found = findToken(view(query, authorization))
      assert.deepEqual([found?.token, found?.place], [token, place])
    })
  }

  it("are taken out of a query and nothing else is", () => {
    assert.equal(withoutToken("a=1&access_token=x&b=2&xaccess_token=y"), "a=1&b=2&xaccess_token=y")
    assert.equal(withoutToken("access_token=x"), "")
  })

  it("have the characters that tokens may have", () => {
    for (const token of ["abc", "a-_.~+/9==", "x".repeat(512)]) assert.ok(isToken(token), token)
    for (const text of ["", "=", "a b", "ä", "x".repeat(600), 'a"b', "a\u0000"])
      assert.ok(!isToken(text), text)
  })
})
