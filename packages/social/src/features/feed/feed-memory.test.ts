// The feed's memory by itself: authors who become heavy and light again, posts that have to make room, and what is dropped.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import { parseSnapshot } from "../../events/snapshot.ts"
import { createFeedMemory } from "./feed-memory.ts"
import type { FeedMemory } from "./feed-memory.ts"
import { createAccountIndex } from "./memory/account-index.ts"
import { createFollowGraph } from "./memory/graph.ts"
import { createOutboxes } from "./memory/outboxes.ts"
import { createHybridStrategy } from "./strategies/hybrid.ts"
import { createTagIndex } from "./tag-index.ts"

const AUTHOR = 100
const READERS = [1, 2, 3]
const ALL = { maxId: Number.POSITIVE_INFINITY, aboveId: 0, limit: 40, upwards: false }

/** Memory of a network in which everything is still to happen. */
function emptyMemory(
  options: { heavyFollowers?: number; recentPosts?: number; onDropped?: () => void } = {},
): FeedMemory {
  const memory = createFeedMemory({
    strategy: createHybridStrategy({ heavyFollowers: options.heavyFollowers ?? 2, pullAboveFollows: 50 }),
    ringBytes: 10_000_000,
    recentPosts: options.recentPosts ?? 1_000_000,
    now: () => 0,
    onVisible: () => {},
    onDropped: options.onDropped ?? (() => {}),
  })
  const [outboxes, tagOutboxes] = [createOutboxes(), createOutboxes()]
  outboxes.reset(0)
  tagOutboxes.reset(0)
  memory.install(
    {
      snapshot: parseSnapshot("10:10:"),
      accounts: createAccountIndex(),
      graph: createFollowGraph(),
      outboxes,
      tags: createTagIndex(),
      tagOutboxes,
    },
    [],
  )
  return memory
}

let position = 0
function event(type: StoredDomainEvent["type"], data: object, transactionId = "20"): StoredDomainEvent {
  position += 1
  return { type, data, transactionId, position, actor: null, occurredAt: new Date(0) } as StoredDomainEvent
}
const follow = (follower_id: number, followee_id: number): StoredDomainEvent =>
  event("follow.created", { follower_id, followee_id })
const post = (id: number, author_id = AUTHOR): StoredDomainEvent =>
  event("post.created", { id, author_id, visibility: "public", tags: [] })

function read(memory: FeedMemory, accountId: number): { ids: number[]; from: string; completeAbove: number } {
  const found = memory.read({ accountId, tags: new Set() }, ALL)
  assert.ok(found)
  const { page, from } = found
  return { ids: Array.from(page.ids.subarray(0, page.length)), from, completeAbove: page.completeAbove }
}

test("what an author posted while heavy is not lost to rings when it is light again", () => {
  const memory = emptyMemory({ heavyFollowers: 2 })
  memory.apply(READERS.map((reader) => follow(reader, AUTHOR)))
  memory.apply([post(1_001)])
  for (const reader of READERS) read(memory, reader)
  // Three active followers: heavy. The post is in no ring, and is seen all the same.
  memory.apply([post(1_002)])
  for (const reader of READERS)
    assert.deepEqual(read(memory, reader), { ids: [1_002, 1_001], from: "ring", completeAbove: 0 })
  // Two of them lose their rings by following somebody: one is left, and the author is light.
  memory.apply([follow(1, 200), follow(2, 200), post(1_003)])
  assert.deepEqual(read(memory, 3).ids, [1_003, 1_002, 1_001])
  memory.apply([post(1_004)])
  assert.deepEqual(read(memory, 3), { ids: [1_004, 1_003, 1_002, 1_001], from: "ring", completeAbove: 0 })
})

test("an event that the image has is not applied to it again", () => {
  const memory = emptyMemory()
  memory.apply([{ ...follow(1, AUTHOR), transactionId: "9" }, post(1_001)])
  assert.deepEqual(read(memory, 1).ids, [])
  memory.apply([follow(1, AUTHOR)])
  assert.deepEqual(read(memory, 1).ids, [1_001])
})

test("old posts make room, and memory says down to where it is complete", () => {
  const memory = emptyMemory({ recentPosts: 3_000 })
  memory.apply([follow(1, AUTHOR)])
  // By many authors, for one alone would make room in its own outbox.
  for (let n = 1; n <= 10_000; n += 1) memory.apply([post(n, AUTHOR + (n % 50))])
  assert.ok(memory.stats().posts <= 6_000, String(memory.stats().posts))
  const { ids, completeAbove } = read(memory, 1)
  assert.ok(completeAbove >= 3_000 && completeAbove <= 7_000, String(completeAbove))
  assert.ok(ids.every((id) => id > completeAbove))
})

test("dropped memory says so, and answers nothing", () => {
  let dropped = 0
  const memory = emptyMemory({ onDropped: () => (dropped += 1) })
  memory.drop()
  assert.equal(dropped, 1)
  assert.equal(memory.isReady(), false)
  assert.equal(memory.read({ accountId: 1, tags: new Set() }, ALL), undefined)
  memory.apply([post(1_001)])
  assert.equal(memory.stats().posts, 0)
})
