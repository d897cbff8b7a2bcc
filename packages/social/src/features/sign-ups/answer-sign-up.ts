// Lets in, or turns away, who waits to join. Letting in ends the suspension that the account began with; who is turned away
// loses the account, and the address can be used again.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import { accountStream } from "../accounts/account-events.ts"
import type { CloseAccount } from "../account-settings/close-account.ts"

export interface AnswerSignUp {
  /** Fails with `record.not_found` for an account that does not wait. */
  approve(staffId: number, accountId: number): Promise<void>
  reject(staffId: number, accountId: number): Promise<void>
}

export function createAnswerSignUp(
  deps: Pick<Core, "db" | "events" | "forgetAccess"> & { closeAccount: CloseAccount },
): AnswerSignUp {
  const { db, events, forgetAccess, closeAccount } = deps
  return {
    async approve(staffId, accountId) {
      const stream = accountStream(accountId)
      await events.transact([stream], async (tx) => {
        const request = await tx.db
          .deleteFrom("sign_up_requests")
          .where("account_id", "=", accountId)
          .returning("account_id")
          .executeTakeFirst()
        if (!request) throw new AppError("record.not_found")
        const data = { id: accountId }
        await tx.append([{ type: "account.unsuspended", stream, actor: staffId, data }])
      })
      forgetAccess({ of: "account", id: accountId })
    },
    async reject(staffId, accountId) {
      const request = await db
        .selectFrom("sign_up_requests")
        .select("account_id")
        .where("account_id", "=", accountId)
        .executeTakeFirst()
      if (!request) throw new AppError("record.not_found")
      await closeAccount(accountId, staffId)
    },
  }
}
