// Who is on a list: the one place that says it. As SQL; features/feed/viewer-state.ts follows the same rule event by event.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"

/**
 * A condition on `m` (list_members): the account is still on the list. It was put there after its owner had begun to follow it,
 * and follows it still; or it is the owner. Who is unfollowed leaves all lists, and comes back to none of them by being followed
 * again.
 */
export const onList: RawBuilder<boolean> = sql<boolean>`(m.member_id = m.account_id OR EXISTS (
  SELECT 1 FROM follows lf WHERE lf.follower_id = m.account_id AND lf.followee_id = m.member_id AND lf.id < m.id))`

/** The accounts that a member's exclusive lists keep out of its home, as a subquery of ids. */
export function keptOut(ownerId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(SELECT m.member_id FROM lists l JOIN list_members m ON m.list_id = l.id
    WHERE l.account_id = ${ownerId} AND l.exclusive AND ${onList})`
}
