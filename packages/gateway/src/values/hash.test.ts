import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"

import { hash32 } from "./hash.ts"

describe("hash32", () => {
  const vectors: readonly (readonly [text: string, seed: number, hash: number])[] = [
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["", 0xffffffff, 0x81f16f39],
    ["test", 0, 0xba6bd213],
    ["test", 0x9747b28c, 0x704b81dc],
    ["Hello, world!", 0x9747b28c, 0x24884cba],
    ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
    ["aaa", 0x9747b28c, 0x283e0130],
    ["ππππππππ", 0x9747b28c, 0xd58063c1],
  ]
  for (const [text, seed, hash] of vectors) {
    it(`is MurmurHash3 of "${text}" with seed ${seed.toString(16)}`, () => {
      assert.equal(hash32(text, seed).toString(16), hash.toString(16))
    })
  }

  it("spreads neighbours evenly", () => {
    const buckets = new Uint32Array(64)
    for (let account = 0; account < 64_000; account += 1) {
      const bucket = hash32(String(account)) >>> 26
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    // Chi-squared with 63 degrees of freedom: 0.9999 quantile 117.
    const chi = buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    assert.ok(chi < 117, `chi-squared ${chi}`)
  })

  it("is an unsigned 32-bit number, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer(), (text, seed) => {
        const hash = hash32(text, seed)
        assert.ok(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32)
        assert.equal(hash32(text, seed), hash)
      }),
    )
  })
})
