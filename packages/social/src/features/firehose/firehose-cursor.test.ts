import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { formatCursor, parseCursor } from "./firehose-cursor.ts"

test("a cursor comes back as it was told", () => {
  const transactionIds = fc.bigInt({ min: 0n, max: 10n ** 19n - 1n }).map(String)
  const positions = fc.nat(Number.MAX_SAFE_INTEGER)
  fc.assert(
    fc.property(transactionIds, positions, (transactionId, position) => {
      const cursor = { transactionId, position }
      assert.deepEqual(parseCursor(formatCursor(cursor)), cursor)
    }),
  )
})

test("nothing else is a cursor, nor another spelling of one", () => {
  const encode = (text: string) => Buffer.from(text).toString("base64url")
  const wrong = ["", "x", "MQ==", encode("1.2"), encode("2.1.1"), encode("1.01.1"), encode("1.1.-1")]
  wrong.push(encode("1.1.9007199254740993"), encode("1.1.1 "), encode("1.12345678901234567890.1"))
  wrong.push(`${formatCursor({ transactionId: "7", position: 7 })}=`, encode("1.1.1\n"))
  for (const text of wrong) assert.equal(parseCursor(text), undefined, text)
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const cursor = parseCursor(text)
      assert.ok(cursor === undefined || formatCursor(cursor) === text)
    }),
  )
})
