// Reposts: at most one of a post by a member, of the original always. Only public and unlisted posts travel; a private one
// can be shown again by its author to the same followers.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { Visibility } from "../../db/schema.ts"
import { postStream } from "./post-events.ts"
import type { PostTarget } from "./post-lookup.ts"
import { findTarget, originalOf, requirePost, requireUnblocked } from "./post-lookup.ts"

export type RepostVisibility = Exclude<Visibility, "direct">

export interface Reposts {
  /**
   * Reposts and gives the id of the repost; twice is the same. Fails with `record.not_found`, `post.repost_forbidden`, and
   * `relationship.blocked` for somebody whom the member blocks.
   */
  repost(memberId: number, postId: number, visibility: RepostVisibility | undefined): Promise<number>
  /** Takes the repost back, if there is one, and gives the original. Fails with `record.not_found`. */
  unrepost(memberId: number, postId: number): Promise<number>
}

export function createReposts(deps: Pick<Core, "db" | "events" | "nextId">): Reposts {
  const { db, events, nextId } = deps
  return {
    async repost(memberId, postId, asked) {
      const post = await findTarget(db, postId, memberId)
      await requireUnblocked(db, memberId, post.author_id)
      const visibility = repostVisibility(post, memberId, asked ?? (await defaultVisibility(db, memberId)))
      return events.transact([postStream(post.id)], async (tx) => {
        await requirePost(tx.db, post.id)
        const existing = await findRepost(tx.db, memberId, post.id)
        if (existing !== undefined) return existing
        const id = nextId()
        const data = {
          id,
          author_id: memberId,
          repost_of_id: post.id,
          original_author_id: post.author_id,
          visibility,
        }
        await tx.append([{ type: "post.reposted", stream: postStream(post.id), actor: memberId, data }])
        return id
      })
    },

    async unrepost(memberId, postId) {
      const original = await originalOf(db, postId)
      if (original === undefined) throw new AppError("record.not_found")
      await events.transact([postStream(original)], async (tx) => {
        const id = await findRepost(tx.db, memberId, original)
        if (id === undefined) return
        const data = { id, author_id: memberId, repost_of_id: original }
        await tx.append([
          { type: "post.repost_removed", stream: postStream(original), actor: memberId, data },
        ])
      })
      return original
    },
  }
}

/** Who will see the repost: as many as asked for, but never more than may see the post. Pure. */
function repostVisibility(
  post: Pick<PostTarget, "author_id" | "visibility">,
  memberId: number,
  asked: Visibility,
): Visibility {
  if (post.visibility === "direct") throw new AppError("post.repost_forbidden")
  if (post.visibility === "private") {
    if (post.author_id !== memberId) throw new AppError("post.repost_forbidden")
    return "private"
  }
  // A member may post directly by default, but a repost to nobody would be none.
  return asked === "direct" ? "private" : asked
}

async function defaultVisibility(db: Db, memberId: number): Promise<Visibility> {
  const found = await sql<{ default_visibility: Visibility }>`
    SELECT default_visibility FROM accounts WHERE id = ${memberId}`.execute(db)
  return found.rows[0]?.default_visibility ?? "public"
}

async function findRepost(db: Db, memberId: number, originalId: number): Promise<number | undefined> {
  const found = await sql<{ id: number }>`
    SELECT id FROM posts WHERE repost_of_id = ${originalId} AND author_id = ${memberId}`.execute(db)
  return found.rows[0]?.id
}
