// Accounts that a member puts forward on its profile. Only whom one follows: an endorsement ends with the follow that it came
// after, by what is asked when it is read, so that a follow says nothing of endorsements.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import { pairStream } from "../relationships/relationship-events.ts"
import { findFollowing, notHiddenAccount, requireTarget } from "../relationships/relationship-store.ts"

/** A condition on `e` (endorsements): its member still follows whom it endorsed. */
export const inForce = sql<boolean>`EXISTS (SELECT 1 FROM follows ef
  WHERE ef.follower_id = e.account_id AND ef.followee_id = e.target_id AND ef.id < e.id)`

/** An account with the id of its endorsement, which pages the list. */
export type EndorsedAccount = AccountRow & { readonly list_id: number }

export interface Endorsements {
  /** The last endorsed first. Accounts that the viewer hides, or that hide from it, are left out. */
  of(accountId: number, viewerId: number | undefined, page: Page): Promise<EndorsedAccount[]>
  /** Twice is once. Fails with `record.not_found`, `relationship.self` and `endorsement.not_followed`. */
  endorse(memberId: number, targetId: number): Promise<void>
  unendorse(memberId: number, targetId: number): Promise<void>
}

export function createEndorsements(deps: Pick<Core, "db" | "events" | "nextId" | "clock">): Endorsements {
  const { db, events, nextId, clock } = deps
  return {
    async of(accountId, viewerId, page) {
      const found = await sql<EndorsedAccount>`
        SELECT a.*, e.id AS list_id FROM endorsements e JOIN accounts a ON a.id = e.target_id
        WHERE e.account_id = ${accountId} AND a.suspended_at IS NULL AND ${inForce}
          AND ${notHiddenAccount(sql`a.id`, viewerId, new Date(clock.now()))}${pageCondition(sql`e.id`, page)}
        ORDER BY e.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
    async endorse(memberId, targetId) {
      const stream = pairStream(memberId, targetId)
      await events.transact([stream], async (tx) => {
        await requireTarget(tx.db, { actorId: memberId, targetId })
        const follow = await findFollowing(tx.db, memberId, targetId)
        if (follow?.state !== "following") throw new AppError("endorsement.not_followed")
        if (await isEndorsed(tx.db, memberId, targetId)) return
        const id = Math.max(nextId(), follow.id + 1)
        const data = { id, account_id: memberId, target_id: targetId }
        await tx.append([{ type: "account.endorsed", stream, actor: memberId, data }])
      })
    },
    async unendorse(memberId, targetId) {
      const stream = pairStream(memberId, targetId)
      await events.transact([stream], async (tx) => {
        await requireTarget(tx.db, { actorId: memberId, targetId }, { evenSuspended: true })
        if (!(await isEndorsed(tx.db, memberId, targetId))) return
        const data = { account_id: memberId, target_id: targetId }
        await tx.append([{ type: "account.unendorsed", stream, actor: memberId, data }])
      })
    },
  }
}

async function isEndorsed(db: Db, memberId: number, targetId: number): Promise<boolean> {
  const found = await sql`SELECT 1 FROM endorsements e
    WHERE e.account_id = ${memberId} AND e.target_id = ${targetId} AND ${inForce}`.execute(db)
  return found.rows.length > 0
}
