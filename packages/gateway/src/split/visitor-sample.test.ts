import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"

import { hash32 } from "../values/hash.ts"
import { createVisitorSample, SAMPLE_SEED } from "./visitor-sample.ts"

test("few visitors are counted exactly, each once, in the arm of the first request", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ hash: fc.nat({ max: 300 }), arm: fc.nat({ max: 3 }) }), { maxLength: 2_000 }),
      (requests) => {
        const sample = createVisitorSample(4)
        const arms = new Map<number, number>()
        for (const { hash, arm } of requests) {
          sample.see(hash, arm)
          if (!arms.has(hash)) arms.set(hash, arm)
        }
        const expected = [0, 1, 2, 3].map((arm) => [...arms.values()].filter((one) => one === arm).length)
        assert.deepEqual(sample.counts(), expected)
        assert.equal(sample.oneIn, 1)
      },
    ),
  )
})

test("of many visitors a bounded sample is kept, divided as they are, and what repeats does not count", () => {
  const sample = createVisitorSample(2)
  const visitors = 200_000
  // One in four is of the second arm.
  for (let round = 0; round < 2; round += 1)
    for (let i = 0; i < visitors; i += 1) sample.see(hash32(`member ${i}`, SAMPLE_SEED), i % 4 === 0 ? 1 : 0)
  const [first = 0, second = 0] = sample.counts()
  const kept = first + second
  assert.ok(kept > 4_000 && kept <= 16_384, `${kept} kept`)
  // Exceeded by chance less than once in a million times.
  const bound = (share: number, of: number): number => 5 * Math.sqrt(of * share * (1 - share))
  assert.ok(Math.abs(second - kept / 4) < bound(0.25, kept), `${second} of ${kept}`)
  const share = 1 / sample.oneIn
  assert.ok(Math.abs(kept - visitors * share) < bound(share, visitors), `${kept} at one in ${sample.oneIn}`)
})

test("an earlier, larger sample that is halved is the sample that would have been drawn at once", () => {
  const hashes = Array.from({ length: 60_000 }, (_, i) => hash32(`${i}`, SAMPLE_SEED))
  const sample = createVisitorSample(1)
  for (const hash of hashes) sample.see(hash, 0)
  const expected = new Set(hashes.filter((hash) => hash % sample.oneIn === 0)).size
  assert.ok(sample.oneIn > 1)
  assert.deepEqual(sample.counts(), [expected])
})
