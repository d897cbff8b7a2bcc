import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { StoredDomainEvent } from "../../../events/catalogue.ts"
import type { CachedAccount } from "./cached-account.ts"
import type { CachedPost } from "./cached-post.ts"
import { layOut } from "./counted-bytes.ts"
import { createPostShelf } from "./post-shelf.ts"

const POST_SIZE = 100
const ACCOUNT_SIZE = 50
const COUNTED_TO = { transactionId: "10", position: 5 }

function account(id: number): CachedAccount {
  const counts = ["followers", "following", "posts", "last"].map((name) => [name, "0"] as const)
  return {
    ...layOut("{", counts, "}"),
    id,
    suspended: false,
    followers: 0,
    following: 0,
    posts: 0,
    lastPostOn: null,
    countedTo: COUNTED_TO,
    current: true,
    references: 0,
    size: ACCOUNT_SIZE,
  }
}

function post(id: number, author: CachedAccount, more: Partial<CachedPost> = {}): CachedPost {
  const counts = ["replies", "reposts", "likes"].map((name) => [name, "0"] as const)
  return {
    ...layOut("{", counts, "}"),
    id,
    author,
    original: null,
    authorId: author.id,
    visibility: "public",
    language: null,
    replyToId: null,
    replyToAccountId: null,
    repostOfId: null,
    conversationId: id,
    mentions: [],
    tags: [],
    mediaIds: [],
    likes: 0,
    reposts: 0,
    replies: 0,
    countedTo: COUNTED_TO,
    poll: null,
    sharedAt: 0,
    size: POST_SIZE,
    used: false,
    newer: undefined,
    older: undefined,
    ...more,
  }
}

function event(
  type: string,
  data: object,
  at: { transactionId: string; position: number },
): StoredDomainEvent {
  return {
    type,
    data,
    ...at,
    stream: "s",
    actor: null,
    occurredAt: new Date(0),
  } as unknown as StoredDomainEvent
}

const like = (id: number, transactionId: string, position: number): StoredDomainEvent =>
  event("post.liked", { post_id: id }, { transactionId, position })

test("an event counts on an entry only behind what the entry was counted to, in commit order", () => {
  const shelf = createPostShelf({ budgetBytes: 1_000 })
  const one = post(1, account(2))
  shelf.put(one)
  // Ids of transactions are numbers: as text, "9" would be behind "10".
  shelf.apply([like(1, "9", 99), like(1, "10", 4), like(1, "10", 5)])
  assert.equal(one.likes, 0)
  shelf.apply([like(1, "10", 6), like(1, "11", 1)])
  assert.equal(one.likes, 2)
  assert.deepEqual(JSON.parse(one.bytes.toString()), { replies: 0, reposts: 0, likes: 2 })
})

test("a repost is there while its original is, and shows the one that is there", () => {
  const shelf = createPostShelf({ budgetBytes: 10_000 })
  const author = account(9)
  const first = post(1, author)
  shelf.put(first)
  shelf.put(post(2, author, { repostOfId: 1, original: first }))
  assert.equal(shelf.get(2)?.original, first)
  const second = post(1, author)
  shelf.put(second)
  assert.equal(shelf.get(2)?.original, second)
  shelf.apply([event("post.edited", { id: 1 }, { transactionId: "20", position: 1 })])
  assert.equal(shelf.get(2), undefined)
})

test("a changed account takes its posts, and reposts of them, out of sight until they are put anew", () => {
  const shelf = createPostShelf({ budgetBytes: 10_000 })
  const old = account(9)
  const original = post(1, old)
  shelf.put(original)
  shelf.put(post(2, account(8), { repostOfId: 1, original }))
  shelf.apply([event("account.profile_changed", { id: 9 }, { transactionId: "20", position: 1 })])
  assert.deepEqual([shelf.get(1), shelf.get(2), shelf.account(9)], [undefined, undefined, undefined])
  const renamed = account(9)
  shelf.put(post(1, renamed))
  assert.equal(shelf.get(2)?.original?.author, renamed)
})

test("memory is what the entries take, stays below the budget, and is nothing when all is gone", () => {
  const action = fc.record({
    do: fc.constantFrom("put", "put", "put", "edit", "rename", "use"),
    id: fc.integer({ min: 1, max: 12 }),
    author: fc.integer({ min: 101, max: 104 }),
  })
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 60 }),
      fc.constantFrom(120, 500, 5_000),
      (actions, budgetBytes) => {
        const shelf = createPostShelf({ budgetBytes })
        for (const { do: what, id, author } of actions) {
          const at = { transactionId: "20", position: 1 }
          if (what === "put") {
            shelf.put(
              post(id, shelf.account(author) ?? account(author), { replyToId: id - 1, mediaIds: [id] }),
            )
          } else if (what === "use") shelf.get(id)
          else if (what === "edit") shelf.apply([event("post.edited", { id }, at)])
          else shelf.apply([event("account.suspended", { id: author }, at)])
          assert.ok(shelf.size.bytes <= budgetBytes)
          assert.ok(shelf.size.bytes >= shelf.size.posts * POST_SIZE + shelf.size.accounts * ACCOUNT_SIZE)
        }
        for (let id = 1; id <= 12; id += 1) {
          shelf.apply([event("post.edited", { id }, { transactionId: "30", position: id })])
        }
        assert.deepEqual(shelf.size, { posts: 0, accounts: 0, bytes: 0 })
      },
    ),
  )
})
