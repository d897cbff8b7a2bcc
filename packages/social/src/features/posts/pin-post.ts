// Pins: a member's own posts at the top of the profile, five at most. The lock of the account's stream keeps two pins at once
// from making six.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { accountStream } from "../accounts/account-events.ts"
import type { PostTarget } from "./post-lookup.ts"
import { findTarget, originalOf, requirePost } from "./post-lookup.ts"
import { postStream } from "./post-events.ts"

export const MAX_PINS = 5

export interface Pins {
  /** Pins a post; twice is the same. Fails with `record.not_found` and `post.pin_forbidden`. */
  pin(memberId: number, postId: number): Promise<void>
  unpin(memberId: number, postId: number): Promise<void>
}

export function createPins(deps: Pick<Core, "db" | "events" | "nextId">): Pins {
  const { db, events, nextId } = deps
  return {
    async pin(memberId, postId) {
      const post = await findTarget(db, postId, memberId)
      const problem = pinProblem(post, { memberId, isRepost: post.id !== postId })
      if (problem !== undefined) throw new AppError("post.pin_forbidden", { reason: problem })
      await events.transact([postStream(post.id), accountStream(memberId)], async (tx) => {
        await requirePost(tx.db, post.id)
        const pins = await sql<{ post_id: number }>`
          SELECT post_id FROM pins WHERE account_id = ${memberId}`.execute(tx.db)
        if (pins.rows.some((pin) => pin.post_id === post.id)) return
        if (pins.rows.length >= MAX_PINS) {
          throw new AppError("post.pin_forbidden", {
            reason: "You have already pinned the maximum number of posts",
          })
        }
        const data = { id: nextId(), account_id: memberId, post_id: post.id }
        await tx.append([{ type: "post.pinned", stream: postStream(post.id), actor: memberId, data }])
      })
    },

    async unpin(memberId, postId) {
      const id = await originalOf(db, postId)
      if (id === undefined) return
      await events.transact([postStream(id), accountStream(memberId)], async (tx) => {
        const pinned = await sql`
          SELECT 1 FROM pins WHERE post_id = ${id} AND account_id = ${memberId}`.execute(tx.db)
        if (pinned.rows.length === 0) return
        const data = { account_id: memberId, post_id: id }
        await tx.append([{ type: "post.unpinned", stream: postStream(id), actor: memberId, data }])
      })
    },
  }
}

function pinProblem(post: PostTarget, by: { memberId: number; isRepost: boolean }): string | undefined {
  if (by.isRepost) return "A repost cannot be pinned"
  if (post.author_id !== by.memberId) return "Someone else's post cannot be pinned"
  if (post.visibility === "direct") return "Posts that are only visible to mentioned users cannot be pinned"
  return undefined
}
