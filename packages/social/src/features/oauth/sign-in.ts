// Signing in by name or e-mail address and password: the one place that compares passwords, for pages and for apps. Neither the
// answer nor its time may tell whether an account exists; nothing that was typed is logged.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { PasswordHasher } from "../accounts/password/password-hash.ts"
import { createAttemptLimiter } from "./attempt-limiter.ts"

export interface Credentials {
  /** User name or e-mail address. */
  readonly login: string
  readonly password: string
  /** Where the try comes from. */
  readonly address: string
}

export type SignInResult =
  /** `second_factor`: the password is right, and the account wants a code besides. */
  | { readonly outcome: "signed_in" | "second_factor"; readonly accountId: number }
  | { readonly outcome: "wrong" | "suspended" | "waits" | "too_many_attempts" }

export type SignIn = (credentials: Credentials) => Promise<SignInResult>

const FAILURES_ALLOWED = 10
export const FAILURE_WINDOW_MS = 900_000

interface Candidate {
  readonly id: number
  readonly suspended: boolean
  /** The staff has not let it in yet. */
  readonly waits: boolean
  readonly second_factor: boolean
  readonly password_hash: string
}

export function createSignIn(
  deps: Pick<Core, "db" | "clock" | "log" | "settings"> & { passwords: PasswordHasher },
): SignIn {
  const { db, clock, log, passwords, settings } = deps
  const byAccount = createAttemptLimiter({ clock, tries: FAILURES_ALLOWED, windowMs: FAILURE_WINDOW_MS })
  const byAddress = createAttemptLimiter({ clock, tries: settings.http.signInsPerMinute, windowMs: 60_000 })

  async function attempt({
    login,
    password,
    address,
  }: Credentials): Promise<SignInResult & { accountId?: number }> {
    if (settings.http.rateLimits && !byAddress.take(address)) return { outcome: "too_many_attempts" }
    const name = login.trim().replace(/^@/, "").toLowerCase()
    const candidate = await findCandidate(db, name)
    const key = candidate ? `account:${candidate.id}` : `name:${name.slice(0, 100)}`
    const known = candidate ? { accountId: candidate.id } : {}
    if (!byAccount.take(key)) return { outcome: "too_many_attempts", ...known }

    const matches = await passwords.verifyPassword(candidate?.password_hash, password)
    if (!matches || !candidate) return { outcome: "wrong", ...known }
    byAccount.forget(key)
    if (candidate.suspended) return { outcome: candidate.waits ? "waits" : "suspended", ...known }
    if (passwords.needsRehash(candidate.password_hash)) await rehash(candidate, password)
    return { outcome: candidate.second_factor ? "second_factor" : "signed_in", accountId: candidate.id }
  }

  async function rehash(candidate: Candidate, password: string): Promise<void> {
    const fresh = await passwords.hashPassword(password)
    await db
      .updateTable("credentials")
      .set({ password_hash: fresh })
      .where("account_id", "=", candidate.id)
      // Not when the password was changed in the meantime.
      .where("password_hash", "=", candidate.password_hash)
      .execute()
  }

  return async function signIn(credentials) {
    const result = await attempt(credentials)
    log.info(
      {
        audit: "sign_in",
        outcome: result.outcome,
        accountId: result.accountId,
        address: credentials.address,
      },
      "sign-in",
    )
    return result
  }
}

async function findCandidate(db: Core["db"], name: string): Promise<Candidate | undefined> {
  if (name === "" || name.includes("\0")) return undefined
  const column = name.includes("@") ? sql.ref("c.email_key") : sql.ref("a.username_key")
  const found = await sql<Candidate>`
    SELECT a.id, a.suspended_at IS NOT NULL AS suspended, c.password_hash,
      EXISTS (SELECT 1 FROM sign_up_requests r WHERE r.account_id = a.id) AS waits,
      EXISTS (SELECT 1 FROM totp_factors f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) AS second_factor
    FROM accounts a JOIN credentials c ON c.account_id = a.id
    WHERE ${column} = ${name}`.execute(db)
  return found.rows[0]
}
