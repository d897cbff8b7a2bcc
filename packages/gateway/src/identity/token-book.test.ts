import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { createTokenBook } from "./token-book.ts"
import type { Known } from "./token-book.ts"

const known = (tokenId: number | undefined, accountId?: number): Known => ({
  tokenId,
  accountId,
  used: false,
})

describe("what is known of tokens", () => {
  it("is forgotten by token, by account, and altogether, and never goes beyond its bound", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("put" as const), token: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ do: fc.constant("bad" as const), token: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ do: fc.constant("get" as const), token: fc.integer({ min: 1, max: 30 }) }),
      fc.record({
        do: fc.constant("forget" as const),
        of: fc.constantFrom("token" as const, "account" as const),
        id: fc.integer({ min: 0, max: 30 }),
      }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const book = createTokenBook<Known>(10)
        for (const what of steps) {
          if (what.do === "put") book.put(`t${what.token}`, known(what.token, what.token % 5))
          else if (what.do === "bad") book.put(`b${what.token}`, known(undefined))
          else if (what.do === "get") {
            const found = book.get(`t${what.token}`)
            assert.ok(found === undefined || found.tokenId === what.token)
          } else {
            book.forget(what.of, what.id)
            for (let token = 1; token <= 30; token += 1) {
              const isMeant = what.of === "token" ? token === what.id : token % 5 === what.id
              if (isMeant) assert.equal(book.get(`t${token}`), undefined)
            }
          }
          assert.ok(book.size <= 20)
        }
        book.clear()
        assert.equal(book.size, 0)
        assert.equal(book.forget("account", 1), 0)
      }),
    )
  })

  it("good tokens stay, however many bad ones come", () => {
    const book = createTokenBook<Known>(3)
    for (let i = 1; i <= 3; i += 1) book.put(`good${i}`, known(i))
    for (let i = 0; i < 1_000; i += 1) book.put(`bad${i}`, known(undefined))
    for (let i = 1; i <= 3; i += 1) assert.ok(book.get(`good${i}`))
    assert.equal(book.size, 6)
  })

  it("what is used stays rather than what is not", () => {
    const book = createTokenBook<Known>(3)
    for (let i = 1; i <= 3; i += 1) book.put(`t${i}`, known(i))
    book.get("t1")
    book.put("t4", known(4))
    assert.ok(book.get("t1"))
    assert.equal(book.get("t2"), undefined)
  })
})
