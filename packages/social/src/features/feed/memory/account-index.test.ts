import assert from "node:assert/strict"
import { test } from "node:test"
import { hashId, idAt } from "@aviary/kit"
import fc from "fast-check"
import { ACCOUNT_SUSPENDED, createAccountIndex } from "./account-index.ts"

/** A flag that means nothing. */
const OTHER = 2

test("ids and indexes lead to each other, in the order of arrival, as in a map", () => {
  const id = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.maxSafeInteger().map(Math.abs).filter(Boolean))
  const runs = fc.property(fc.array(id, { maxLength: 3_000, size: "max" }), (ids) => {
    const index = createAccountIndex()
    const model = new Map<number, number>()
    for (const one of ids) {
      if (!model.has(one)) {
        assert.equal(index.indexOf(one), -1)
        model.set(one, model.size)
      }
      assert.equal(index.add(one), model.get(one))
    }
    assert.equal(index.size, model.size)
    for (const [one, place] of model) {
      assert.equal(index.indexOf(one), place)
      assert.equal(index.idOf(place), one)
    }
  })
  fc.assert(runs, { numRuns: 30 })
})

test("flags are kept apart, and stay when the index grows", () => {
  const index = createAccountIndex()
  const first = index.add(7)
  const second = index.add(8)
  index.mark(first, ACCOUNT_SUSPENDED, true)
  index.mark(second, OTHER | ACCOUNT_SUSPENDED, true)
  index.mark(second, ACCOUNT_SUSPENDED, false)
  for (let id = 1; id < 10_000; id++) index.add(id)
  assert.equal(index.has(first, ACCOUNT_SUSPENDED), true)
  assert.equal(index.has(first, OTHER), false)
  assert.equal(index.has(second, ACCOUNT_SUSPENDED), false)
  assert.equal(index.has(second, OTHER), true)
  assert.equal(index.has(20_000, OTHER), false)
})

test("what is no account id or no index is refused", () => {
  const index = createAccountIndex()
  for (const id of [0, -1, 0.5, Number.NaN, 2 ** 53]) assert.throws(() => index.add(id), RangeError)
  for (const place of [-1, 0, Number.NaN]) assert.throws(() => index.idOf(place), RangeError)
  assert.throws(() => index.mark(0, OTHER, true), RangeError)
  assert.equal(index.indexOf(0), -1)
})

test("ids of one writer in one burst spread over a table as if by chance", () => {
  const start = Date.UTC(2026, 0, 1)
  const slots = 2 ** 18
  for (const step of [1, 1_000, 86_400_000 / 128]) {
    const taken = new Set<number>()
    for (let n = 0; n < slots / 2; n++)
      taken.add(hashId(idAt(start + (n >> 7) * step, 3, n & 127)) & (slots - 1))
    const byChance = slots * (1 - Math.exp(-0.5))
    assert.ok(taken.size > byChance * 0.98, `step ${step}: ${taken.size} of ${byChance} slots`)
  }
})

test("an account takes at most 34 bytes", () => {
  const index = createAccountIndex()
  for (let id = 1; id <= 100_000; id++) index.add(id)
  assert.ok(index.bytes() / index.size <= 34)
})
