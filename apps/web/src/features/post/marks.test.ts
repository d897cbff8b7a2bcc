import assert from "node:assert/strict"
import { test } from "node:test"
import type { Status } from "../../api/entities.ts"
import { markPath, withMark, withPinned } from "./marks.ts"

const post = { id: "7", favourites_count: 0, reblogs_count: 4, favourited: false } as Status

test("a like counts one, once, and is taken back whole", () => {
  const liked = withMark(post, "favourite", true)
  assert.equal(liked.favourites_count, 1)
  assert.equal(withMark(liked, "favourite", true), liked)
  assert.deepEqual(withMark(liked, "favourite", false), post)
})

test("a count that was behind does not fall below none", () => {
  assert.equal(withMark({ ...post, favourited: true }, "favourite", false).favourites_count, 0)
})

test("what has no count changes none", () => {
  assert.deepEqual(withMark(post, "bookmark", true), { ...post, bookmarked: true })
  assert.equal(markPath("7", "reblog", false), "/api/v1/statuses/7/unreblog")
})

test("what is pinned stands first among the pinned, once, and what is unpinned is gone from them", () => {
  const other = { ...post, id: "8", pinned: true }
  const pinned = withMark(post, "pin", true)
  assert.deepEqual(withPinned([other], pinned), [pinned, other])
  assert.deepEqual(withPinned([other, pinned], pinned), [pinned, other])
  assert.deepEqual(withPinned([other, pinned], withMark(pinned, "pin", false)), [other])
})
