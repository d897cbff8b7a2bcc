// The thread around a post: what it answers, and what answers it, as far as the viewer may see. Bounded, whatever the size of
// the thread: the database walks no further than the limit.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { findTarget } from "./post-lookup.ts"
import { notHiddenBy, visibleTo } from "./post-visibility.ts"
import type { ThreadPost } from "./thread-order.ts"
import { threadOrder } from "./thread-order.ts"

export interface Thread {
  /** From the first post down to the parent. */
  readonly ancestors: readonly number[]
  /** In thread order; see thread-order.ts. */
  readonly descendants: readonly number[]
}

export interface ThreadLimits {
  readonly ancestors: number
  readonly descendants: number
  /** Answers to answers at most. */
  readonly depth: number
}

// As Mastodon: somebody who is not signed in gets enough to read, not enough to scrape.
const MEMBER_LIMITS: ThreadLimits = { ancestors: 4_096, descendants: 4_096, depth: 4_096 }
const ANONYMOUS_LIMITS: ThreadLimits = { ancestors: 40, descendants: 60, depth: 20 }

export type FindThread = (postId: number, viewerId: number | undefined) => Promise<Thread>

/** Finds threads. Fails with `record.not_found` where the viewer may not see the post. */
export function createFindThread(deps: Pick<Core, "db" | "clock">): FindThread {
  const { db, clock } = deps
  return async function findThread(postId, viewerId) {
    const post = await findTarget(db, postId, viewerId)
    const limits = viewerId === undefined ? ANONYMOUS_LIMITS : MEMBER_LIMITS
    const [up, down] = await Promise.all([
      findAncestors(db, post.id, limits.ancestors),
      findDescendants(db, post.id, limits),
    ])
    const candidates = [...up, ...threadOrder(post, down)]
    const shown = new Set(await filterShown(db, candidates, { viewerId, now: new Date(clock.now()) }))
    const ancestors = up.filter((id) => shown.has(id))
    const descendants = candidates.slice(up.length).filter((id) => shown.has(id))
    return { ancestors, descendants: descendants.slice(0, limits.descendants) }
  }
}

async function findAncestors(db: Db, id: number, limit: number): Promise<number[]> {
  const found = await sql<{ id: number }>`
    WITH RECURSIVE up AS (
      SELECT reply_to_id AS id, 1 AS height FROM posts WHERE id = ${id} AND reply_to_id IS NOT NULL
      UNION ALL
      SELECT p.reply_to_id, up.height + 1
      FROM up CROSS JOIN LATERAL (SELECT reply_to_id FROM posts WHERE id = up.id LIMIT 1) p
      WHERE p.reply_to_id IS NOT NULL AND up.height < ${limit}
    )
    SELECT id FROM up ORDER BY height DESC`.execute(db)
  return found.rows.map((row) => row.id)
}

/**
 * Level by level: the LIMIT ends the walk, so a thread of a million costs no more than one of the limit. LATERAL keeps the
 * planner from joining a whole table for a level whose size it cannot know.
 */
async function findDescendants(db: Db, id: number, limits: ThreadLimits): Promise<ThreadPost[]> {
  const found = await sql<ThreadPost>`
    WITH RECURSIVE down AS (
      SELECT id, author_id, reply_to_id, 1 AS depth FROM posts WHERE reply_to_id = ${id}
      UNION ALL
      SELECT p.id, p.author_id, p.reply_to_id, down.depth + 1
      FROM down CROSS JOIN LATERAL (
        SELECT id, author_id, reply_to_id FROM posts WHERE reply_to_id = down.id
        ORDER BY id LIMIT ${MEMBER_LIMITS.descendants}) p
      WHERE down.depth < ${limits.depth}
    )
    SELECT id, author_id, reply_to_id FROM down LIMIT ${MEMBER_LIMITS.descendants}`.execute(db)
  return found.rows
}

/** Those of `ids` that the viewer may see and has not hidden. */
async function filterShown(
  db: Db,
  ids: readonly number[],
  viewer: { viewerId: number | undefined; now: Date },
): Promise<number[]> {
  if (ids.length === 0) return []
  const { viewerId, now } = viewer
  const hidden =
    viewerId === undefined ? sql`` : sql` AND (p.author_id = ${viewerId} OR ${notHiddenBy(viewerId, now)})`
  const found = await sql<{ id: number }>`
    SELECT p.id FROM posts p WHERE p.id = ANY(${[...ids]}::bigint[]) AND ${visibleTo(viewerId)}${hidden}`.execute(
    db,
  )
  return found.rows.map((row) => row.id)
}
