// Asks a member who is signed in for the password again, before what a stolen token must not do. Wrong passwords are counted as
// sign-ins are: by account, in bounded memory.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { PasswordHasher } from "../accounts/password/password-hash.ts"
import { createAttemptLimiter } from "../oauth/attempt-limiter.ts"

const TRIES = 10
const WINDOW_MS = 900_000

/** Fails with `auth.password_wrong`, and with `auth.too_many_attempts` after ten wrong ones in a quarter of an hour. */
export type Reauthenticate = (accountId: number, password: string) => Promise<void>

export function createReauthenticate(
  deps: Pick<Core, "db" | "clock" | "log"> & { passwords: PasswordHasher },
): Reauthenticate {
  const { db, clock, log, passwords } = deps
  const limiter = createAttemptLimiter({ clock, tries: TRIES, windowMs: WINDOW_MS })
  return async function reauthenticate(accountId, password) {
    const key = String(accountId)
    if (!limiter.take(key)) throw new AppError("auth.too_many_attempts", { minutes: WINDOW_MS / 60_000 })
    const row = await db
      .selectFrom("credentials")
      .select("password_hash")
      .where("account_id", "=", accountId)
      .executeTakeFirst()
    if (!(await passwords.verifyPassword(row?.password_hash, password))) {
      log.info({ audit: "reauthentication", outcome: "wrong", accountId }, "wrong password")
      throw new AppError("auth.password_wrong")
    }
    limiter.forget(key)
  }
}
