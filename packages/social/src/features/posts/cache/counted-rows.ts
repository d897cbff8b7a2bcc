// Rows of posts with exact counters: as memory knows them, or as the log says where memory does not reach back to what is
// stored. The second is right at the time and cannot be kept up to date.

import type { ExactCounts } from "../../counters/exact-counts.ts"
import { addAccountCounts, addPostCounts } from "../../counters/exact-counts.ts"
import type { PendingView } from "../../counters/pending-counts.ts"
import type { PostRow, PostRows } from "./load-post-rows.ts"

/** With what memory has been given behind `read.countedTo`. Pure. */
export function countFromMemory(read: PostRows, pending: PendingView): Map<number, PostRow> {
  return new Map(
    [...read.rows].map(([id, row]) => {
      const author = addAccountCounts(row.author, pending.accounts.get(row.author.id))
      return [id, { ...addPostCounts(row, pending.posts.get(id)), author }]
    }),
  )
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
