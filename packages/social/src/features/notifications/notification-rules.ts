// Who is notified of what, as SQL: once when a notification is made, and again whenever it is shown, since blocks, mutes and
// visibility change in between.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { ViewerId } from "../posts/post-visibility.ts"
import { visibleTo } from "../posts/post-visibility.ts"

/**
 * A condition on `n` (a notification or a candidate for one) and `p` (its post, joined from the left): neither side blocks the
 * other, the recipient does not mute the sender's notifications at `now`, may see the post if there is one, and is of the staff where
 * it is for the staff. Who waits to join is suspended, and the staff hears of them all the same.
 */
export function mayBeShown(recipientId: ViewerId, now: Date): RawBuilder<boolean> {
  return sql<boolean>`(
    NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = ${recipientId} AND target_id = n.from_account_id)
    AND NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = n.from_account_id AND target_id = ${recipientId})
    AND NOT EXISTS (SELECT 1 FROM mutes WHERE account_id = ${recipientId} AND target_id = n.from_account_id
      AND notifications AND (expires_at IS NULL OR expires_at > ${now}))
    AND NOT EXISTS (SELECT 1 FROM accounts WHERE id = n.from_account_id AND suspended_at IS NOT NULL
      AND NOT (n.type = 'admin.sign_up' AND EXISTS (
        SELECT 1 FROM sign_up_requests r WHERE r.account_id = n.from_account_id)))
    AND (n.type NOT IN ('admin.sign_up', 'admin.report') OR EXISTS (
      SELECT 1 FROM accounts WHERE id = ${recipientId} AND role <> 'member'))
    AND (n.post_id IS NULL OR (p.id IS NOT NULL AND ${visibleTo(recipientId)})))`
}

/**
 * What holds besides when a notification is made: nobody is notified of what they did themselves (but of the end of their
 * poll), of conversations that they muted, or of every post of an author whom they mute.
 */
export function mayBeMade(now: Date): RawBuilder<boolean> {
  const recipient = sql<number>`n.account_id`
  return sql<boolean>`((n.account_id <> n.from_account_id OR n.type = 'poll')
    AND NOT EXISTS (SELECT 1 FROM conversation_mutes c
      WHERE c.account_id = n.account_id AND c.conversation_id = p.conversation_id)
    AND (n.type <> 'status' OR NOT EXISTS (SELECT 1 FROM mutes WHERE account_id = n.account_id
      AND target_id = n.from_account_id AND (expires_at IS NULL OR expires_at > ${now})))
    AND ${mayBeShown(recipient, now)})`
}
