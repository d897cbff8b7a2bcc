// What the operator does with accounts at a terminal: list, create, roles, passwords, suspension, the first owner. Everything
// that members see goes through events; passwords never do.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { Role } from "../../db/schema.ts"
import { transact } from "../../db/transact.ts"
import type { NewDomainEvent } from "../../events/event-log.ts"
import { removeSecondFactor } from "../second-factor/second-factors.ts"
import { createSetupLinks } from "../setup/setup-link.ts"
import { accountStream } from "./account-events.ts"
import { createCreateAccount } from "./create-account.ts"
import { generatePassword } from "./generate-password.ts"
import { createListOperatorAccounts } from "./list-operator-accounts.ts"
import type { ListOperatorAccounts } from "./list-operator-accounts.ts"
import type { PasswordHasher } from "./password/password-hash.ts"
import { checkPassword } from "./password/password-strength.ts"
import { revokeAccess } from "./revoke-access.ts"

export interface SignIn {
  readonly username: string
  readonly email: string
  readonly password: string
}

export interface NewOperatorAccount {
  readonly username: string
  readonly email: string
  /** Undefined: one is made. */
  readonly password?: string | undefined
  /** Default `member`. */
  readonly role?: Role | undefined
}

/** Accounts are named by their user name, with or without `@`. All but `ensureOwner` fail with `account.unknown` for no such. */
export interface Operator {
  readonly listAccounts: ListOperatorAccounts
  /** Fails with `account.registration_invalid`. */
  createAccount(account: NewOperatorAccount): Promise<SignIn & { id: number }>
  /** Fails with `account.last_owner` rather than leave nobody in charge. */
  setRole(username: string, role: Role): Promise<void>
  /** Sets a password (one is made when none is given) and signs the account out everywhere. Fails with `input.invalid`. */
  resetPassword(username: string, password?: string): Promise<{ password: string }>
  /** Hides the account from everybody and signs it out everywhere, at once. Fails with `account.last_owner`. */
  suspend(username: string): Promise<void>
  unsuspend(username: string): Promise<void>
  /**
   * Creates the account `owner` where nobody is owner (a new network, or one that was imported), and gives its sign-in, once:
   * only the hash of the password is kept. Undefined where there is an owner. Of two callers at once, one gets it.
   */
  ensureOwner(): Promise<SignIn | undefined>
  /**
   * An address by which the owner gets in for the first time, once and within a day: the one of before is void. Undefined where
   * the community has been set up.
   */
  createSetupLink(): Promise<string | undefined>
  /** For a member who has lost the second factor: signing in asks for the password alone. */
  removeSecondFactor(username: string): Promise<void>
}

/** An account id that nobody has. */
const NOBODY = 0

/** All commands that can take the last owner away wait for each other. */
export const OWNERS = "owners"

