// A member's private note about another account. Nobody else ever sees it.

import type { Core } from "../../core.ts"
import { pairStream } from "./relationship-events.ts"
import { requireTarget } from "./relationship-store.ts"

/** Characters (UTF-16 units) of a note. */
export const MAX_ACCOUNT_NOTE = 2_000

/** Writes the note; an empty one takes it away. Fails with `relationship.self` and `record.not_found`. */
export type SetAccountNote = (accountId: number, targetId: number, comment: string) => Promise<void>

export function createSetAccountNote(deps: Pick<Core, "events">): SetAccountNote {
  return async function setAccountNote(accountId, targetId, comment) {
    const stream = pairStream(accountId, targetId)
    await deps.events.transact([stream], async (tx) => {
      await requireTarget(tx.db, { actorId: accountId, targetId }, { evenSuspended: true })
      const existing = await tx.db
        .selectFrom("account_notes")
        .select("comment")
        .where("account_id", "=", accountId)
        .where("target_id", "=", targetId)
        .executeTakeFirst()
      if ((existing?.comment ?? "") === comment) return
      const data = { account_id: accountId, target_id: targetId, comment }
      await tx.append([{ type: "account.note_set", stream, actor: accountId, data }])
    })
  }
}
