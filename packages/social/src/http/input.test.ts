import assert from "node:assert/strict"
import { test } from "node:test"
import { messageOf } from "@aviary/kit"
import { z } from "zod"
import { field, parseForm, readInput } from "./input.ts"

const cases: { text: string; expected: object }[] = [
  { text: "a=1&b=x+y", expected: { a: "1", b: "x y" } },
  { text: "a[]=1&a[]=2", expected: { a: ["1", "2"] } },
  { text: "a[1]=2&a[0]=1", expected: { a: ["1", "2"] } },
  { text: "a[b]=1&a[c][]=2", expected: { a: { b: "1", c: ["2"] } } },
  { text: "a[][x]=1&a[][y]=2", expected: { a: [{ x: "1", y: "2" }] } },
  { text: "a[][x]=1&a[][y]=2&a[][x]=3", expected: { a: [{ x: "1", y: "2" }, { x: "3" }] } },
  { text: "a%5B%5D%5Bx%5D=1&a%5b%5d%5bx%5d=2", expected: { a: [{ x: "1" }, { x: "2" }] } },
  { text: "a[][x][]=1&a[][x][]=2", expected: { a: [{ x: ["1", "2"] }] } },
  { text: "a[0][x]=1&a[1][y]=2", expected: { a: [{ x: "1" }, { y: "2" }] } },
  { text: "a[][x]=1=2&b[][x]=3", expected: { a: [{ x: "1=2" }], b: [{ x: "3" }] } },
  { text: "a[][x]&%5=1&[]&=", expected: { a: [{ x: "" }] } },
]

for (const { text, expected } of cases) {
  test(`form: ${text}`, () => {
    assert.partialDeepStrictEqual(parseForm(text), expected)
  })
}

test("a form does not reach the prototype", () => {
  const parsed = parseForm("__proto__[x]=1&a[][__proto__][x]=1&constructor[prototype][x]=1")
  assert.equal(({} as { x?: unknown }).x, undefined)
  assert.ok(!("x" in parsed))
})

test("a text that is not given, or is an object, is a problem and never the word for it", () => {
  const schema = z.object({ name: field.text(10), count: field.integer(0, 9), limit: field.limit(20, 40) })
  const problems = (input: unknown) => {
    try {
      readInput(schema, input, [])
      return ""
    } catch (error) {
      return messageOf(error)
    }
  }
  assert.match(problems({ count: "1" }), /name: is not a text/)
  assert.match(problems({ name: { a: 1 }, count: "1" }), /name: is not a text/)
  assert.match(problems({ name: "a\0b", count: "1" }), /name: must not contain NUL/)
  for (const count of ["", " ", "x", "1.5", "10", [], true]) {
    assert.match(problems({ name: "a", count }), /count: /, JSON.stringify(count))
  }
  assert.match(problems({ name: "a", count: 1, limit: "many" }), /limit: /)
  assert.deepEqual(readInput(schema, { name: 5, count: "7", limit: "900" }, []), {
    name: "5",
    count: 7,
    limit: 40,
  })
})
