// What the feed's memory is made of, read from PostgreSQL as of one snapshot: all accounts, all follows, the newest posts and
// their tags. Ids come packed as bytes, hundreds of thousands a statement, so that a large network is in memory in seconds
// while requests go on being answered.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Snapshot } from "../../events/snapshot.ts"
import { parseSnapshot } from "../../events/snapshot.ts"
import type { AccountIndex } from "./memory/account-index.ts"
import { ACCOUNT_SUSPENDED, createAccountIndex } from "./memory/account-index.ts"
import type { FollowGraph } from "./memory/graph.ts"
import { createFollowGraph } from "./memory/graph.ts"
import type { Outboxes } from "./memory/outboxes.ts"
import { createOutboxes } from "./memory/outboxes.ts"
import type { TagIndex } from "./tag-index.ts"
import { createTagIndex } from "./tag-index.ts"

export interface FeedImage {
  /** Events that the image has are not to be applied to it again. */
  readonly snapshot: Snapshot
  readonly accounts: AccountIndex
  readonly graph: FollowGraph
  /** The newest posts by author. */
  readonly outboxes: Outboxes
  readonly tags: TagIndex
  /** The newest posts by tag, see `tags`. */
  readonly tagOutboxes: Outboxes
}

/** Rows of one statement. */
const CHUNK = 200_000
const ID = 8

/** Reads an image with at most `recentPosts` posts. */
export async function readFeedImage(db: Db, recentPosts: number): Promise<FeedImage> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (tx) => {
      // Compiling these statements takes longer than running them.
      await sql`SET LOCAL jit = off`.execute(tx)
      const taken = await sql<{ snapshot: string }>`SELECT pg_current_snapshot()::text AS snapshot`.execute(
        tx,
      )
      const accounts = await readAccounts(tx)
      const graph = await readGraph(tx, accounts)
      const outboxes = createOutboxes()
      const floor = await readPosts(tx, { accounts, outboxes, recentPosts })
      const tags = createTagIndex()
      const tagOutboxes = createOutboxes()
      tagOutboxes.reset(floor)
      await readTags(tx, { tags, tagOutboxes, floor })
      return {
        snapshot: parseSnapshot(taken.rows[0]?.snapshot ?? ""),
        accounts,
        graph,
        outboxes,
        tags,
        tagOutboxes,
      }
    })
}

async function readAccounts(db: Db): Promise<AccountIndex> {
  const accounts = createAccountIndex()
  let last = 0
  for (;;) {
    const bytes = await packed(
      db,
      sql`int8send(id) || int8send(CASE WHEN suspended_at IS NULL THEN 0 ELSE 1 END)`,
      sql`SELECT id, suspended_at FROM accounts WHERE id > ${last} ORDER BY id LIMIT ${CHUNK}`,
    )
    for (let at = 0; at < bytes.length; at += 2 * ID) {
      last = readId(bytes, at)
      accounts.mark(accounts.add(last), ACCOUNT_SUSPENDED, readId(bytes, at + ID) === 1)
    }
    if (bytes.length < CHUNK * 2 * ID) return accounts
  }
}

async function readGraph(db: Db, accounts: AccountIndex): Promise<FollowGraph> {
  let followers = new Uint32Array(CHUNK)
  let followees = new Uint32Array(CHUNK)
  let count = 0
  let last = { follower: 0, followee: 0 }
  for (;;) {
    const bytes = await packed(
      db,
      sql`int8send(follower_id) || int8send(followee_id)`,
      sql`SELECT follower_id, followee_id FROM follows
        WHERE (follower_id, followee_id) > (${last.follower}, ${last.followee})
        ORDER BY follower_id, followee_id LIMIT ${CHUNK}`,
    )
    const rows = bytes.length / (2 * ID)
    if (count + rows > followers.length) {
      followers = enlarged(followers, count + rows)
      followees = enlarged(followees, count + rows)
    }
    for (let at = 0; at < bytes.length; at += 2 * ID) {
      last = { follower: readId(bytes, at), followee: readId(bytes, at + ID) }
      followers[count] = accounts.add(last.follower)
      followees[count] = accounts.add(last.followee)
      count += 1
    }
    if (rows < CHUNK) break
  }
  return createFollowGraph({
    followers: followers.subarray(0, count),
    followees: followees.subarray(0, count),
  })
}

function enlarged(array: Uint32Array<ArrayBuffer>, atLeast: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(atLeast, array.length * 2))
  larger.set(array)
  return larger
}

/** Fills the outboxes with the newest posts, and gives the id above which there are all: 0 where that is every post. */
async function readPosts(
  db: Db,
  image: { accounts: AccountIndex; outboxes: Outboxes; recentPosts: number },
): Promise<number> {
  const { accounts, outboxes, recentPosts } = image
  const chunks: Buffer[] = []
  let floor = Number.MAX_SAFE_INTEGER
  for (let left = recentPosts; left > 0 && floor > 0; left -= CHUNK) {
    const limit = Math.min(left, CHUNK)
    const bytes = await packed(
      db,
      sql`int8send(id) || int8send(author_id)`,
      sql`SELECT id, author_id FROM posts WHERE id <= ${floor} ORDER BY id DESC LIMIT ${limit}`,
    )
    chunks.push(bytes)
    // The rows of a chunk come newest first. Of fewer than were asked for, the last is the oldest post of all.
    floor = bytes.length < limit * 2 * ID ? 0 : readId(bytes, bytes.length - 2 * ID) - 1
  }
  outboxes.reset(floor)
  // Oldest first: outboxes take ids quickest in the order in which they were given.
  for (const bytes of chunks.reverse()) {
    for (let at = bytes.length - 2 * ID; at >= 0; at -= 2 * ID) {
      outboxes.push(accounts.add(readId(bytes, at + ID)), readId(bytes, at))
    }
  }
  return floor
}

async function readTags(
  db: Db,
  { tags, tagOutboxes, floor }: { tags: TagIndex; tagOutboxes: Outboxes; floor: number },
): Promise<void> {
  const found = await sql<{ tag: string; ids: Buffer }>`
    SELECT tag, string_agg(int8send(post_id), '' ORDER BY post_id) AS ids
    FROM post_tags WHERE post_id > ${floor} GROUP BY tag`.execute(db)
  for (const { tag, ids } of found.rows) {
    const key = tags.add(tag)
    for (let at = 0; at < ids.length; at += ID) tagOutboxes.push(key, readId(ids, at))
  }
}

/** The rows of a query as bytes, each as `row` says, in the query's order. */
async function packed(db: Db, row: RawBuilder<unknown>, query: RawBuilder<unknown>): Promise<Buffer> {
  const found = await sql<{ bytes: Buffer | null }>`
    SELECT string_agg(${row}, '') AS bytes FROM (${query}) rows`.execute(db)
  return found.rows[0]?.bytes ?? Buffer.alloc(0)
}

/** Eight bytes, most significant first, as a number: ids have 53 bits. */
function readId(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
}
