// Likes and bookmarks: done once or taken back, however often and by however many requests at once. The lock of the post's
// stream orders them against each other and against the post's deletion.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { postStream } from "./post-events.ts"
import { findTarget, originalOf, requirePost, requireUnblocked } from "./post-lookup.ts"

const MARKS = {
  like: { table: "likes", made: "post.liked", removed: "post.unliked" },
  bookmark: { table: "bookmarks", made: "post.bookmarked", removed: "post.unbookmarked" },
} as const

export type MarkKind = keyof typeof MARKS

export interface MarkPost {
  /** Marks a post that the member sees. Fails with `record.not_found`, or `relationship.blocked` for a like of somebody blocked. */
  mark(kind: MarkKind, memberId: number, postId: number): Promise<void>
  /** Takes the mark back, also from a post that the member no longer sees. Without a mark it does nothing. */
  unmark(kind: MarkKind, memberId: number, postId: number): Promise<void>
}

export function createMarkPost(deps: Pick<Core, "db" | "events" | "nextId">): MarkPost {
  const { db, events, nextId } = deps
  return {
    async mark(kind, memberId, postId) {
      const { table, made } = MARKS[kind]
      const post = await findTarget(db, postId, memberId)
      if (kind === "like") await requireUnblocked(db, memberId, post.author_id)
      await events.transact([postStream(post.id)], async (tx) => {
        await requirePost(tx.db, post.id)
        if (await isMarked(tx.db, table, { memberId, postId: post.id })) return
        const data = { id: nextId(), account_id: memberId, post_id: post.id }
        await tx.append([{ type: made, stream: postStream(post.id), actor: memberId, data }])
      })
    },

    async unmark(kind, memberId, postId) {
      const { table, removed } = MARKS[kind]
      const id = await originalOf(db, postId)
      if (id === undefined) return
      await events.transact([postStream(id)], async (tx) => {
        if (!(await isMarked(tx.db, table, { memberId, postId: id }))) return
        const data = { account_id: memberId, post_id: id }
        await tx.append([{ type: removed, stream: postStream(id), actor: memberId, data }])
      })
    },
  }
}

async function isMarked(
  db: Db,
  table: "likes" | "bookmarks",
  mark: { memberId: number; postId: number },
): Promise<boolean> {
  const found = await sql`SELECT 1 FROM ${sql.table(table)}
    WHERE post_id = ${mark.postId} AND account_id = ${mark.memberId}`.execute(db)
  return found.rows.length > 0
}
