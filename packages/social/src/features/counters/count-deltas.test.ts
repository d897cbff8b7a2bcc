import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { eventTypes } from "../../events/catalogue.ts"
import type { DomainEvent, StoredDomainEvent } from "../../events/catalogue.ts"
import type { Visibility } from "../../db/schema.ts"
import { countDeltas, countedTypes } from "./count-deltas.ts"

const AT = new Date("2026-01-02T03:04:05.678Z")

function stored(event: { type: DomainEvent["type"]; data: object }): StoredDomainEvent {
  return {
    ...event,
    stream: "test",
    actor: null,
    occurredAt: AT,
    position: 1,
    transactionId: "1",
  } as StoredDomainEvent
}

function created(visibility: Visibility, replyTo: number | null) {
  return stored({ type: "post.created", data: { id: 9, author_id: 1, reply_to_id: replyTo, visibility } })
}

describe("count deltas", () => {
  for (const [visibility, replies, posts] of [
    ["public", 1, 1],
    ["unlisted", 1, 1],
    ["private", 0, 1],
    ["direct", 0, 0],
  ] as const) {
    it(`counts a ${visibility} reply ${replies}× on its parent and ${posts}× on its author`, () => {
      const author = { of: "account", id: 1, ...(posts ? { posts } : {}), lastPostAt: AT }
      const parent = { of: "post", id: 5, replies: 1 }
      assert.deepEqual(countDeltas(created(visibility, 5)), replies ? [author, parent] : [author])
      assert.deepEqual(countDeltas(created(visibility, null)), [author])
    })
  }

  it("counts a repost on the original, and on the reposter unless it is direct", () => {
    const reposted = (visibility: Visibility) =>
      stored({
        type: "post.reposted",
        data: { id: 9, author_id: 1, repost_of_id: 5, original_author_id: 2, visibility },
      })
    const original = { of: "post", id: 5, reposts: 1 }
    assert.deepEqual(countDeltas(reposted("private")), [
      { of: "account", id: 1, posts: 1, lastPostAt: AT },
      original,
    ])
    assert.deepEqual(countDeltas(reposted("direct")), [{ of: "account", id: 1, lastPostAt: AT }, original])
  })

  it("counts likes and follows up, and down when they are taken back", () => {
    const like = { account_id: 1, post_id: 5 }
    const pair = { follower_id: 1, followee_id: 2 }
    assert.deepEqual(countDeltas(stored({ type: "post.liked", data: like })), [
      { of: "post", id: 5, likes: 1 },
    ])
    assert.deepEqual(countDeltas(stored({ type: "post.unliked", data: like })), [
      { of: "post", id: 5, likes: -1 },
    ])
    assert.deepEqual(countDeltas(stored({ type: "follow.created", data: pair })), [
      { of: "account", id: 1, following: 1 },
      { of: "account", id: 2, followers: 1 },
    ])
    assert.deepEqual(countDeltas(stored({ type: "follow.removed", data: pair })), [
      { of: "account", id: 1, following: -1 },
      { of: "account", id: 2, followers: -1 },
    ])
  })

  it("counts nothing for all other events", () => {
    const counted = new Set<string>(countedTypes)
    const others = (Object.keys(eventTypes) as DomainEvent["type"][]).filter((type) => !counted.has(type))
    assert.ok(others.includes("post.deleted") && others.includes("post.repost_removed"))
    for (const type of others) assert.deepEqual(countDeltas(stored({ type, data: {} })), [], type)
  })
})
