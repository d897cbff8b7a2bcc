// Muted conversations: their posts notify the member no longer. A conversation is all that hangs on one first post.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { accountStream } from "../accounts/account-events.ts"
import { findTarget } from "./post-lookup.ts"

/**
 * Mutes (or no longer mutes) the conversation of a post that the member sees; twice is the same. Fails with
 * `record.not_found`.
 */
export type MuteConversation = (memberId: number, postId: number, muted: boolean) => Promise<void>

export function createMuteConversation(deps: Pick<Core, "db" | "events">): MuteConversation {
  const { db, events } = deps
  return async function muteConversation(memberId, postId, muted) {
    const { conversation_id } = await findTarget(db, postId, memberId)
    const stream = accountStream(memberId)
    await events.transact([stream], async (tx) => {
      const found = await sql`SELECT 1 FROM conversation_mutes
        WHERE account_id = ${memberId} AND conversation_id = ${conversation_id}`.execute(tx.db)
      if (found.rows.length > 0 === muted) return
      const type = muted ? "conversation.muted" : "conversation.unmuted"
      await tx.append([{ type, stream, actor: memberId, data: { account_id: memberId, conversation_id } }])
    })
  }
}
