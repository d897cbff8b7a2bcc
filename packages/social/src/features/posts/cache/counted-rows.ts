// Rows of posts with exact counters: as memory knows them, or as the log says where memory does not reach back to what is
// stored. The second is right at the time and cannot be kept up to date.

import type { AccountRow } from "../../accounts/account-json.ts"
import { later } from "../../counters/count-sums.ts"
import type { ExactCounts } from "../../counters/exact-counts.ts"
import type { PendingView } from "../../counters/pending-counts.ts"
import type { PostRow, PostRows } from "./load-post-rows.ts"

/** With what memory has been given behind `read.countedTo`. Pure. */
export function countFromMemory(read: PostRows, pending: PendingView): Map<number, PostRow> {
  const rows = new Map<number, PostRow>()
  for (const row of read.rows.values()) {
    const more = pending.posts.get(row.id)
    const author = withCounts(row.author, pending)
    const counts = more && {
      likes_count: row.likes_count + more.likes,
      reposts_count: row.reposts_count + more.reposts,
      replies_count: row.replies_count + more.replies,
    }
    rows.set(row.id, { ...row, ...counts, author })
  }
  return rows
}

function withCounts(row: AccountRow, pending: PendingView): AccountRow {
  const more = pending.accounts.get(row.id)
  if (!more) return row
  return {
    ...row,
    followers_count: row.followers_count + more.followers,
    following_count: row.following_count + more.following,
    posts_count: row.posts_count + more.posts,
    last_post_at: later(row.last_post_at, more.lastPostAt ?? null),
  }
}

/** With all that was committed when this was called. */
export async function countFromLog(read: PostRows, counts: ExactCounts): Promise<Map<number, PostRow>> {
  const stored = [...read.rows.values()]
  const countedTo = { counted_to: read.countedToText }
  const recent = await counts.recent()
  const rows = await recent.posts(stored.map((row) => ({ ...row, ...countedTo })))
  const authors = await recent.accounts(stored.map((row) => ({ ...row.author, ...countedTo })))
  const byId = new Map(authors.map((author) => [author.id, author]))
  return new Map(rows.map((row) => [row.id, { ...row, author: byId.get(row.author_id) ?? row.author }]))
}
