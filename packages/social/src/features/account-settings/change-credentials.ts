// A member's own password and e-mail address. A new password signs out everything but the token that asked for it.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { isUniqueViolation } from "../../db/database.ts"
import { accountStream } from "../accounts/account-events.ts"
import { EMAIL } from "../accounts/create-account.ts"
import type { PasswordHasher } from "../accounts/password/password-hash.ts"
import { checkPassword } from "../accounts/password/password-strength.ts"
import { revokeAccess } from "../accounts/revoke-access.ts"

export interface ChangeCredentials {
  /** Fails with `input.invalid` for a weak password. */
  password(accountId: number, password: string, keepTokenId: number | null): Promise<void>
  /** Fails with `input.invalid` for an address that is none, or is another member's. */
  email(accountId: number, email: string): Promise<void>
}

export function createChangeCredentials(
  deps: Pick<Core, "db" | "events" | "clock" | "log" | "forgetAccess"> & { passwords: PasswordHasher },
): ChangeCredentials {
  const { db, events, clock, log, passwords, forgetAccess } = deps
  return {
    async password(accountId, password, keepTokenId) {
      const owner = await db
        .selectFrom("accounts as a")
        .innerJoin("credentials as c", "c.account_id", "a.id")
        .select(["a.username", "c.email"])
        .where("a.id", "=", accountId)
        .executeTakeFirst()
      if (!owner) throw new AppError("record.not_found")
      const verdict = await checkPassword(password, owner)
      if (!verdict.ok) throw new AppError("input.invalid", { problems: `Password ${verdict.reason}` })
      const hash = await passwords.hashPassword(password)
      await events.transact([accountStream(accountId)], async (tx) => {
        const now = new Date(clock.now())
        await tx.db
          .updateTable("credentials")
          .set({ password_hash: hash, updated_at: now })
          .where("account_id", "=", accountId)
          .execute()
        await revokeAccess(tx.db, accountId, { now, keepTokenId })
      })
      forgetAccess({ of: "account", id: accountId })
      log.info({ audit: "password_changed", accountId }, "a member changed the password")
    },
    async email(accountId, email) {
      if (!EMAIL.test(email)) {
        throw new AppError("input.invalid", { problems: "email: is not a valid e-mail address" })
      }
      try {
        await sql`UPDATE credentials SET email = ${email}, email_key = ${email.toLowerCase()},
          updated_at = ${new Date(clock.now())} WHERE account_id = ${accountId}`.execute(db)
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new AppError("input.invalid", { problems: "email: has already been taken" }, { cause: error })
      }
      log.info({ audit: "email_changed", accountId }, "a member changed the e-mail address")
    },
  }
}
