// Small reads that the use cases of posts share: which post an id means, and what stands between two members. Nothing here
// changes anything.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Visibility } from "../../db/schema.ts"
import { visibleTo } from "./post-visibility.ts"

/** What a use case needs to know of a post before it touches it. */
export interface PostTarget {
  readonly id: number
  readonly author_id: number
  readonly visibility: Visibility
  readonly conversation_id: number
  readonly poll_id: number | null
}

/**
 * The post that `id` stands for if the viewer may see it: of a repost its original, since that is what is liked, replied to
 * or reposted. Fails with `record.not_found`.
 */
export async function findTarget(db: Db, id: number, viewerId: number | undefined): Promise<PostTarget> {
  const found = await sql<PostTarget>`
    SELECT o.id, o.author_id, o.visibility, o.conversation_id, o.poll_id
    FROM posts p JOIN posts o ON o.id = coalesce(p.repost_of_id, p.id)
    WHERE p.id = ${id} AND ${visibleTo(viewerId)}`.execute(db)
  const target = found.rows[0]
  if (!target) throw new AppError("record.not_found")
  return target
}

/** The post that `id` stands for, whether or not anybody may see it: for taking back what was done while one could. */
export async function originalOf(db: Db, id: number): Promise<number | undefined> {
  const found = await sql<{ id: number }>`
    SELECT coalesce(repost_of_id, id) AS id FROM posts WHERE id = ${id}`.execute(db)
  return found.rows[0]?.id
}

/** Fails with `record.not_found` when the post is gone. For use under the lock of its stream. */
export async function requirePost(db: Db, id: number): Promise<void> {
  const found = await sql`SELECT 1 FROM posts WHERE id = ${id}`.execute(db)
  if (found.rows.length === 0) throw new AppError("record.not_found")
}

/** Fails with `relationship.blocked` when the member blocks the author: one does not like whom one has shut out. */
export async function requireUnblocked(db: Db, memberId: number, authorId: number): Promise<void> {
  const found = await sql`
    SELECT 1 FROM blocks WHERE account_id = ${memberId} AND target_id = ${authorId}`.execute(db)
  if (found.rows.length > 0) throw new AppError("relationship.blocked")
}
