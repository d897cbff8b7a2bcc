// Blocks and unblocks. A block ends follows and requests in both directions, in the same transaction.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { pairStream } from "./relationship-events.ts"
import { findFollowing, requireTarget } from "./relationship-store.ts"
import { endFollowing } from "./unfollow-account.ts"

export interface BlockAccount {
  block(accountId: number, targetId: number): Promise<void>
  unblock(accountId: number, targetId: number): Promise<void>
}

/** Both fail with `relationship.self` and `record.not_found`; twice is the same as once. */
export function createBlockAccount(deps: Pick<Core, "events" | "nextId">): BlockAccount {
  return {
    async block(accountId, targetId) {
      const id = deps.nextId()
      const stream = pairStream(accountId, targetId)
      await deps.events.transact([stream], async (tx) => {
        await requireTarget(tx.db, { actorId: accountId, targetId })
        if (await isBlocking(tx.db, accountId, targetId)) return
        const own = await findFollowing(tx.db, accountId, targetId)
        const theirs = await findFollowing(tx.db, targetId, accountId)
        const data = { id, account_id: accountId, target_id: targetId }
        await tx.append([
          ...endFollowing(own, { follower_id: accountId, followee_id: targetId }, accountId),
          ...endFollowing(theirs, { follower_id: targetId, followee_id: accountId }, accountId),
          { type: "block.created", stream, actor: accountId, data },
        ])
      })
    },
    async unblock(accountId, targetId) {
      const stream = pairStream(accountId, targetId)
      await deps.events.transact([stream], async (tx) => {
        await requireTarget(tx.db, { actorId: accountId, targetId }, { evenSuspended: true })
        if (!(await isBlocking(tx.db, accountId, targetId))) return
        const data = { account_id: accountId, target_id: targetId }
        await tx.append([{ type: "block.removed", stream, actor: accountId, data }])
      })
    },
  }
}

async function isBlocking(db: Db, accountId: number, targetId: number): Promise<boolean> {
  const found = await sql`SELECT 1 FROM blocks
    WHERE account_id = ${accountId} AND target_id = ${targetId}`.execute(db)
  return found.rows.length > 0
}