export function createOperator(
  core: Pick<
    Core,
    "db" | "events" | "nextId" | "clock" | "randomToken" | "urls" | "forgetAccess" | "community"
  >,
  passwords: PasswordHasher,
): Operator {
  const { db, events, clock } = core
  const createAccount = createCreateAccount({ ...core, passwords })
  const newPassword = (): string => generatePassword(Buffer.from(core.randomToken(), "base64url"))

  async function create(account: NewOperatorAccount): Promise<SignIn & { id: number }> {
    const password = account.password ?? newPassword()
    const { username, email, role = "member" } = account
    const { id } = await createAccount({ username, email, password, role, agreement: true })
    return { id, username, email, password }
  }

  /** Appends what `decide` says of the account as it stands, under its lock. */
  async function change(
    username: string,
    decide: (account: OperatedAccount) => NewDomainEvent | undefined,
    after?: (tx: Db, id: number) => Promise<void>,
  ): Promise<void> {
    const { id } = await findAccount(db, username)
    await events.transact([OWNERS, accountStream(id)], async (tx) => {
      const account = await findAccount(tx.db, username)
      const event = decide(account)
      if (!event) return
      if (losesOwner(account, event) && !(await hasOtherOwner(tx.db, id)))
        throw new AppError("account.last_owner")
      await tx.append([event])
      await after?.(tx.db, id)
    })
    core.forgetAccess({ of: "account", id })
  }

  return {
    listAccounts: createListOperatorAccounts({ db }),
    createAccount: create,
    setRole: (username, role) =>
      change(username, ({ id, role: current }) =>
        current === role
          ? undefined
          : { type: "account.role_changed", stream: accountStream(id), actor: null, data: { id, role } },
      ),
    async resetPassword(username, given) {
      const account = await findAccount(db, username)
      const password = given ?? newPassword()
      const verdict = await checkPassword(password, account)
      if (!verdict.ok) throw new AppError("input.invalid", { problems: `Password ${verdict.reason}` })
      const hash = await passwords.hashPassword(password)
      await events.transact([accountStream(account.id)], async (tx) => {
        const now = new Date(clock.now())
        await tx.db
          .updateTable("credentials")
          .set({ password_hash: hash, updated_at: now })
          .where("account_id", "=", account.id)
          .execute()
        await revokeAccess(tx.db, account.id, { now, keepTokenId: null })
      })
      core.forgetAccess({ of: "account", id: account.id })
      return { password }
    },
    suspend: (username) =>
      change(
        username,
        ({ id, suspended }) =>
          suspended
            ? undefined
            : { type: "account.suspended", stream: accountStream(id), actor: null, data: { id } },
        (tx, id) => revokeAccess(tx, id, { now: new Date(clock.now()), keepTokenId: null }),
      ),
    unsuspend: (username) =>
      change(
        username,
        ({ id, suspended }) =>
          suspended
            ? { type: "account.unsuspended", stream: accountStream(id), actor: null, data: { id } }
            : undefined,
        // Whoever waited to be let in is let in.
        async (tx, id) =>
          void (await tx.deleteFrom("sign_up_requests").where("account_id", "=", id).execute()),
      ),
    createSetupLink: () => createSetupLinks(core).create(),
    async removeSecondFactor(username) {
      const { id } = await findAccount(db, username)
      await transact(db, (tx) => removeSecondFactor(tx, id))
    },
    async ensureOwner() {
      if (await hasOtherOwner(db, NOBODY)) return undefined
      try {
        const { username, email, password } = await create({
          username: "owner",
          email: ownerEmail(core.urls.base),
          role: "owner",
        })
        return { username, email, password }
      } catch (error) {
        // Another process was quicker.
        const taken = error instanceof AppError && error.code === "account.registration_invalid"
        if (taken && (await exists(db, "owner"))) return undefined
        throw error
      }
    },
  }
}

interface OperatedAccount {
  readonly id: number
  readonly username: string
  readonly email: string
  readonly role: Role
  readonly suspended: boolean
}

async function findAccount(db: Db, username: string): Promise<OperatedAccount> {
  const name = username.trim().replace(/^@/, "")
  const found = await sql<OperatedAccount>`
    SELECT a.id, a.username, coalesce(c.email, '') AS email, a.role, a.suspended_at IS NOT NULL AS suspended
    FROM accounts a LEFT JOIN credentials c ON c.account_id = a.id
    WHERE a.closed_at IS NULL AND a.username_key = ${name.toLowerCase()}`.execute(db)
  const account = found.rows[0]
  if (!account) throw new AppError("account.unknown", { username: name })
  return account
}

async function exists(db: Db, username: string): Promise<boolean> {
  const found = await sql`SELECT 1 FROM accounts WHERE username_key = ${username}`.execute(db)
  return found.rows.length > 0
}

function losesOwner(account: OperatedAccount, event: NewDomainEvent): boolean {
  return account.role === "owner" && !account.suspended && event.type !== "account.unsuspended"
}

/** Whether somebody but the account is in charge. */
export async function hasOtherOwner(db: Db, id: number): Promise<boolean> {
  const found = await sql`SELECT 1 FROM accounts
    WHERE role = 'owner' AND suspended_at IS NULL AND id <> ${id} LIMIT 1`.execute(db)
  return found.rows.length > 0
}

/** An address that is only a name to sign in with, until the owner sets a real one. */
function ownerEmail(base: string): string {
  const host = new URL(base).hostname
  return `owner@${/^[a-z0-9.-]+$/i.test(host) ? host : "localhost"}`
}
