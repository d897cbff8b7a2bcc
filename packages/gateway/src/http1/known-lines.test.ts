import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { parseRequestHead } from "./head.ts"
import { knownLine, learnLine } from "./known-lines.ts"

function read(line: string): { name: string; value: string } {
  const { headers } = parseRequestHead(`GET / HTTP/1.1\r\nhost: a\r\n${line}\r\n`, 10)
  return { name: headers[2] ?? "", value: headers[3] ?? "" }
}

/** Until it has been learnt, or will not be. */
function learn(line: string, field: { name: string; value: string }): void {
  for (let turn = 0; turn < 8; turn += 1) learnLine(line, 0, line.length, field)
}

test("a line is known by each of its bytes, and read as it was the first time", () => {
  const line = "X-Known-Line:  a b \t"
  learn(line, { name: "x-known-line", value: "a b" })
  const inHead = `GET / HTTP/1.1\r\n${line}\r\n`
  const from = inHead.indexOf("X-")
  const found = knownLine(inHead, from, from + line.length)
  assert.deepEqual([found?.name, found?.value], ["x-known-line", "a b"])
  for (let at = 0; at < line.length; at += 1) {
    const other = `${line.slice(0, at)}#${line.slice(at + 1)}`
    assert.equal(knownLine(other, 0, other.length), undefined, other)
  }
})

test("credentials are not remembered", () => {
  for (const name of ["authorization", "cookie", "set-cookie", "proxy-authorization"]) {
    const line = `${name}: secret`
    learn(line, { name, value: "secret" })
    assert.equal(knownLine(line, 0, line.length), undefined)
  }
})

test("a line that is refused is refused each time, whatever was learnt before", () => {
  for (let turn = 0; turn < 40; turn += 1) {
    assert.equal(read("accept: */*").value, "*/*")
    for (const bad of ["accept : */*", "accept: *\r/*", "accept: *\0/*", "accept\n: */*", " accept: */*"]) {
      assert.throws(() => read(bad), bad)
    }
  }
})

test("whatever lines come, in whatever order, each is read as if it were the first", () => {
  const name = fc.constantFrom("accept", "Accept", "x-a", "x-b", "te", "dnt")
  const value = fc.constantFrom("", "1", "2", "a b", " a", "a\t", "\xe9", "x".repeat(300), "a:b", ":")
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 60 }), (lines) => {
      for (const [field, text] of lines) {
        const found = read(`${field}: ${text}`)
        assert.deepEqual(found, { name: field.toLowerCase(), value: text.replace(/^[\t ]+|[\t ]+$/g, "") })
      }
    }),
  )
})
