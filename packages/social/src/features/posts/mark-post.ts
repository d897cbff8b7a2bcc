// Likes and bookmarks: done once or taken back, however often and by however many requests at once. The locks of the posts'
// streams order them against each other and against the posts' deletion.

import { AppError, createGroup } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { postStream } from "./post-events.ts"
import { findTarget, originalOf, requireUnblocked } from "./post-lookup.ts"

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

/** Marks that may wait for the transaction under way; a server this far behind answers that it is overloaded. */
const MAX_WAITING = 5_000

export function createMarkPost(deps: Pick<Core, "db" | "events" | "nextId">): MarkPost {
  const { db, events } = deps
  const mark = { like: createMarkTogether("like", deps), bookmark: createMarkTogether("bookmark", deps) }
  return {
    async mark(kind, memberId, postId) {
      const post = await findTarget(db, postId, memberId)
      if (kind === "like") await requireUnblocked(db, memberId, post.author_id)
      if (!(await mark[kind]({ memberId, postId: post.id }))) throw new AppError("record.not_found")
    },

    async unmark(kind, memberId, postId) {
      const { table, removed } = MARKS[kind]
      const id = await originalOf(db, postId)
      if (id === undefined) return
      await events.transact([postStream(id)], async (tx) => {
        if ((await findMarks(tx.db, table, [{ memberId, postId: id }])).size === 0) return
        const data = { account_id: memberId, post_id: id }
        await tx.append([{ type: removed, stream: postStream(id), actor: memberId, data }])
      })
    },
  }
}

interface Mark {
  readonly memberId: number
  readonly postId: number
}

/**
 * Marks that come together share a transaction, as those of one post that many like at once must wait for each other anyway.
 * Gives whether the post is still there.
 */
function createMarkTogether(
  kind: MarkKind,
  { events, nextId }: Pick<Core, "events" | "nextId">,
): (mark: Mark) => Promise<boolean> {
  const { table, made } = MARKS[kind]
  return createGroup<Mark, boolean>({
    waiting: MAX_WAITING,
    refuse: () => new AppError("server.overloaded"),
    isItemsFault: (error) => !(error instanceof AppError && error.status >= 500),
    run: (marks) =>
      events.transact([...new Set(marks.map(({ postId }) => postStream(postId)))], async (tx) => {
        const [there, marked] = await Promise.all([findPosts(tx.db, marks), findMarks(tx.db, table, marks)])
        const fresh = new Map<string, Mark>()
        for (const mark of marks) {
          if (there.has(mark.postId) && !marked.has(nameOf(mark))) fresh.set(nameOf(mark), mark)
        }
        await tx.append(
          [...fresh.values()].map(({ memberId, postId }) => {
            const data = { id: nextId(), account_id: memberId, post_id: postId }
            return { type: made, stream: postStream(postId), actor: memberId, data }
          }),
        )
        return marks.map(({ postId }) => there.has(postId))
      }),
  })
}

function nameOf({ memberId, postId }: Mark): string {
  return `${postId} ${memberId}`
}

/** Which of the posts are there. For use under the locks of their streams. */
async function findPosts(db: Db, marks: readonly Mark[]): Promise<ReadonlySet<number>> {
  const found = await sql<{ id: number }>`SELECT id FROM posts
    WHERE id = ANY(${[...new Set(marks.map(({ postId }) => postId))]}::bigint[])`.execute(db)
  return new Set(found.rows.map((row) => row.id))
}

/** Which of the marks are made already, by their names. */
async function findMarks(
  db: Db,
  table: "likes" | "bookmarks",
  marks: readonly Mark[],
): Promise<ReadonlySet<string>> {
  const found = await sql<Mark>`SELECT m.account_id AS "memberId", m.post_id AS "postId"
    FROM unnest(${marks.map(({ postId }) => postId)}::bigint[], ${marks.map(({ memberId }) => memberId)}::bigint[])
      AS asked (post_id, account_id)
    JOIN ${sql.table(table)} m ON m.post_id = asked.post_id AND m.account_id = asked.account_id`.execute(db)
  return new Set(found.rows.map(nameOf))
}
