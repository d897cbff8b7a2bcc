import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { diversify } from "./diversify.ts"
import { createEngagementRecencyRanker } from "./engagement-recency-ranker.ts"
import type { Candidate, RankedEntry } from "./ranker.ts"

const HOUR = 3_600_000
const NOW = 1_000 * HOUR
const ranker = createEngagementRecencyRanker()

function candidate(id: number, given: Partial<Candidate> = {}): Candidate {
  return { id, authorId: id, postedAt: NOW, likes: 0, reposts: 0, replies: 0, ...given }
}

test("each deed is worth two hours, and the reason says which it was", () => {
  const ranked = ranker.rank(
    [
      candidate(1, { postedAt: NOW - 5 * HOUR, likes: 2, replies: 1 }),
      candidate(2, { postedAt: NOW - HOUR }),
      candidate(3, { postedAt: NOW - 9 * HOUR, reposts: 5 }),
    ],
    NOW,
  )
  assert.deepEqual(
    ranked.map(({ id, score, reason }) => [id, score, reason.kind]),
    [
      [3, 1, "engagement"],
      [1, 1, "engagement"],
      [2, -1, "recent"],
    ],
  )
  assert.deepEqual(ranked[1]?.reason, { kind: "engagement", likes: 2, reposts: 0, replies: 1 })
})

test("a post from a clock that is ahead is new, not from the future", () => {
  assert.equal(ranker.rank([candidate(1, { postedAt: NOW + 5 * HOUR })], NOW)[0]?.score, 0)
})

test("whoever posts much makes room, and is told so", () => {
  const entry = (id: number, authorId: number, score: number): RankedEntry => ({
    id,
    authorId,
    score,
    reason: { kind: "recent", ageHours: 0 },
  })
  const mixed = diversify([entry(9, 1, 20), entry(8, 1, 19), entry(7, 1, 18), entry(6, 2, 5), entry(5, 2, 4)])
  assert.deepEqual(
    mixed.map(({ id }) => id),
    [9, 8, 6, 7, 5],
  )
  assert.deepEqual(mixed[3]?.reason, { kind: "diversity", places: 1 })
})

const entries = fc
  .array(fc.record({ authorId: fc.nat({ max: 4 }), score: fc.integer({ min: -50, max: 50 }) }), {
    maxLength: 60,
  })
  .map((given) =>
    given
      .map((one, n): RankedEntry => ({ ...one, id: n + 1, reason: { kind: "recent", ageHours: 0 } }))
      .sort((a, b) => b.score - a.score || b.id - a.id),
  )

test("every entry comes out once, an author's own keep their order, and nobody has more than two in a row while others wait", () => {
  fc.assert(
    fc.property(entries, (ranked) => {
      const mixed = diversify(ranked)
      const ids = (list: readonly RankedEntry[]): number[] => list.map((one) => one.id)
      assert.deepEqual(
        ids(mixed).sort((a, b) => a - b),
        ids(ranked).sort((a, b) => a - b),
      )
      for (const author of new Set(ranked.map((one) => one.authorId))) {
        const own = (list: readonly RankedEntry[]) => list.filter((one) => one.authorId === author)
        assert.deepEqual(ids(own(mixed)), ids(own(ranked)))
      }
      for (const [place, one] of mixed.entries()) {
        const row = mixed.slice(Math.max(0, place - 2), place + 1)
        const alone = mixed.slice(place).every((other) => other.authorId === one.authorId)
        assert.ok(row.length < 3 || alone || row.some((other) => other.authorId !== one.authorId))
      }
    }),
  )
})
