import assert from "node:assert/strict"
import { test } from "node:test"
import type { StoredDomainEvent } from "../../../events/catalogue.ts"
import type { Invalidation } from "./invalidated-by.ts"
import { invalidatedBy } from "./invalidated-by.ts"
import { createStaleness } from "./staleness.ts"

function event(type: string, data: object): StoredDomainEvent {
  const at = { stream: "s", actor: null, occurredAt: new Date(0), position: 1, transactionId: "1" }
  return { ...at, type, data } as unknown as StoredDomainEvent
}

const deleted = { id: 1, author_id: 2 }
const table: readonly [what: string, event: StoredDomainEvent, expected: Invalidation | undefined][] = [
  ["an edit: the post", event("post.edited", { id: 1, author_id: 2 }), { posts: [1] }],
  [
    "a deletion: the post, its parent, its author, its reposters, and its answers",
    event("post.deleted", { ...deleted, reply_to_id: 3, reposter_ids: [4, 5] }),
    { posts: [1, 3], accounts: [2, 4, 5], repliesTo: 1 },
  ],
  [
    "a deletion of what answers nothing",
    event("post.deleted", { ...deleted, reply_to_id: null, reposter_ids: [] }),
    { posts: [1], accounts: [2], repliesTo: 1 },
  ],
  ["a deletion that names nobody: everything", event("post.deleted", deleted), { all: true }],
  [
    "a deletion of what too many reposted: everything",
    event("post.deleted", { ...deleted, reply_to_id: null, reposter_ids: null }),
    { all: true },
  ],
  [
    "a repost taken back: it, its original, and who had reposted",
    event("post.repost_removed", { id: 1, author_id: 2, repost_of_id: 3 }),
    { posts: [1, 3], accounts: [2] },
  ],
  ["a vote: the post of the poll", event("poll.voted", { poll_id: 9, post_id: 1 }), { posts: [1] }],
  [
    "the end of a poll: nothing, for who looks sees the clock",
    event("poll.ended", { post_id: 1 }),
    undefined,
  ],
  ["media: the posts with it", event("media.processed", { id: 7 }), { mediaId: 7 }],
  ["a profile: its account", event("account.profile_changed", { id: 2 }), { accounts: [2] }],
  ["a role", event("account.role_changed", { id: 2 }), { accounts: [2] }],
  ["a suspension", event("account.suspended", { id: 2 }), { accounts: [2] }],
  ["its end", event("account.unsuspended", { id: 2 }), { accounts: [2] }],
  ["a like: nothing, it is counted in place", event("post.liked", { post_id: 1 }), undefined],
  ["a follow: nothing", event("follow.created", { follower_id: 1, followee_id: 2 }), undefined],
]

for (const [what, happened, expected] of table) {
  test(`what is out of date after ${what}`, () => assert.deepEqual(invalidatedBy(happened), expected))
}

test("what was read is stale by what it has not seen, and only by that", () => {
  const post = { id: 1, author_id: 2, reply_to_id: 3, media_ids: [7] }
  const staleBy = (...events: StoredDomainEvent[]): boolean => createStaleness(events).has(post)
  assert.equal(staleBy(), false)
  assert.equal(createStaleness(undefined).has(post), true)
  assert.equal(staleBy(event("post.edited", { id: 1 })), true)
  assert.equal(staleBy(event("post.edited", { id: 2 })), false)
  assert.equal(staleBy(event("account.suspended", { id: 2 })), true)
  assert.equal(staleBy(event("media.changed", { id: 7 })), true)
  assert.equal(
    staleBy(event("post.deleted", { id: 3, author_id: 9, reply_to_id: null, reposter_ids: [] })),
    true,
  )
  assert.equal(staleBy(event("post.liked", { post_id: 1 }), event("post.deleted", deleted)), true)
})
