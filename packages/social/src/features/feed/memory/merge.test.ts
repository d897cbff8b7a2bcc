import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { NO_AUTHOR, createEntryBuffer } from "./buffers.ts"
import { createFeedMerge } from "./merge.ts"
import type { FeedPage } from "./merge.ts"
import { createOutboxes } from "./outboxes.ts"
import { createRings } from "./rings.ts"

const AUTHORS = 12
const TAGS = 4
const RING = 77
/** A post: by whom, with which tags, and whether it was pushed into the ring. Its id is its place, from 1. */
const post = fc.record({
  author: fc.nat({ max: AUTHORS - 1 }),
  tags: fc.uniqueArray(fc.nat({ max: TAGS - 1 }), { maxLength: 3 }),
  pushed: fc.boolean(),
})
const world = fc.record({
  posts: fc.array(post, { maxLength: 120, size: "max" }),
  globalFloor: fc.oneof(fc.constant(0), fc.nat({ max: 60 })),
  tagFloor: fc.oneof(fc.constant(0), fc.nat({ max: 60 })),
  ringFloor: fc.oneof(fc.constant(0), fc.nat({ max: 60 })),
  /** Authors who post so much that their outbox has a floor of its own (at 8 posts of at most 16). */
  authors: fc.uniqueArray(fc.nat({ max: AUTHORS + 3 })),
  tags: fc.uniqueArray(fc.nat({ max: TAGS + 1 })),
  ring: fc.boolean(),
})
const range = fc.record({
  maxId: fc.oneof(fc.constant(Infinity), fc.nat({ max: 130 })),
  aboveId: fc.oneof(fc.constant(0), fc.nat({ max: 130 })),
  limit: fc.nat({ max: 30 }),
  upwards: fc.boolean(),
})

test("a page is what the naive merge gives, whatever the sources, bounds and direction", () => {
  const runs = fc.property(world, fc.array(range, { minLength: 1, maxLength: 5 }), (given, ranges) => {
    const { outboxes, tags, rings } = remember(given)
    const merge = createFeedMerge({ outboxes, tags, rings })
    const sources = {
      authors: Uint32Array.from(given.authors),
      authorCount: given.authors.length,
      ring: given.ring ? RING : -1,
      tags: Uint32Array.from(given.tags),
      tagCount: given.tags.length,
    }
    const floor = Math.max(
      0,
      given.ring ? rings.floorOf(RING) : 0,
      ...given.authors.map((one) => outboxes.floorOf(one)),
      ...given.tags.map((one) => tags.floorOf(one)),
    )
    const page: FeedPage = { ...createEntryBuffer(1), completeAbove: 0, limitedBy: -1 }
    for (const one of ranges) {
      merge.read(sources, one, page)
      assert.equal(page.completeAbove, floor)
      const wanted = naive(given, one, floor)
      assert.deepEqual([...page.ids.subarray(0, page.length)], wanted)
      for (let i = 0; i < page.length; i++) {
        const author = given.posts[(page.ids[i] ?? 0) - 1]?.author
        assert.equal(page.authors[i], isKnown(given, page.ids[i] ?? 0) ? author : NO_AUTHOR)
      }
      const limiting = given.authors.filter((author) => outboxes.floorOf(author) === floor)
      assert.ok(page.limitedBy === -1 || limiting.includes(page.limitedBy))
    }
  })
  fc.assert(runs, { numRuns: 600 })
})

test("the author who limits the page is named, and filling his outbox deeper helps", () => {
  const outboxes = createOutboxes({ most: 16, keeps: 8 })
  outboxes.reset(0)
  for (let id = 1; id <= 40; id++) outboxes.push(id % 10 === 0 ? 1 : 2, id)
  const merge = createFeedMerge({ outboxes, tags: createOutboxes(), rings: createRings({ bytes: 1 }) })
  const authors = Uint32Array.of(1, 2)
  const sources = { authors, authorCount: 2, ring: -1, tags: new Uint32Array(), tagCount: 0 }
  const everything = { maxId: Infinity, aboveId: 0, limit: 100, upwards: false }
  const page: FeedPage = { ...createEntryBuffer(), completeAbove: 0, limitedBy: -1 }
  merge.read(sources, everything, page)
  assert.equal(page.limitedBy, 2)
  assert.equal(page.ids[page.length - 1], page.completeAbove + 1)
  outboxes.fill(2, Float64Array.of(38, 37, 36), { count: 3, floor: 5 })
  merge.read(sources, everything, page)
  assert.deepEqual([...page.ids.subarray(0, page.length)], [40, 38, 37, 36, 30, 20, 10])
  assert.equal(page.completeAbove, 5)
})

type World = typeof world extends fc.Arbitrary<infer W> ? W : never
type Range = typeof range extends fc.Arbitrary<infer R> ? R : never

function remember(given: World) {
  const outboxes = createOutboxes({ most: 16, keeps: 8 })
  const tags = createOutboxes({ most: 16, keeps: 8 })
  const rings = createRings({ sizes: [2, 4, 32], pageSlots: 32, bytes: 32 * 12 * 4 })
  outboxes.reset(given.globalFloor)
  tags.reset(given.tagFloor)
  rings.fill(RING, createEntryBuffer(), given.ringFloor)
  given.posts.forEach((one, place) => {
    outboxes.push(one.author, place + 1)
    for (const tag of one.tags) tags.push(tag, place + 1)
    if (one.pushed) rings.push(RING, place + 1, one.author)
  })
  return { outboxes, tags, rings }
}

/** Whether a source that knows the author has the post. */
function isKnown(given: World, id: number): boolean {
  const found = given.posts[id - 1]
  return found !== undefined && (given.authors.includes(found.author) || (given.ring && found.pushed))
}

function naive(given: World, { maxId, aboveId, limit, upwards }: Range, floor: number): number[] {
  if (limit === 0 || (upwards && aboveId < floor)) return []
  const ids = given.posts
    .map((one, place) => ({ ...one, id: place + 1 }))
    .filter((one) => isKnown(given, one.id) || one.tags.some((tag) => given.tags.includes(tag)))
    .map(({ id }) => id)
    .filter((id) => id < maxId && id > aboveId && id > floor)
    .toReversed()
  return upwards ? ids.slice(-limit) : ids.slice(0, limit)
}
